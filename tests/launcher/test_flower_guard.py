"""Flower is not open without a password, neither as the service's own nor as a subcommand of Celery."""

import http.client
import socket
import subprocess
import sys
import time

import psutil
import pytest

from tests.launcher.test_run import Service, until

OWN = (sys.executable, "-P", "-m", "worker.launcher.roles", "flower")
CELERY = (sys.executable, "-m", "celery", "-A", "worker", "flower")


@pytest.fixture
def service(tmp_path):
    service = Service(tmp_path)
    service.home.mkdir()
    yield service
    service.close()


def start(
    service, *options: str, command: tuple[str, ...] = CELERY, **env: str
) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with service.output.open("ab") as output:
        process = subprocess.Popen(
            [*command, *((f"--port={port}",) if command is CELERY else ()), *options],
            env=service.env | {"WIREROOM_FLOWER_PORT": str(port)} | env,
            stdout=output,
            stderr=output,
            cwd=service.home.parent,
        )
    service.processes.append(process)
    return process, port


def addresses(process, port: int) -> set[str]:
    try:
        found = psutil.Process(process.pid).net_connections("tcp")
    except psutil.NoSuchProcess:
        return set()
    return {one.laddr.ip for one in found if one.status == psutil.CONN_LISTEN and one.laddr.port == port}


def test_without_options_it_listens_on_loopback_only(service) -> None:
    process, port = start(service)
    assert until(lambda: addresses(process, port), 90)
    time.sleep(0.5)
    assert addresses(process, port) == {"127.0.0.1"}


def test_on_all_addresses_it_starts_with_a_login(service) -> None:
    process, port = start(service, "--address=0.0.0.0", FLOWER_BASIC_AUTH="desk:secret")
    assert until(lambda: addresses(process, port) == {"0.0.0.0"}, 90)


@pytest.mark.parametrize("login", [(), ("--basic-auth=:",)])
def test_on_all_addresses_it_does_not_start_without_one(service, login) -> None:
    process, _port = start(service, "--address=0.0.0.0", *login)
    assert process.wait(90) == 1
    assert "FLOWER_BASIC_AUTH" in service.output.read_text()


@pytest.mark.parametrize("command", [CELERY, OWN], ids=["celery", "own"])
def test_without_a_login_it_responds_to_no_foreign_host_name(service, command) -> None:
    """A page in a browser whose name is made to lead to loopback cannot read the list of tasks."""
    process, port = start(service, command=command)
    assert until(lambda: addresses(process, port), 90)
    found = {}
    for host in ("localhost", "127.0.0.1", "evil.example"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/healthcheck", headers={"Host": f"{host}:{port}"})
        found[host] = connection.getresponse().status
        connection.close()
    assert found == {"localhost": 200, "127.0.0.1": 200, "evil.example": 403}
