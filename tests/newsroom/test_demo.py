"""The demo uses the given state directory and port, and prints how to inspect it."""

import shlex
import subprocess

import pytest

from tests.newsroom import __main__ as demo


@pytest.fixture
def started(monkeypatch, tmp_path):
    """The command and environment that `wireroom run` would have been started with."""
    found = {}

    def run(command, environ, newsroom):
        found.update(command=command, environ=environ)
        return 0

    (tmp_path / "wireroom").write_text('#!/bin/sh\necho "$WIREROOM_HOME" "$WIREROOM_DATABASE_URL" "$@"\n')
    (tmp_path / "wireroom").chmod(0o700)
    monkeypatch.setattr(demo, "_run", run)
    monkeypatch.setattr(demo.sys, "executable", str(tmp_path / "python"))
    return found


def test_a_given_home_and_port_are_used_and_the_home_is_kept(started, tmp_path, capsys):
    home = tmp_path / "my home"
    assert demo.main(["--home", str(home), "--flower-port", "5999"]) == 0
    assert started["environ"]["WIREROOM_HOME"] == str(home)
    assert started["command"][1:] == ["run", "--flower-port", "5999"]
    assert (home / demo.CONFIG_NAME).is_file()
    pages = started["environ"]["WIREROOM_WEB_ADDRESS"]
    told = capsys.readouterr().out.splitlines()
    assert told[0].endswith(f"http://127.0.0.1:{pages}/?watch=1")
    assert told[2] == f"'{home}/wireroom' stories"


def test_the_command_for_a_second_terminal_uses_the_demos_settings_whatever_its_environment(
    started, tmp_path, capsys
):
    home = tmp_path / "my home"
    assert demo.main(["--home", str(home)]) == 0
    line = shlex.split(capsys.readouterr().out.splitlines()[2])
    users = {"WIREROOM_HOME": "/srv/wireroom", "WIREROOM_DATABASE_URL": "postgresql://desk@db/news"}
    printed = subprocess.run(line, env=users, capture_output=True, text=True, check=True).stdout
    assert printed == f"{home} sqlite:///{home}/wireroom.db stories\n"


def test_a_temporary_home_is_removed(started):
    assert demo.main(["--flower-port", "5998"]) == 0
    assert not demo.Path(started["environ"]["WIREROOM_HOME"]).exists()


@pytest.mark.parametrize("argv", [["--flower-port", "many"], ["--home", "{users}"]])
def test_an_invalid_port_and_a_directory_in_use_are_rejected(started, tmp_path, argv, capsys):
    users = tmp_path / "users"
    users.mkdir()
    (users / "wireroom.db").write_bytes(b"news")
    with pytest.raises(SystemExit) as stop:
        demo.main([word.format(users=users) for word in argv])
    assert stop.value.code == 2
    assert started == {}
    assert [path.name for path in users.iterdir()] == ["wireroom.db"]
