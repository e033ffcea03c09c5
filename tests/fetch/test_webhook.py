"""Webhooks: the signature of Standard Webhooks, and no harm from a receiver."""

import threading
import time
from datetime import UTC, datetime

import pytest

from tests.support.receivers import hook_receiver
from worker.config.alerts import read_key
from worker.errors import BlockedAddress, PermanentFetchError, TransientFetchError
from worker.fetch import webhook
from worker.fetch.webhook import Webhook, post_message, sign

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture(scope="module")
def server():
    with hook_receiver() as made:
        yield made


@pytest.fixture
def receiver(server):
    server.reset()
    return server


def post(fetcher, url, allow_private=LOOPBACK, key=None):
    return post_message(fetcher, Webhook(url, (key,) if key else (), allow_private), "msg_1", {"a": "ä"}, NOW)


def test_the_signature_is_that_of_standard_webhooks():
    """The example that the specification's libraries test."""
    key = read_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_is_posted_as_json_with_its_id_and_time(fetcher, receiver):
    assert post(fetcher, receiver.url("/hook?a=b"), key=b"k" * 24) == 204
    [posted] = receiver.posted
    assert (posted.path, posted.body) == ("/hook?a=b", '{"a":"ä"}'.encode())
    assert posted.fields["content-type"] == "application/json"
    assert posted.fields["webhook-id"] == "msg_1"
    assert posted.fields["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert posted.fields["webhook-signature"] == sign(b"k" * 24, "msg_1", int(NOW.timestamp()), posted.body)


def test_a_private_receiver_is_refused_unless_it_is_allowed(fetcher, receiver):
    with pytest.raises(BlockedAddress, match="loopback"):
        post(fetcher, receiver.url(), allow_private=())
    assert receiver.posted == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(fetcher, receiver, status):
    receiver.replies = [(status, {"Location": receiver.url("/inside")}, b"")]
    with pytest.raises(TransientFetchError, match="redirects are not followed"):
        post(fetcher, receiver.url())
    assert [posted.path for posted in receiver.posted] == ["/hook"]


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, TransientFetchError), (404, TransientFetchError), (410, PermanentFetchError),
     (429, TransientFetchError), (500, TransientFetchError), (503, TransientFetchError)],
)  # fmt: skip
def test_only_410_is_final(fetcher, receiver, status, error):
    receiver.replies = [(status, {"Retry-After": "7"}, b"no")]
    with pytest.raises(error) as caught:
        post(fetcher, receiver.url())
    assert (type(caught.value), caught.value.status) == (error, status)
    assert caught.value.headers["retry-after"] == "7"


def test_a_large_reply_is_not_read(fetcher, receiver):
    receiver.replies = [(200, {}, b"x" * 10_000_000)]
    assert post(fetcher, receiver.url()) == 200
    assert receiver.sent_bytes < 10_000_000


def test_a_receiver_that_hangs_is_left(fetcher, receiver, monkeypatch):
    monkeypatch.setattr(webhook, "TIMEOUT_S", 0.2)
    receiver.hangs = threading.Event()
    begun = time.monotonic()
    with pytest.raises(TransientFetchError, match="no response within"):
        post(fetcher, receiver.url())
    receiver.hangs.set()
    assert time.monotonic() - begun < 8


def test_a_large_message_arrives_whole(fetcher, receiver):
    hook = Webhook(receiver.url(), None, LOOPBACK)
    assert post_message(fetcher, hook, "msg_2", {"a": "x" * 3_000_000}, NOW) == 204
    assert len(receiver.posted[0].body) > 3_000_000


def test_an_error_names_no_secret(fetcher):
    with pytest.raises(TransientFetchError) as caught:
        post(fetcher, "http://127.0.0.1:1/services/T000/hunter2hunter2")
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(Webhook("https://example.org/hunter2", b"k"))
