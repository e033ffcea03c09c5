"""Flower: on loopback or behind a password, on a free port, with its history kept."""

import socket
from types import SimpleNamespace

import pytest

from tests.support.receivers import hook_receiver
from worker.errors import ServiceError
from worker.launcher import flower_config
from worker.launcher.flower import (
    Flower,
    check_address,
    flower_argv,
    flower_env,
    flower_url,
)
from worker.service_urls import is_loopback
from worker.settings import read_settings


def settings_of(home, **more):
    names = {f"WIREROOM_FLOWER_{name.upper()}": str(value) for name, value in more.items()}
    return read_settings({"WIREROOM_HOME": str(home), **names})


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.4", False),
        ("monitor.example", False),
    ],
)
def test_only_addresses_of_this_machine_are_loopback(address, expected):
    assert is_loopback(address) == expected


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.0.0.4"])
def test_elsewhere_it_refuses_to_start_without_a_password(tmp_path, address):
    with pytest.raises(ServiceError, match="WIREROOM_FLOWER_BASIC_AUTH"):
        check_address(settings_of(tmp_path, address=address))
    check_address(settings_of(tmp_path, address=address, basic_auth="desk:secret"))


@pytest.mark.parametrize("login", [":", "desk:", ":secret", "desk", " : ", "desk:secret,:", "desk:secret,"])
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_half_a_login_is_refused(tmp_path, address, login):
    with pytest.raises(ServiceError, match="WIREROOM_FLOWER_BASIC_AUTH: write user:password"):
        check_address(settings_of(tmp_path, address=address, basic_auth=login))
    check_address(settings_of(tmp_path, address=address, basic_auth="desk:sec:ret,night:other"))


@pytest.mark.parametrize(
    ("result", "exception", "shown"),
    [
        (None, "FetchError: 404 from x", "404 from x"),
        (None, "OperationalError('disk I/O error')", "OperationalError('disk I/O error')"),
        ("{'new': 1}", None, "{'new': 1}"),
        (None, None, None),
    ],
)
def test_the_reason_of_a_failure_is_shown_as_its_result(result, exception, shown):
    task = SimpleNamespace(result=result, exception=exception, kwargs=None)
    assert flower_config.format_task(task).result == shown


@pytest.mark.parametrize(
    "kwargs", ["{'feed': 'quay', 'lease': '1f2e'}", "{'lease': '1f2e', 'feed': 'quay'}", "{'feed': 'quay'}"]
)
def test_a_lease_is_not_among_the_arguments_shown(kwargs):
    task = SimpleNamespace(result=None, exception=None, kwargs=kwargs)
    shown = flower_config.format_task(task)
    assert (shown.kwargs, shown.args) == ("quay", "{'feed': 'quay'}")


@pytest.mark.parametrize(
    ("kwargs", "about"),
    [
        ("{'job': 422, 'kind': 'fulltext', 'article': 184, 'lease': '1f2e'}", "fulltext 184"),
        ("{'feed': 'a-feed-with-a-name-of-36-characters-x'}", "a-feed-with-a-name-of-3…"),
        ("{'receiver': 'cms', 'lease': '1f2e'}", "cms"),
        ("{'day': 3}", "{'day': 3}"),
        ("{'feed': 'cut by Cele…", "{'feed': 'cut by Cele…"),
    ],
)
def test_the_list_says_in_few_words_what_a_task_is_about(kwargs, about):
    """The whole arguments are on the task's page, which has `args`; other arguments stay as they are."""
    task = SimpleNamespace(result=None, exception=None, kwargs=kwargs, args="()")
    shown = flower_config.format_task(task)
    assert shown.kwargs == about
    assert shown.args == ("()" if shown.kwargs == kwargs else kwargs.replace(", 'lease': '1f2e'", ""))


def test_flower_reads_no_config_file_of_the_working_directory(tmp_path):
    [conf] = [part for part in flower_argv(settings_of(tmp_path)) if part.startswith("--conf=")]
    assert conf == f"--conf={flower_config.__file__}"


def test_the_password_is_not_on_the_command_line(tmp_path):
    settings = settings_of(tmp_path, basic_auth="desk:secret")
    assert not any("secret" in part for part in flower_argv(settings))
    assert flower_env(settings) == {"FLOWER_BASIC_AUTH": "desk:secret"}


def test_an_occupied_port_is_one_line_that_names_the_way_out(tmp_path, taken_port):
    with pytest.raises(ServiceError, match=rf"127.0.0.1:{taken_port} is in use .* --flower-port"):
        Flower(settings_of(tmp_path, port=taken_port)).prepare(0)


def test_it_is_ready_when_it_responds(tmp_path, taken_port, free_port):
    """The kernel accepts connections for a process that hangs."""
    with hook_receiver() as server:
        assert Flower(settings_of(tmp_path, port=server.port)).is_ready()
    assert not Flower(settings_of(tmp_path, port=taken_port)).is_ready(0.1)
    assert not Flower(settings_of(tmp_path, port=free_port)).is_ready()


def test_a_history_that_keeps_it_from_starting_is_set_aside(tmp_path, free_port):
    flower = Flower(settings_of(tmp_path, port=free_port))
    history = tmp_path / "flower.db"
    history.write_text("broken")
    flower.prepare(1)
    assert history.exists()
    flower.prepare(2)
    assert not history.exists()
    assert (tmp_path / "flower-broken.db").read_text() == "broken"


def test_its_address_is_a_url(tmp_path):
    assert flower_url(settings_of(tmp_path)) == "http://127.0.0.1:5555"
    assert flower_url(settings_of(tmp_path, address="::1", port=80)) == "http://[::1]:80"
