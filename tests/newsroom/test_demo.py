"""The demo takes the state directory and the port that it is told, and says how to look at it."""

import pytest

from tests.newsroom import __main__ as demo


@pytest.fixture
def started(monkeypatch, tmp_path):
    """What `wireroom run` would have been started with."""
    found = {}

    def run(command, environ, newsroom):
        found.update(command=command, environ=environ)
        return 0

    (tmp_path / "wireroom").touch()
    monkeypatch.setattr(demo, "_run", run)
    monkeypatch.setattr(demo.sys, "executable", str(tmp_path / "python"))
    for name in ("WIREROOM_HOME", "WIREROOM_FLOWER_PORT"):
        monkeypatch.delenv(name, raising=False)
    return found


def test_a_named_home_and_port_are_used_and_kept(started, monkeypatch, tmp_path, capsys):
    home = tmp_path / "my home"
    monkeypatch.setenv("WIREROOM_HOME", str(home))
    monkeypatch.setenv("WIREROOM_FLOWER_PORT", "5999")
    assert demo.main([]) == 0
    assert started["environ"]["WIREROOM_HOME"] == str(home)
    assert started["command"][1:] == ["run", "--flower-port", "5999"]
    assert (home / demo.CONFIG_NAME).is_file()
    line = capsys.readouterr().out.splitlines()[1]
    assert line == f"export WIREROOM_HOME='{home}' WIREROOM_CONFIG='{home}/{demo.CONFIG_NAME}'"


def test_without_a_name_the_home_is_thrown_away(started, capsys):
    assert demo.main(["--flower-port", "5998"]) == 0
    home = started["environ"]["WIREROOM_HOME"]
    assert not demo.Path(home).exists()
    assert capsys.readouterr().out.splitlines()[1].startswith(f"export WIREROOM_HOME={home} ")


def test_a_port_that_is_no_number_is_refused(started, monkeypatch):
    monkeypatch.setenv("WIREROOM_FLOWER_PORT", "many")
    with pytest.raises(SystemExit) as stop:
        demo.main([])
    assert stop.value.code == 2
