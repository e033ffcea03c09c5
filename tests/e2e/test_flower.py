"""The monitor as an operator sees it: the real service on the sample newsroom, Flower in a real Chromium."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from tests.launcher.test_run import Service, until
from tests.newsroom import Newsroom, serve

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

WIREROOM = Path(sys.executable).with_name("wireroom")
BROWSERS = ("/usr/bin/chromium", "chromium", "chromium-browser")
BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STARTED_S, SHOWN_S, STOPPED_S = 120.0, 60.0, 60.0
FEED, BAD_FEED = "wire-en", "lost-gazette"
ROWS = "#tasks-table tbody tr"
LINKS = f"{ROWS} a[href*='/task/']"
ROLES = ("control", "poll", "extract")
READY_MS, DRAWN_MS = 5000, 300
MOST_LOOKED_AT = 3


class Monitored(Service):
    """The service with its monitor on a free port."""

    def __init__(self, folder, newsroom_toml):
        super().__init__(folder)
        self.config.write_text(newsroom_toml)
        self.env["WIREROOM_TICK"] = "1s"
        with socket.socket() as probe, socket.socket() as other:
            probe.bind(("127.0.0.1", 0))
            other.bind(("127.0.0.1", 0))
            self.port, self.metrics_port = probe.getsockname()[1], other.getsockname()[1]
        self.env["WIREROOM_METRICS_ADDRESS"] = str(self.metrics_port)
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        command = [str(WIREROOM), "run", "--flower-port", str(self.port)]
        with self.output.open("ab") as output:
            process = subprocess.Popen(
                command, env=self.env, stdout=output, stderr=output, cwd=self.config.parent
            )
        self.processes.append(process)
        return process

    def stop(self):
        """Stop as an operator does; kills what is left then. Gives the exit code."""
        process = self.processes[0]
        try:
            process.terminate()
            return process.wait(STOPPED_S)
        finally:
            self.close()


class Monitor:
    """Flower's pages, read as text."""

    def __init__(self, url, page):
        self.url, self.page = url, page

    def workers(self):
        self.page.goto(f"{self.url}/workers")
        return self.page.locator("main").inner_text()

    def tasks(self, query):
        """The rows of the task list that a search leaves, once there are any."""
        if not until(lambda: self._search(query), SHOWN_S):
            raise TimeoutError(f"no task for {query!r}")
        return self.page.locator(ROWS).all_inner_texts()

    def _search(self, query):
        """Search as a user does; whether rows were found. A page that is not ready yet is loaded again."""
        self.page.goto(f"{self.url}/tasks")
        try:
            self.page.locator(LINKS).first.wait_for(timeout=READY_MS)
            with self.page.expect_response(lambda got: _asks_for(got.request, query), timeout=READY_MS):
                self.page.locator("input[type=search]").first.fill(query)
        except playwright.TimeoutError:
            return False
        self.page.wait_for_timeout(DRAWN_MS)
        return self.page.locator(LINKS).count() > 0

    def details(self, query):
        """The page of the newest task that a search finds."""
        self.tasks(query)
        link = self.page.locator(LINKS).first.get_attribute("href")
        self.page.goto(self.url + link)
        return self.page.locator("main").inner_text()


def _asks_for(request, query):
    return (
        "/tasks/datatable" in request.url and quote_plus(query) in f"{request.url} {request.post_data or ''}"
    )


@pytest.fixture(scope="module")
def chromium():
    """The path of the system's Chromium; skips the test if there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is there")
    return found


@pytest.fixture(scope="module")
def service(chromium):
    """The running service, which polls the sample newsroom and one feed that is not there."""
    newsroom = Newsroom(datetime.now(UTC))
    folder = Path(tempfile.mkdtemp(prefix="wr-"))
    with serve(newsroom) as server:
        lost = f'\n[[feed]]\nid = "{BAD_FEED}"\nurl = "{server.base}/{BAD_FEED}/feed.xml"\n'
        service = Monitored(folder, newsroom.feeds_toml(server.base) + lost)
        try:
            service.start()
            is_up = until(lambda: "child=flower" in service.output.read_text(), STARTED_S)
            assert is_up, service.output.read_text()
            yield service
        finally:
            code = service.stop()
    assert code == 0, service.output.read_text()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def monitor(service, chromium, tmp_path_factory):
    """Flower in a browser that has no history."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("chromium"),
            executable_path=chromium,
            headless=True,
            args=BROWSER_OPTIONS,
        )
        browser.set_default_timeout(SHOWN_S * 1000)
        browser.add_init_script("localStorage.clear()")  # Flower remembers the last search
        yield Monitor(service.url, browser.new_page())
        browser.close()


def test_every_worker_is_online(monitor):
    """One line for each role, and every worker is online."""
    seen = []

    def all_online():
        seen.append(monitor.workers())
        return seen[-1].count("Online\t") == len(ROLES)

    assert until(all_online, SHOWN_S), seen[-1]
    shown = seen[-1]
    for role in ROLES:
        assert f"{role}@" in shown
    assert "Offline" not in shown


def test_the_control_worker_serves_the_metrics_of_the_whole_service(service):
    found = []

    def has_polled():
        with urllib.request.urlopen(f"http://127.0.0.1:{service.metrics_port}/metrics", timeout=30) as page:
            found.append(page.read().decode())
        return re.search(r'wireroom_polls_total\{outcome="failed"\} [1-9]', found[-1])

    assert until(has_polled, SHOWN_S), found[-1]
    assert "wireroom_database_up 1.0" in found[-1]
    assert 'wireroom_workers{role="poll"} 1.0' in found[-1]
    assert re.search(r'wireroom_control_task_seconds_count\{task="control.tick"\} [1-9]', found[-1])


def test_a_service_with_a_failing_feed_is_healthy(service):
    for role in ((), *((role,) for role in (*ROLES, "flower"))):
        done = subprocess.run(
            [WIREROOM, "health", *role],
            env={**service.env, "WIREROOM_FLOWER_PORT": str(service.port)},
            cwd=service.config.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr


def test_a_poll_is_found_by_its_feed_and_says_how_it_ended(monitor):
    """The arguments name the feed; the result has the outcome and the next due time."""
    rows = monitor.tasks(f"name:feeds.poll kwargs:{FEED} state:SUCCESS")
    assert all(row.startswith("feeds.poll") and "SUCCESS" in row for row in rows)
    page = monitor.details(f"name:feeds.poll kwargs:{FEED} state:SUCCESS")
    assert f"'feed': '{FEED}'" in page
    assert "'outcome': 'updated'" in page or "'outcome': 'not_modified'" in page
    assert "'next_due': '20" in page


def test_a_feed_that_cannot_be_had_is_a_failure_with_its_reason_in_one_line(monitor):
    monitor.tasks(f"name:feeds.poll kwargs:{BAD_FEED} state:FAILURE")
    rows = monitor.tasks(f"name:feeds.poll kwargs:{BAD_FEED}")
    rows = [row for row in rows if "STARTED" not in row and "RECEIVED" not in row]  # those that have ended
    assert rows
    assert all("FAILURE" in row for row in rows)
    page = monitor.details(f"state:FAILURE kwargs:{BAD_FEED}")
    reason = next(line for line in page.splitlines() if line.startswith("FetchError: "))
    assert reason.startswith("FetchError: 404 from 127.0.0.1:")
    assert f"(feed {BAD_FEED}, http://127.0.0.1:" in reason
    assert f"/{BAD_FEED}/feed.xml), next try " in reason
    assert "Traceback" not in page
    assert all("404 from" in row and "lease" not in row and ", next try " in row for row in rows)


def test_housekeeping_is_not_in_the_list_while_it_works(monitor):
    monitor.tasks("name:feeds.poll")
    wanted = "draw=1&start=0&length=1000&order[0][column]=0&columns[0][data]=name"
    listed = monitor.page.request.get(f"{monitor.url}/tasks/datatable?{wanted}").json()["data"]
    assert {task["name"] for task in listed} <= {"feeds.poll", "articles.extract"}
    assert all(task["received"] for task in listed if task["state"] in {"SUCCESS", "FAILURE"})


def test_only_the_feed_that_is_not_there_fails(monitor):
    """A failing feed breaks no other."""
    assert until(lambda: len(monitor.tasks("name:feeds.poll state:SUCCESS")) > 1, SHOWN_S)
    monitor.tasks("state:FAILURE")
    failed = monitor.page.locator(LINKS).evaluate_all("all => all.map(a => a.href)")
    assert failed
    for link in failed[:MOST_LOOKED_AT]:
        monitor.page.goto(link)
        assert BAD_FEED in monitor.page.locator("main").inner_text()


def test_the_list_itself_names_the_feed_of_each_poll(monitor):
    rows = monitor.tasks(f"name:feeds.poll kwargs:{FEED}")
    assert all(row.split("\t")[1] == FEED for row in rows)


def test_what_an_operator_reads_first_fits_a_window(monitor):
    """The name, the feed or article, the state, the reason, when and how long, in 1,280 pixels."""
    monitor.page.set_viewport_size({"width": 1280, "height": 800})
    monitor.tasks("name:articles.extract")
    monitor.tasks(f"name:feeds.poll kwargs:{BAD_FEED} state:FAILURE")
    ends = monitor.page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('#tasks-table thead th')]"
        ".map(one => [one.dataset.column, one.getBoundingClientRect().right]))"
    )
    frame = monitor.page.locator(".tasks-table-card").bounding_box()
    read_first = ["name", "kwargs", "state", "result", "received", "runtime"]
    assert list(ends)[: len(read_first)] == read_first
    assert max(ends[name] for name in read_first) <= frame["x"] + frame["width"] <= 1280


def test_the_history_survives_a_restart(monitor, service):
    """Another Flower shows the page of a task that ended before it started."""
    monitor.tasks(f"name:feeds.poll kwargs:{BAD_FEED}")
    link = monitor.page.locator(LINKS).first.get_attribute("href")
    [pid] = re.findall(r"\bready\b.*child=flower.*pid=(\d+)", service.output.read_text())
    os.kill(int(pid), signal.SIGTERM)

    def is_back():
        return len(re.findall(r"\bready\b.*child=flower", service.output.read_text())) == 2

    assert until(is_back, STARTED_S), service.output.read_text()
    monitor.page.goto(monitor.url + link)
    assert f"(feed {BAD_FEED}, http://127.0.0.1:" in monitor.page.locator("main").inner_text()
