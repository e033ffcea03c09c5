"""What is hidden in a text, and what is left as it was."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker import redaction
from worker.redaction import display_url, redact, redact_data, redact_values, remember
from worker.redaction_forms import is_secret_name

NAMES = (
    *("access_key", "access_token", "api-key", "api_key", "apikey", "apitoken", "auth", "auth_token", "code"),
    *(
        "client_secret",
        "credential",
        "feed_token",
        "hmac",
        "id_token",
        "jwt",
        "key",
        "license-key",
        "os_password",
    ),
    *(
        "pass",
        "passwd",
        "password",
        "private_token",
        "pwd",
        "refresh_token",
        "rss_token",
        "secret",
        "session",
    ),
    *("sessionid", "sid", "sig", "signature", "subscription-key", "ticket", "token", "user_token", "wstoken"),
    *("X-Amz-Credential", "X-Amz-Security-Token", "X-Amz-Signature", "X-Goog-Credential", "X-Goog-Signature"),
    *("AWSAccessKeyId", "hdnts", "Ocp-Apim-Subscription-Key", "jsessionid", "PHPSESSID", "%74oken"),
    *("token_id", "md5", "magic_link", "authz", "auth_hash", "access_code", "totp", "tk", "verification"),
    *("token2", "token[0]", "api-key-v2", "key1", "tok", "xsrf", "oauth_verifier", "access_token_v2"),
)
HARMLESS = ("state", "keyword", "author", "page", "q", "format", "lang", "category", "id", "since", "passage")
VALUE = "zq9-Planted/Valu3+of=secret"


@pytest.mark.parametrize("name", NAMES)
def test_the_value_of_a_secret_parameter_is_hidden_wherever_a_url_stands(name):
    for text in (
        f"https://example.org/rss?{name}=q7Zw1x&page=2 has moved for good",
        f"see (https://example.org/rss?page=2&amp;{name}=q7Zw1x)",
        f"/rss;{name}=q7Zw1x?page=2",
        f"https://example.org/#{name}=q7Zw1x",
        f"?next=https%3A%2F%2Fo.example%2F%3F{name.replace('%', '%25')}%3Dq7Zw1x%26page%3D2",
        f'{{"url": "https://example.org/?page=2\\u0026{name}=q7Zw1x"}}',
        f"https%253A%252F%252Fo.example%252F%253F{name.replace('%', '%25')}%253Dq7Zw1x%2526page%253D2",
    ):
        assert "q7Zw1x" not in redact(text), text
        assert "q7Zw1x" not in display_url(text), text


@pytest.mark.parametrize("name", HARMLESS)
def test_a_parameter_that_holds_no_secret_is_left(name):
    assert redact(f"https://example.org/rss?{name}=news") == f"https://example.org/rss?{name}=news"
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer q7Zw1x-long-token",
        "{'authorization': 'Basic q7Zw1xdXNlcg=='}",
        "[(b'Authorization', b'Bearer q7Zw1x')]",
        "Illegal header value b'Bearer q7Zw1x0123\\n'",
        "Proxy-Authorization: q7Zw1x",
        "Cookie: a=b; c=q7Zw1x",
        "X-Api-Key: q7Zw1x",
        '{"Private-Token": "q7Zw1x"}',
        "connect to redis://:q7Zw1x@host:6379/0",
        "postgresql+psycopg://me:q7Zw1x@host/db",
        "redis://:pa/q7Zw1x@host:6379/0 does not respond",
        "cannot use 'postgresql://me:12/q7Zw1x@host/db'",
        "postgresql://me:p'q7Zw1x\"@host/db",
        "https://desk:p#q7Zw1x?@host.example/feed",
        "https://desk:a/q7Zw1x@host.example/feed",
        "host=db password=q7Zw1x dbname=news",
        "host=db password = 'two q7Zw1x\\' words q7Zw1x' dbname=news",
        "connect(host='db', password='q7Zw1x')",
        "PGPASSWORD=q7Zw1x psql",
        "Server=db;Password=q7Zw1x",
        "authorization: bearer q7zw1x",
        "sent bearer q7Zw1x0123",
        "sent basic q7Zw1xdXNlcg==",
        "sent BEARER q7Zw1xabcdefghijklmnopqrs",
        "{'Authorization': ['Bearer q7Zw1x']}",
        '{"Authorization": ["Bearer q7Zw1x"]}',
        "('Cookie', ('q7Zw1x',))",
        '{"name": "Authorization", "value": "Bearer q7Zw1x"}',
        '"{\\"Authorization\\": \\"Bearer q7Zw1x\\"}"',
        '{"Cookie": "a=\\"q7Zw1x\\"; b=q7Zw1x"}',
        "{'password': 'it\\'s q7Zw1x'}",
        '{"access_token": "q7Zw1x", "page": 2}',
        "https://calendar.example/ical/private-q7Zw1x0123456789ab/basic.ics",
    ],
)
def test_userinfo_header_fields_and_announced_path_tokens_are_hidden(text):
    assert "q7Zw1x" not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "503 from example.org, next try 10:32Z",
        'write auth = { type = "basic", user = "…", password = "env:NAME" } instead',
        "Basic information about token authentication",
        "https://example.org/@desk/feed.xml?page=2#top",
        "https://feeds.example.org/9f86d081884c7d659a2feaa0c55ad015/rss",
        "config in force feeds=12 key=3 code=503",
        "https://example.org:8443/@desk/a?to=me@example.org",
        "http://[2001:db8::1]:80/@desk",
        'unknown key "tokens"; known are "type", "user", "password", "token"',
        "the token is missing; the password was refused",
        'feeds.toml:199: feed "d-secret": auth.token: the secret "env:NOPE" is not there: set it',
        'feeds.toml:199: feed "a-token": unknown key "urll"',
        'feed "api_key": missing url; add url = "…"',
        'feed "cookie": url: not an http(s) URL',
        'feed "a": headers.X-Api-Key: the secret "env:NOPE" is not there',
        'feed "a": headers.Authorization: the secret "env:NOPE" is not there',
        'feed "a": headers.Cookie: the secret "file:/run/no" is not there',
    ],
)
def test_other_texts_are_left_as_they_are(text):
    assert redact(text) == text


def test_a_known_value_is_hidden_in_every_form_it_may_take():
    import base64
    import html
    import json
    from urllib.parse import quote, quote_plus

    value = "p\"w'é<&> Zq9/+="
    remember(value)
    raw = value.encode()
    forms = (
        value,
        value.upper(),
        quote(value, safe=""),
        quote(value),
        quote_plus(value),
        repr(value),
        repr(raw),
    )
    forms += (json.dumps(value), json.dumps(value, ensure_ascii=False), html.escape(value))
    forms += (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode(), f"x{value}y")
    for form in forms:
        shown = redact_values(f"before {form} after")
        assert shown.startswith("before ")
        assert shown.endswith(" after")
        assert "***" in shown
        assert "zq9" not in shown.lower(), form


def test_a_text_that_was_cut_inside_a_secret_shows_nothing_of_it():
    remember(VALUE)
    for size in range(12, len(VALUE)):
        assert redact_values(f"said {VALUE[:size]}…") == "said ***…"


def test_a_short_secret_does_not_shred_texts():
    """Below 8 characters only whole words, below 4 nothing, and no common word or number."""
    remember("x7q", "k3y5", "news", "2026", "hunt3r")
    text = "x7q k3y5 k3y5x news 2026-11-29 hunt3rs"
    assert redact_values(text) == "x7q *** k3y5x news 2026-11-29 hunt3rs"
    assert redact_values("login hunt3r.") == "login ***."


def test_identifiers_and_numbers_of_data_stay():
    remember("newsdesk-1")
    row = {"id": "newsdesk-1", "n": 7, "title": "of newsdesk-1", "more": [{"feed": "newsdesk-1", "at": None}]}
    assert redact_data(row) == {**row, "title": "of ***"}


@given(st.text(max_size=300))
def test_any_text_can_be_redacted_and_twice_is_once(text):
    shown = redact(text)
    assert redact(shown) == shown


@given(st.text(min_size=8, max_size=60), st.text(max_size=40), st.text(max_size=40))
def test_no_known_value_is_left_in_any_text(value, before, after):
    known = redaction.Secrets()
    known.add(value)
    assert value not in known.hide(before + value + after)


@pytest.mark.parametrize(
    "piece",
    [
        "?a=",
        ";",
        "://",
        "%3A%2F%2F",
        "a-",
        "%25",
        "authorization",
        "/key/",
        "bearer ",
        "@",
        "?token=",
        "%3Fa%3D",
    ],
)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(piece):
    """A generous bound on liveness: a quadratic search of 200 kB takes minutes."""
    remember(VALUE)
    began = time.monotonic()
    redact(piece * (200_000 // len(piece)))
    assert time.monotonic() - began < 20


def test_many_secrets_are_found_as_few_are():
    values = [f"T{n:05d}-secret-{n * 7919:x}" for n in range(2_000)]
    for value in values:
        remember(value)
    assert redact_values(f"a {values[3]} b {values[1999]} c") == "a *** b *** c"


@pytest.mark.parametrize(
    "part",
    [
        *(
            "://",
            "://a:",
            "://a:x",
            "a-",
            "password=",
            "password = '",
            "token",
            '"token": "',
            "bearer ",
            "basic\t",
        ),
        *(
            "authorization: [",
            "'authorization', ",
            "\\",
            "\\'",
            '"name": "cookie", "value": "',
            "@",
            " ",
            "a",
        ),
    ],
)
def test_the_time_grows_with_the_length_of_the_text_only(part):
    """Eight times the text takes about eight times as long, not 64 times; the bound is generous."""

    def seconds(size):
        text = "password @=: authorization " + part * (size // len(part)) + "\n"
        started = time.process_time()
        redact(text)
        return time.process_time() - started

    seconds(1_000)
    assert seconds(400_000) < 40 * max(seconds(50_000), 0.01)


def test_a_secret_url_does_not_hide_other_urls_that_begin_alike() -> None:
    """Only the whole URL and its path are secret: a feed may be on the webhook's host."""
    remember("https://chat.harbor.example:8443/hooks/T0Quay7/b9Kd2mLxPq")
    for url in (
        "https://chat.harbor.example:8443/news/feed.xml",
        "https://chat.harbor.example/feed.xml",
        "https://chat.harbor.example.org/feed.xml",
    ):
        assert redact_values(f"fetched {url}, 200") == f"fetched {url}, 200"
    for text in (
        "https://chat.harbor.example:8443/hooks/T0Quay7/b9Kd2mLxPq",
        "POST /hooks/T0Quay7/b9Kd2mLxPq HTTP/1.1",
        "https://chat.harbor.example:8443/hooks/T0Quay7/b9…",
        "https%3A%2F%2Fchat.harbor.example%3A8443%2Fhooks%2FT0Quay7%2Fb9Kd2mLxPq",
    ):
        assert "Quay7/" not in redact_values(text)
        assert "b9Kd" not in redact_values(text)


@pytest.fixture
def feeds(monkeypatch):
    monkeypatch.setattr(redaction, "_ids", set())
    for feed in ("state-secret", "api-token", "reuters.wire-key", "coast"):
        redaction.remember_id(feed)


@pytest.mark.parametrize(
    "text",
    [
        "+ state-secret: added, http://127.0.0.1/feed.xml",
        "api-token: 404 from 127.0.77.12:18977 (3 times in a row)",
        "this deletes all that is stored of coast, api-token, state-secret: add --yes",
        "reuters.wire-key: news.example:8080 does not respond; 127.0.0.1:99 refuses",
        "api-token: http://127.0.0.1/feed.xml is not XML",
        "api-token: polls are behind\nstate-secret: TLS fails",
    ],
)
def test_a_message_about_a_feed_is_left_whatever_its_id(feeds, text):
    assert redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "api-token: q7Zw1x",
        "api-token: hunter2, and more",
        "api-token=hunter",
        'api-token: "hunter two"',
        "x-api-token: hunter",
        "other.api-token: hunter",
        "API-Token: hunter",
        '{"api-token": "hunter"}',
        "api-token: added, state-secret: q7Zw1x",
        "api-token: x-secret: hunter",
        "api-token: http://u:hunter@host.example/feed.xml",
        "state-secret: host.example?token=hunter",
    ],
)
def test_secrets_are_hidden_also_behind_the_id_of_a_feed(feeds, text):
    shown = redact(text)
    assert "hunter" not in shown
    assert "q7Zw1x" not in shown


def test_a_name_of_no_feed_announces_a_secret(feeds):
    assert redact("feed-token: added") == "feed-token: ***"
