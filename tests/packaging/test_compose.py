"""docker-compose.yml and Dockerfile: valid, closed to the outside, and every setting and secret passes."""

import importlib.resources
import json
import os
import re
import socket
import subprocess
import time

import jsonschema
import psutil
import pytest
import redis
import yaml
from kombu import Connection

from tests.config.test_setting_secrets import ODD
from tests.docs import pages
from worker.flows.redis_link import LinkError, RedisLink
from worker.launcher.broker import find_server
from worker.launcher.roles import ROLES as WORKER_ROLES
from worker.settings import NAMES, SECRETS, broker_url_of, read_settings, redis_url_of

COMPOSE = yaml.safe_load(pages.read("docker-compose.yml"))
SERVICES = COMPOSE["services"]
ROLES = {"control", "poll", "extract", "flower", "web"}
OURS = {*ROLES, "migrate"}
# what the layout of the containers decides
FIXED = {"HOME", "CONFIG", "ENV_FILE"}
FIXED_OF = {"flower": {"FLOWER_ADDRESS", "FLOWER_PORT"}, "web": {"WEB_ADDRESS"}}
_VARIABLE = re.compile(r"\$\{(\w+)(:?-)([^}]*)\}")


def interpolate(text, env):
    """A value with `${NAME-default}` and `${NAME:-default}` replaced, as Compose does."""

    def value(found):
        name, sign, default = found.groups()
        given = env.get(name)
        return default if given is None or (sign == ":-" and not given) else given

    return _VARIABLE.sub(value, str(text)).replace("$$", "$")


def environment_of(service, env):
    """The variables in a container whose `.env` has these lines."""
    own = SERVICES[service].get("environment", {})
    is_passed = any(one["path"] == ".env" for one in SERVICES[service].get("env_file", []))
    return {**(env if is_passed else {}), **{name: interpolate(text, env) for name, text in own.items()}}


def test_the_file_is_valid_by_the_compose_specification():
    text = importlib.resources.files("check_jsonschema.builtin_schemas.vendor") / "compose-spec.json"
    schema = json.loads(text.read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(COMPOSE)] == []
    broken = {"services": {"poll": {**SERVICES["poll"], "helthcheck": {}}}}
    assert list(validator.iter_errors(broken)) != []


def test_every_role_of_many_machines_is_a_service():
    assert {name: SERVICES[name]["command"][:2] for name in ROLES} == {
        name: ["worker", name] for name in set(WORKER_ROLES) - {"beat"}  # beat runs with control
    }  # fmt: skip
    assert SERVICES["migrate"]["command"] == ["db", "upgrade"]


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_container_has_no_rights_that_it_does_not_need(service):
    found = SERVICES[service]
    assert found["read_only"] is True
    assert found["cap_drop"] == ["ALL"]
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & found.keys()
    assert found["restart"] == ("no" if service == "migrate" else "unless-stopped")
    assert found["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert "/tmp" in {path.partition(":")[0] for path in found["tmpfs"]}
    assert "user" in found or service in OURS  # the image of these sets its user
    assert found.get("user") != "root"


@pytest.mark.parametrize("service", sorted(OURS))
def test_the_state_directory_can_be_written_by_the_user_of_the_image_alone(service):
    found = SERVICES[service]
    uid = re.search(r"--uid (\d+) --gid \1 ", pages.read("Dockerfile"))[1]
    scratch = dict(path.partition(":")[::2] for path in found["tmpfs"])
    if service == "flower":  # its history survives
        assert "flower:/var/lib/wireroom" in found["volumes"]
        assert "/var/lib/wireroom" not in scratch
    else:
        assert {f"uid={uid}", f"gid={uid}", "mode=0700"} <= set(scratch["/var/lib/wireroom"].split(","))
    assert "./config:/etc/wireroom:ro" in found["volumes"]


def test_nothing_is_published_beyond_loopback():
    published = {name: found["ports"] for name, found in SERVICES.items() if "ports" in found}
    assert published == {
        "flower": ["127.0.0.1:${WIREROOM_FLOWER_PORT:-5555}:5555"],
        "web": ["127.0.0.1:5580:5580"],
    }


@pytest.mark.parametrize("service", sorted(ROLES))
def test_a_role_is_healthy_when_its_own_check_says_so_and_starts_after_what_it_needs(service):
    found = SERVICES[service]
    assert found["healthcheck"]["test"] == ["CMD", "wireroom", "health", service]
    needs = {name: need["condition"] for name, need in found["depends_on"].items()}
    assert needs["migrate"] == "service_completed_successfully"
    assert needs["broker"] == "service_healthy"
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert all("test" in SERVICES[name]["healthcheck"] for name in ("postgres", "broker"))


@pytest.mark.parametrize("service", sorted(ROLES))
@pytest.mark.parametrize("name", sorted(set(NAMES) - FIXED))
def test_every_setting_in_the_file_of_variables_reaches_the_containers(service, name):
    variable = f"WIREROOM_{name}"
    if name in FIXED_OF.get(service, ()):
        return
    assert environment_of(service, {variable: "set in the file"})[variable] == "set in the file"


def test_the_port_of_the_monitor_is_that_outside_of_its_container():
    [port] = SERVICES["flower"]["ports"]
    assert interpolate(port, {"WIREROOM_FLOWER_PORT": "6000"}) == "127.0.0.1:6000:5555"
    assert environment_of("flower", {"WIREROOM_FLOWER_PORT": "6000"})["WIREROOM_FLOWER_PORT"] == "5555"


def test_variables_that_the_config_names_as_secrets_reach_the_containers():
    for service in ROLES:
        assert environment_of(service, {"DESK_PASSWORD": "a$b"})["DESK_PASSWORD"] == "a$b"


@pytest.mark.parametrize("service", sorted(OURS))
def test_a_container_gets_the_secrets_that_its_settings_name(service, tmp_path):
    """All settings are valid as they are, and read from files that the container has."""
    env = environment_of(service, {})
    named = {name: path for name, path in env.items() if name.endswith("_FILE") and path}
    assert {path.removeprefix("/run/secrets/") for path in named.values()} <= set(
        SERVICES[service]["secrets"]
    )
    assert all(name.removeprefix("WIREROOM_").removesuffix("_FILE") in SECRETS for name in named)
    for path in named.values():
        (tmp_path / path.rpartition("/")[2]).write_text(f"desk:{ODD}\n")
    here = {
        name: path.replace("/run/secrets", str(tmp_path)) if name in named else path
        for name, path in env.items()
    }
    found = read_settings(here)
    assert found.database_url.startswith("postgresql+psycopg://wireroom:desk%3A")
    assert str(found.broker_url).endswith("@broker:6379/0")
    login = f"desk:{ODD}".strip()
    assert (found.flower_basic_auth == login) == (service == "flower")
    assert (found.web_basic_auth == login) == (service == "web")


def test_every_secret_is_a_file_and_is_never_a_variable():
    used = {name for found in SERVICES.values() for name in found.get("secrets", [])}
    assert used == COMPOSE["secrets"].keys()
    assert all(secret == {"file": f"./secrets/{name}"} for name, secret in COMPOSE["secrets"].items())
    assert "secrets/" in pages.read(".gitignore").splitlines()
    assert not [
        name for service in SERVICES for name in environment_of(service, {}) if name.endswith("PASSWORD")
    ]


@pytest.fixture
def guarded_port(tmp_path):
    """A broker started by the command of its container, on a free port of loopback."""
    (tmp_path / "broker_password").write_text(f"{ODD}\n")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    shell, option, script = SERVICES["broker"]["command"]
    script = (
        script.replace("$$", "$")
        .replace("/run/secrets", str(tmp_path))
        .replace("/tmp/auth", f"{tmp_path}/auth")
    )
    script = script.replace("exec valkey-server", f"exec {find_server()}").rstrip()
    script += f" --port {port} --bind 127.0.0.1 --dir {tmp_path}"
    with subprocess.Popen([shell, option, script], stdout=subprocess.DEVNULL) as process:
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
        process.terminate()


def test_the_broker_wants_the_odd_password_and_all_clients_give_it(guarded_port, tmp_path):
    names = {
        "BROKER_URL": f"redis://127.0.0.1:{guarded_port}/1",
        "BROKER_PASSWORD_FILE": f"{tmp_path}/broker_password",
    }
    found = read_settings({f"WIREROOM_{name}": value for name, value in names.items()})
    with RedisLink(redis_url_of(found), 5) as link:
        assert link.ask("SET", "a", "1") == b"OK"
    with redis.Redis.from_url(redis_url_of(found)) as client:
        assert client.get("a") == b"1"
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    with Connection(broker_url_of(found)) as connection:
        connection.ensure_connection(max_retries=1, timeout=5)
    with pytest.raises(LinkError), RedisLink(names["BROKER_URL"], 5) as link:
        link.ask("GET", "a")
    assert (tmp_path / "auth.conf").stat().st_mode & 0o777 == 0o600


def test_a_password_is_not_on_the_command_line_of_the_broker(guarded_port):
    lines = [" ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"])]
    assert any(str(guarded_port) in line for line in lines)
    assert not any(ODD in line for line in lines)


# ---- the image -----------------------------------------------------------------------------------
DOCKERFILE = pages.read("Dockerfile").replace("\\\n", " ")


def test_the_image_is_built_in_stages_and_runs_as_a_user_of_its_own():
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    assert all(re.match(r"python:3\.1[123]-slim\b", stage) for stage in stages)
    assert len(stages) == 2
    last = stages[-1]
    assert re.search(r"^USER wireroom$", last, re.MULTILINE)
    assert "pip" not in last
    assert re.search(r'^HEALTHCHECK .* CMD \["wireroom", "health"\]$', last, re.MULTILINE)


def test_everything_in_the_image_is_locked_by_hash():
    installs = re.findall(r"pip (?:--python \S+ )?install ([^&\n]+)", DOCKERFILE)
    assert all(
        "--require-hashes" in one or {"--no-deps", "--no-index"} <= set(one.split()) for one in installs
    )
    assert "--no-build-isolation" in DOCKERFILE
    assert not re.search(r"https?:|index-url", DOCKERFILE)
    for name in ("requirements.txt", "requirements-build.txt"):
        lines = pages.read(name).replace("\\\n", " ").splitlines()
        assert all("--hash=sha256:" in line for line in lines if line and not line.startswith("#"))
        assert not any(line.startswith("-") for line in lines)


def test_what_the_image_copies_is_sent_to_the_builder():
    allowed = {line[1:] for line in pages.read(".dockerignore").splitlines() if line.startswith("!")}
    copied = [words.split()[:-1] for words in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)]
    assert {name for names in copied for name in names} == allowed
    assert all(os.path.lexists(pages.ROOT / name) for name in allowed)
