"""Secrets by reference, feeds as JSON, and what makes a feed another request."""

import json
import os
from dataclasses import replace

import pytest

from worker.config import (
    feed_from_json,
    feed_to_json,
    find_secret_faults,
    fingerprint,
    resolve_secret,
    sum_up_faults,
)
from worker.config.alert_checks import resolve_key, resolve_mail_password, resolve_url
from worker.config.load import read_files
from worker.config.logins import MissingSecretError
from worker.errors import ConfigError
from worker.records import Auth, FeedConfig
from worker.redaction import redact
from worker.settings import find_odd_variables, read_settings

FEED = FeedConfig(
    id="a",
    url="https://example.org/",
    tags=("wire",),
    auth=Auth("basic", user="u", password="env:DESK"),
    headers=(("X-A", "file:/run/key"),),
    include=("x",),
    keep_s=None,
)


def test_a_secret_comes_from_the_environment_or_a_file(monkeypatch, tmp_path):
    monkeypatch.setenv("DESK", "hunter2")
    (tmp_path / "key").write_text("hunter3\n")
    assert resolve_secret("env:DESK") == "hunter2"
    assert resolve_secret(f"file:{tmp_path / 'key'}") == "hunter3"


def test_a_missing_secret_is_told_by_its_reference(monkeypatch, tmp_path):
    monkeypatch.setenv("EMPTY", "")
    (tmp_path / "empty").write_text("\n")
    cases = {
        "env:NOT_THERE": "is not there: the environment does not set it",
        "env:EMPTY": "is not there: the variable is empty",
        f"file:{tmp_path / 'missing'}": "is not there: No such file or directory",
        f"file:{tmp_path / 'empty' / 'below'}": "is not there: Not a directory",
        f"file:{tmp_path / 'empty'}": "cannot be used: the file is empty",
        f"file:{tmp_path}": "cannot be used: it is a directory",
    }
    for value, said in cases.items():
        with pytest.raises(ConfigError) as caught:
            resolve_secret(value)
        assert f'the secret "{value}" {said}' in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"hunter2", b"hunter2\n", b"hunter2\r\n", b"\xef\xbb\xbfhunter2\r\n", b"hunter2\n\n", b"hunter2\r"],
)
def test_a_byte_order_mark_and_line_ends_are_no_part_of_a_secret(tmp_path, content):
    (tmp_path / "key").write_bytes(content)
    assert resolve_secret(f"file:{tmp_path / 'key'}") == "hunter2"


UNUSABLE = [
    (b"qzold\nqznew\n", "the file has 2 lines; write the secret alone, in one line"),
    (b"qzold\r\nqznew", "the file has 2 lines"),
    (b"\n\nqznew\n", "the file has 3 lines"),
    (b"qzuser\rword\r", "the file has 2 lines"),
    ("word\n".encode("utf-16"), "not UTF-8 text but UTF-16; save it as UTF-8"),
    (b"\xff\xff", "the file is not UTF-8 text"),
    (b"x\0y", "NUL"),
    (b"x" * 20_000, "larger than 16384 bytes"),
]


@pytest.mark.parametrize(("content", "said"), UNUSABLE, ids=[row[1][:24] for row in UNUSABLE])
def test_a_file_that_cannot_hold_a_secret_is_refused_without_its_text(tmp_path, content, said):
    """In a feed's reference and in a setting alike: it is there, but it is wrong on every machine."""
    path = tmp_path / "key"
    path.write_bytes(content)
    for read in (
        lambda: resolve_secret(f"file:{path}"),
        lambda: read_settings({"WIREROOM_METRICS_BASIC_AUTH_FILE": str(path)}),
    ):
        with pytest.raises(ConfigError) as caught:
            read()
        assert said in str(caught.value)
        assert not isinstance(caught.value, MissingSecretError)
        assert not any(word in str(caught.value) for word in ("qz", "xxx"))


def _missing(path):
    path.unlink(missing_ok=True)


def _directory(path):
    path.mkdir()


def _content(content):
    return lambda path: path.write_bytes(content)


FAULTY = {
    "missing": _missing,
    "directory": _directory,
    "pipe": os.mkfifo,
    "empty": _content(b"\n"),
    "blank": _content(b"  \n"),
    "tab": _content(b"one\ttwo\n"),
    **{row[1]: _content(row[0]) for row in UNUSABLE},
}


@pytest.mark.parametrize("make", FAULTY.values(), ids=[name[:24] for name in FAULTY])
def test_whatever_is_wrong_with_a_secret_the_config_is_accepted_and_each_is_named(tmp_path, make):
    """One rule for every fault: only what needs the secret waits."""
    make(tmp_path / "key")
    reference, file = f"file:{tmp_path / 'key'}", tmp_path / "feeds.toml"
    file.write_text(f"""
[alerts]
webhook = "{reference}"
webhook_secret = "{reference}"
smtp = "mail.example"
mail_to = ["a@b.example"]
smtp_user = "u"
smtp_password = "{reference}"
[[push]]
name = "cms"
url = "{reference}"
secrets = ["{reference}"]
[[feed]]
id = "a"
url = "https://a.example/"
auth = {{ type = "bearer", token = "{reference}" }}
headers = {{ X-Key = "{reference}" }}
[[feed]]
id = "b"
url = "https://b.example/"
""")
    reading = read_files(file)
    assert reading.faults == ()
    assert [feed.id for feed in reading.config.feeds] == ["a", "b"]
    assert [one.line for one in reading.missing] == [3, 4, 8, 11, 12, 16, 17]
    assert all(f'the secret "{reference}" ' in one.message for one in reading.missing)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working directory in which the `.env` of the service is read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WIREROOM_ENV_FILE", raising=False)
    return tmp_path


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_secret_of_the_env_file_is_one_of_the_environment(place, monkeypatch, mark):
    (place / ".env").write_bytes(f'{mark}DESK="hunter 2"\r\nOTHER=x # comment\r\n'.encode())
    assert resolve_secret("env:DESK") == "hunter 2"
    assert redact("of hunter 2") == "of ***"
    (place / ".env").write_text("DESK='hunter $3'\n")  # read again when it changes
    assert resolve_secret("env:DESK") == "hunter $3"
    monkeypatch.setenv("DESK", "of the process")  # which counts first, as with the settings
    assert resolve_secret("env:DESK") == "of the process"
    monkeypatch.delenv("DESK")
    monkeypatch.setenv("WIREROOM_ENV_FILE", "")
    with pytest.raises(MissingSecretError):
        resolve_secret("env:DESK")


def test_a_missing_variable_is_told_with_where_it_was_looked_for(place, monkeypatch):
    def reason():
        with pytest.raises(MissingSecretError) as caught:
            resolve_secret("env:DESK_PASSWORD")
        return str(caught.value)

    assert f"the environment does not set it, and there is no file {place / '.env'}" in reason()
    (place / ".env").write_text("DESK_PASWORD=s3cretword\n")
    assert f"the environment does not set it, nor does {place / '.env'}; did you mean DESK_PASWORD?" in (
        reason()
    )
    assert "s3cretword" not in reason()
    monkeypatch.setenv("WIREROOM_ENV_FILE", "")
    assert reason().endswith("is not there: the environment does not set it")
    monkeypatch.setenv("DESK_PASSWORD", "")
    assert '"env:DESK_PASSWORD" is not there: the variable is empty' in reason()


def test_an_env_file_that_cannot_be_read_is_told_by_its_path(place, monkeypatch):
    (place / ".env").write_text("DESK=x\n")

    def refuse(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    for read in (read_settings, lambda: resolve_secret("env:DESK")):
        with pytest.raises(ConfigError, match=r"\.env cannot be read: Permission denied; run the command as"):
            read()


def test_an_env_file_of_another_coding_is_told(place):
    (place / ".env").write_bytes("WIREROOM_TICK=5s\n".encode("utf-16"))
    assert find_odd_variables() == [".env is ignored: it is UTF-16 text; save it as UTF-8"]


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_a_secret_is_read_from_no_file_that_may_never_end(kind, tmp_path):
    path = "/dev/zero" if kind == "device" else str(tmp_path / "pipe")
    if kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(ConfigError, match="it is not a file"):
        resolve_secret(f"file:{path}")


def test_a_literal_is_no_reference_and_is_not_shown():
    with pytest.raises(ConfigError) as caught:
        resolve_secret("hunter2")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "feed", [FEED, FeedConfig(id="b", url="https://b.org/"), replace(FEED, quiet_alert=60.0)]
)
def test_a_feed_survives_the_database(feed):
    stored = json.loads(json.dumps(feed_to_json(feed)))
    assert feed_from_json(stored) == feed
    assert stored == feed_to_json(feed)


def test_a_feed_stored_by_another_version_is_read():
    stored = feed_to_json(FEED)
    del stored["tags"], stored["moved_hits"]
    assert feed_from_json({**stored, "later": 1}) == replace(FEED, tags=())


CHANGES = [
    ({"url": "https://example.org/2"}, True),
    ({"auth": None}, True),
    ({"auth": Auth("basic", user="v", password="env:DESK")}, True),
    ({"headers": ()}, True),
    ({"interval_s": 1.0}, False),
    ({"tags": ()}, False),
    ({"enabled": False}, False),
]


@pytest.mark.parametrize(("change", "is_other"), CHANGES, ids=[str(row[0])[:40] for row in CHANGES])
def test_url_login_and_headers_make_another_request(change, is_other):
    assert (fingerprint(replace(FEED, **change)) != fingerprint(FEED)) is is_other


def test_a_reason_that_several_secrets_have_is_said_once(place):
    """The line stays one that begins like that of a single secret, and names each."""
    headers = (("X-One", "env:NO_ONE"), ("X-Two", "file:/nonexistent/key"), ("X-Three", "env:NO_TWO"))
    said = sum_up_faults(find_secret_faults(None, headers))
    assert said == (
        'the secret "env:NO_ONE" and the secret "env:NO_TWO" are not there: '
        f"the environment does not set it, and there is no file {place / '.env'}; "
        'the secret "file:/nonexistent/key" is not there: No such file or directory'
    )


@pytest.mark.parametrize(
    ("resolve", "value", "said"),
    [
        (resolve_url, "cms.example/in", "it is not an http or https URL"),
        (resolve_key, "whsec_c2hvcnQ=", "24 to 64 bytes"),
        (resolve_mail_password, "pässword", "other than ASCII"),
    ],
)
def test_a_secret_that_its_use_does_not_allow_is_named_and_not_shown(monkeypatch, resolve, value, said):
    monkeypatch.setenv("DESK", value)
    with pytest.raises(ConfigError) as caught:
        resolve("env:DESK")
    assert 'the secret "env:DESK" cannot be used: ' in str(caught.value)
    assert said in str(caught.value)
    assert value not in str(caught.value)
