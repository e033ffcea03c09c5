"""The endpoint serves the metrics in Prometheus' format, on loopback unless another address is set."""

import base64
import json
import re
import socket
import urllib.error
import urllib.request
from dataclasses import replace

import pytest
import yaml
from celery.signals import task_postrun, task_prerun
from prometheus_client.parser import text_string_to_metric_families

from tests.docs import pages
from worker.errors import ConfigError, ServiceError
from worker.flows.services import Services
from worker.metrics.server import Endpoint, serve_metrics
from worker.settings import read_settings

CONFIG = pages.ROOT / "config"
RULES = [
    rule
    for group in yaml.safe_load((CONFIG / "prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((CONFIG / "grafana/wireroom.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [("alert " + rule["alert"], rule["expr"]) for rule in RULES] + [
    (f"panel {panel['title']} {target['refId']}", target["expr"])
    for panel in PANELS
    for target in panel["targets"]
]
OF_PROMETHEUS = {"job", "instance", "le"}  # labels that it adds itself, or that histograms have
FUNCTIONS = {
    "max", "sum", "by", "without", "rate", "increase", "time", "histogram_quantile", "up",
}  # fmt: skip


class Task:
    name = "control.tick"


@pytest.fixture(scope="module")
def served(tmp_path_factory, broker_socket):
    """The text of an endpoint of an installation of its own, after a tick; and its families."""
    from tests.support.schema import with_schema
    from worker.flows import clocks
    from worker.flows.services import Services

    folder = tmp_path_factory.mktemp("metrics")
    settings = read_settings(
        {
            "WIREROOM_HOME": str(folder),
            "WIREROOM_DATABASE_URL": f"sqlite:///{folder / 'test.db'}",
            "WIREROOM_BROKER_URL": f"redis+socket://{broker_socket}?virtual_host=0",
        }
    )
    services = Services(settings)
    services.redis.flushdb()
    with_schema(services.db)
    clocks.keep(services)
    with services.db.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO config_state (id, loaded_at, service) VALUES (1, '2026-11-24 12:00:00', '{}')"
        )
    endpoint = Endpoint(services, ("127.0.0.1", 0))
    task_prerun.send(sender=Task, task_id="1", task=Task)
    task_postrun.send(sender=Task, task_id="1", task=Task)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{endpoint.port}/metrics", timeout=30) as response:
            assert response.headers["content-type"].startswith("text/plain")
            yield response.read().decode()
    finally:
        endpoint.close()
        services.close()


@pytest.fixture(scope="module")
def labels_of(served):
    """The labels of each exported sample by its name."""
    found = {}
    for family in text_string_to_metric_families(served):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def names_in(query):
    """The metrics of a query, each with the labels that it selects by."""
    bare = re.sub(r'"[^"]*"', '""', query)
    for name, selector in re.findall(r"\b((?:wireroom|process)_\w+|up)\b(?:\{([^}]*)\})?", bare):
        yield name, set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector))


# ---- the endpoint --------------------------------------------------------------------------------
def test_names_and_types_follow_the_conventions(served):
    """Prometheus: base units as suffixes, counters end in _total, help for each, no unknown type."""
    families = list(text_string_to_metric_families(served))
    for family in (family for family in families if family.name.startswith("wireroom_")):
        assert family.documentation.endswith("."), family.name
        assert family.type in {"counter", "gauge", "histogram"}, family.name
        assert not re.search(r"_(ms|milliseconds|minutes|hours|kb|mb)(_|$)", family.name)
        assert family.type == "counter" or not family.name.endswith("_total")
        assert {label for sample in family.samples for label in sample.labels} <= {
            "outcome", "state", "kind", "status", "role", "queue", "part", "task", "le", "version", "python",
        }  # fmt: skip
    assert "process_cpu_seconds_total" in served


def test_what_a_task_of_the_control_role_takes_is_observed(labels_of, served):
    assert labels_of["wireroom_control_task_seconds_count"] == {"task"}
    assert 'wireroom_control_task_seconds_count{task="control.tick"} 1.0' in served


def test_an_occupied_address_is_one_line_and_stops_nothing(services, caplog):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        assert serve_metrics(services, ("127.0.0.1", port)) is None


def test_a_name_that_cannot_be_looked_up_is_one_line_and_stops_nothing(services):
    assert serve_metrics(services, (f"{'x' * 64}.example", 9150)) is None


def test_the_start_waits_for_no_name_service(services, monkeypatch):
    """The name of the machine is not asked for: without a network the answer can take long."""
    monkeypatch.setattr(socket, "getfqdn", lambda _: pytest.fail("a name was looked up"))
    guarded = replace(services.settings, metrics_basic_auth="desk:a password")
    endpoint = Endpoint(Services(guarded), ("0.0.0.0", 0))
    endpoint.close()
    assert endpoint.port > 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "control.example"])
def test_metrics_without_a_password_are_not_served_beyond_loopback(services, host):
    wanted = (
        f"metrics are not served on {host} without a password: set WIREROOM_METRICS_BASIC_AUTH=user:password"
    )
    with pytest.raises(ServiceError, match=re.escape(wanted)):
        Endpoint(services, (host, 0))
    assert serve_metrics(services, (host, 0)) is None


@pytest.mark.parametrize("logins", ["desk", "desk:", ":secret", "desk:secret,night"])
def test_half_a_login_is_refused_on_any_address(services, logins):
    half = Services(replace(services.settings, metrics_basic_auth=logins))
    with pytest.raises(ServiceError, match="WIREROOM_METRICS_BASIC_AUTH: write user:password"):
        Endpoint(half, ("127.0.0.1", 0))


def _status(url, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as exc:
        return exc.code, f"{exc.headers['WWW-Authenticate']} {exc.read().decode()}"


def test_only_requests_with_one_of_the_logins_get_metrics(services):
    """Basic authentication (RFC 7617): the scheme in any case, the login in UTF-8."""
    logins = "desk:a password,night:pässwörd"
    endpoint = Endpoint(Services(replace(services.settings, metrics_basic_auth=logins)), ("127.0.0.1", 0))
    url = f"http://127.0.0.1:{endpoint.port}/metrics"
    try:
        for scheme, login in (("Basic", "desk:a password"), ("basic", "night:pässwörd")):
            token = base64.b64encode(login.encode()).decode()
            status, text = _status(url, f"{scheme} {token}")
            assert (status, "wireroom_build_info" in text) == (200, True)
        wrong = base64.b64encode(b"desk:another").decode()
        for given in (
            None,
            "",
            "Basic",
            "Basic é",
            f"Basic {wrong}",
            f"Bearer {wrong}",
            "Basic desk:a password",
        ):
            status, text = _status(url, given)
            assert (status, "Basic realm=" in text, "wireroom_build_info" in text) == (401, True, False)
    finally:
        endpoint.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("9150", ("127.0.0.1", 9150)),
        (":9150", ("127.0.0.1", 9150)),
        ("127.0.0.1:9150", ("127.0.0.1", 9150)),
        ("[::1]:9150", ("::1", 9150)),
        ("0.0.0.0:9150", ("0.0.0.0", 9150)),
        ("control.example:9150", ("control.example", 9150)),
    ],
)
def test_a_port_alone_is_one_of_loopback(text, expected):
    assert read_settings({"WIREROOM_METRICS_ADDRESS": text}).metrics_address == expected


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "::1", "::1:9150", "[::1]", "host:", "0", ":", "70000", "http://x:9150", "a b:9150"]
)
def test_an_address_without_a_port_is_refused_with_the_form(text):
    with pytest.raises(ConfigError, match=r"WIREROOM_METRICS_ADDRESS: .*for example 127\.0\.0\.1:9150"):
        read_settings({"WIREROOM_METRICS_ADDRESS": text})


# ---- dashboard, rules and page -------------------------------------------------------------------
@pytest.mark.parametrize(("place", "query"), QUERIES, ids=[place for place, _ in QUERIES])
def test_each_metric_and_label_of_a_query_is_exported(place, query, labels_of):
    known = labels_of | {"up": set()}
    used = list(names_in(query))
    assert used, "a query without a metric"
    for name, labels in used:
        assert name in known, name
        assert labels <= known[name] | OF_PROMETHEUS, name
    of_query = set().union(*(known[name] for name, _ in used)) | OF_PROMETHEUS
    for group in re.findall(r"\b(?:by|without)\s*\(([^)]*)\)", query):
        assert set(re.findall(r"\w+", group)) <= of_query
    words = set(re.findall(r"\b([a-z_]+)\s*\(", re.sub(r'"[^"]*"', "", query)))
    assert words <= FUNCTIONS
    assert query.count("(") == query.count(")")
    assert query.count("{") == query.count("}")


def test_the_label_in_a_legend_or_text_is_one_of_its_query():
    for panel in PANELS:
        for target in panel["targets"]:
            for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
                assert re.search(rf"by \([^)]*\b{label}\b", target["expr"]) or label == "instance"
    for rule in RULES:
        for label in re.findall(r"\$labels\.(\w+)", str(rule["annotations"])):
            assert re.search(rf"by \([^)]*\b{label}\b", rule["expr"])


def test_rules_say_what_is_wrong_and_what_to_do():
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))
    for rule in RULES:
        assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert rule["annotations"].keys() == {"summary", "action"}
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "0s"))


def test_commands_in_the_rules_exist():
    known = pages.all_commands()
    text = (CONFIG / "prometheus/alerts.yml").read_text()
    for found in re.findall(r"`(wireroom [^`]+)`", text):
        name, left = pages.find_command(re.sub(r"\{\{.*?\}\}", "poll", found).split())
        assert {word for word in left if word.startswith("--")} <= pages.options_of(known[name])


def test_panels_do_not_overlap_and_have_a_description():
    cells = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        own = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not own & cells, panel["title"]
        assert at["x"] + at["w"] <= 24
        cells |= own
        assert panel["type"] == "row" or panel["description"].endswith(".")
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))


def test_every_metric_is_described_and_no_other(served):
    described = set(pages.first_cells(pages.section("docs/monitoring.md", "Metrics")))
    families = {family.name: family for family in text_string_to_metric_families(served)}
    exported = {
        name + ("_total" if family.type == "counter" else "")
        for name, family in families.items()
        if name.startswith("wireroom_")
    }
    assert described == exported
