"""TLS: nothing is sent over a connection with an invalid certificate (RFC 9110 section 4.3.4)."""

import shutil
import socket
import ssl
import subprocess
import threading

import pytest

from worker.errors import PermanentFetchError, TransientFetchError
from worker.fetch import Fetcher
from worker.records import FetchRequest

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command for a key")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for localhost and 127.0.0.2, generated for this run, as (cert, key)."""
    place = tmp_path_factory.mktemp("tls")
    cert, key = place / "cert.pem", place / "key.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.2",
            "-keyout", str(key), "-out", str(cert),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


@pytest.fixture
def secure(certificate, new_origin, make_reply):
    """An https origin with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    origin = new_origin(context=context)
    origin.answer(make_reply(200, b"safe"), b"/x")
    return origin


@pytest.fixture
def trusting(certificate):
    """A fetcher that trusts that certificate."""
    fetcher = Fetcher(context=ssl.create_default_context(cafile=str(certificate[0])))
    yield fetcher
    fetcher.close()


def ask(fetcher, url, timeout_s=10.0):
    return fetcher.fetch(FetchRequest(url, allow_private=("127.0.0.0/8", "::1"), timeout_s=timeout_s))


def test_an_untrusted_certificate_ends_the_fetch_before_the_request(secure, fetcher):
    with pytest.raises(
        PermanentFetchError, match=r"certificate of localhost:.* is not valid: self-signed certificate$"
    ) as caught:
        ask(fetcher, f"https://localhost:{secure.port}/x")
    assert secure.connections == 1
    assert secure.asked == []
    assert caught.value.status is None


def test_a_trusted_certificate_for_the_name_is_accepted(secure, trusting):
    assert ask(trusting, f"https://localhost:{secure.port}/x").body == b"safe"
    assert secure.asked[0].field("Host") == f"localhost:{secure.port}".encode()


def test_a_certificate_for_another_name_is_rejected(secure, trusting):
    with pytest.raises(PermanentFetchError, match=r"is not valid: it is for another host name$"):
        ask(trusting, f"https://127.0.0.1:{secure.port}/x")
    assert secure.asked == []


def test_tls_to_a_plain_http_port_does_not_fall_back(origin, trusting):
    with pytest.raises(TransientFetchError):
        ask(trusting, f"https://127.0.0.1:{origin.port}/x", timeout_s=0.5)
    assert [a for a in origin.asked if a.method == "GET"] == []


def test_a_downgrade_is_followed_without_secrets(secure, origin, trusting, make_reply):
    plain = origin.answer(make_reply(200, b"plain"))
    secure.answer(make_reply(302, b"", f"Location: {plain}"), b"/down")
    request = FetchRequest(
        f"https://localhost:{secure.port}/down",
        authorization="Basic c2VjcmV0",
        allow_private=("127.0.0.0/8", "::1"),
        ports=(secure.port, origin.port),
    )
    assert trusting.fetch(request).body == b"plain"
    assert secure.asked[0].field("Authorization") == b"Basic c2VjcmV0"
    assert origin.asked[0].field("Authorization") is None


def test_a_hanging_handshake_ends_at_the_deadline(origin, trusting):
    """The server accepts the ClientHello and never responds."""
    from worker.fetch.sockets import Deadline, open_socket, start_tls

    deadline = Deadline(0.3)
    plain = open_socket("127.0.0.1", origin.port, deadline, ("127.0.0.1",))
    with pytest.raises(TimeoutError):
        start_tls(plain, "127.0.0.1", ssl.create_default_context(), deadline)
    assert plain.fileno() == -1


def test_a_server_that_speaks_http_where_https_was_asked_for_is_said_to(trusting):
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_plainly, args=(server,))
        thread.start()
        with pytest.raises(TransientFetchError, match=r"the server speaks http, not https$"):
            ask(trusting, f"https://127.0.0.1:{server.getsockname()[1]}/x")
        thread.join()


def answer_plainly(server):
    connection, _ = server.accept()
    with connection:
        connection.recv(4_096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
