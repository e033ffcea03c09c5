"""Mail by a real SMTP dialogue: TLS is required, addresses are checked, a login is never quoted."""

import shutil
import ssl
import subprocess
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.support.receivers import mail_receiver
from worker.errors import BlockedAddress, FetchError, PermanentFetchError, TransientFetchError
from worker.fetch.mail import MailServer, send_mail


@pytest.fixture(scope="module")
def server():
    with mail_receiver() as made:
        yield made


@pytest.fixture
def receiver(server):
    server.reset()
    return server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate of localhost: (context of the server, file)."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command for a key")
    place = tmp_path_factory.mktemp("tls")
    cert, key = place / "cert.pem", place / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert


def mail(*to):
    made = EmailMessage()
    made["Subject"] = "Störung: 3 feeds fail"
    made["From"] = "wire@example.org"
    made["To"] = ", ".join(to or ("desk@example.org",))
    made.set_content("yonhap-en: 503 — nächster Versuch\n.\nend\n")
    return made


def address(receiver, **options):
    given = {"tls": "off", "allow_private": ("127.0.0.0/8", "::1"), "timeout_s": 5.0, **options}
    return MailServer("localhost", receiver.port, **given)


def test_a_mail_arrives_as_it_was_written(receiver):
    assert send_mail(address(receiver), mail("a@example.org", "b@example.org")) == []
    [(recipients, data, _)] = receiver.mails
    assert recipients == ["a@example.org", "b@example.org"]
    read = message_from_bytes(data.replace(b"\n..", b"\n."), policy=policy.default)
    assert read["Subject"] == "Störung: 3 feeds fail"
    assert read.get_content().splitlines() == ["yonhap-en: 503 — nächster Versuch", ".", "end"]


def test_starttls_protects_the_login(receiver, certificate, monkeypatch):
    receiver.context, receiver.logins = certificate[0], ("desk:hunter2hunter2",)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    send_mail(address(receiver, tls="starttls", user="desk", password="hunter2hunter2"), mail())
    assert receiver.mails[0][2] is True


def test_a_server_without_starttls_gets_nothing(receiver):
    receiver.logins = ("desk:hunter2hunter2",)
    with pytest.raises(PermanentFetchError, match="STARTTLS"):
        send_mail(address(receiver, tls="starttls", user="desk", password="hunter2hunter2"), mail())
    assert receiver.mails == []
    assert not any(line.startswith(b"AUTH") for line in receiver.heard)


def test_a_certificate_that_nobody_vouches_for_ends_the_dialogue(receiver, certificate):
    receiver.context = certificate[0]
    with pytest.raises(TransientFetchError, match="no TLS with"):
        send_mail(address(receiver, tls="starttls"), mail())
    assert receiver.mails == []


def test_a_refused_login_is_not_quoted(receiver):
    receiver.logins = ("desk:other",)
    with pytest.raises(TransientFetchError, match=r"refused the login \(535\)") as caught:
        send_mail(address(receiver, user="desk", password="hunter2hunter2"), mail())
    assert "AGRlc2sAaHVudGVyM" not in str(caught.value)


def test_recipients_that_are_refused_are_named_if_others_are_not(receiver):
    receiver.refused = frozenset({"b@example.org"})
    assert send_mail(address(receiver), mail("a@example.org", "b@example.org")) == ["b@example.org"]
    with pytest.raises(TransientFetchError, match="refused all recipients: 550 nobody"):
        send_mail(address(receiver), mail("b@example.org"))


@pytest.mark.parametrize(
    ("verb", "reply", "words"),
    [("DATA", b"451 full \x07", "replied 451 full"), ("MAIL", b"550 no", "replied 550 no"),
     ("MAIL", b"nonsense", "replied")],
)  # fmt: skip
def test_a_refusal_says_why(receiver, verb, reply, words):
    receiver.replies = {verb: reply}
    with pytest.raises(FetchError, match=words):
        send_mail(address(receiver), mail())


def test_a_private_server_is_refused_unless_it_is_allowed(receiver):
    with pytest.raises(BlockedAddress, match="loopback"):
        send_mail(address(receiver, allow_private=()), mail())
    assert receiver.heard == []


def test_a_silent_server_is_left_at_the_deadline(receiver):
    receiver.silent = True
    begun = time.monotonic()
    with pytest.raises(TransientFetchError):
        send_mail(address(receiver, timeout_s=0.3), mail())
    assert time.monotonic() - begun < 8


def test_a_password_that_smtp_cannot_send_is_not_quoted(receiver):
    receiver.logins = ("desk:other",)
    with pytest.raises(PermanentFetchError, match="characters other than ASCII") as caught:
        send_mail(address(receiver, user="desk", password="hunter2\u00fchunter2"), mail())
    assert "xfc" not in str(caught.value)
    assert caught.value.__cause__ is None
