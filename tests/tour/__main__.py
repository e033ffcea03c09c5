"""The first five minutes, a feed that breaks and recovers, and a mistake in the config, with pictures.

Run as `python -m tests.tour FOLDER`, on loopback only. Writes `transcript.txt`, `flower.png`, `metrics.png`.
"""

import argparse
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.e2e.test_flower import BROWSER_OPTIONS, BROWSERS
from tests.newsroom import Newsroom, serve
from tests.support.isolation import claimed_directory, service_environment
from tests.support.receivers import HookReceiver, hook_receiver

WIREROOM = Path(sys.executable).with_name("wireroom")
BROKEN = "wire-en"  # the feed that breaks
LONG_S = 180.0
ALERTS = '\n[alerts]\nwebhook = "env:TOUR_HOOK"\ngroup = "1s"\npause = "1s"\n'
CONTACT = "desk@example.org"


class Tour:
    """Runs commands and keeps what they printed."""

    def __init__(self, folder: Path, home: Path, environ: dict[str, str]) -> None:
        self.folder, self.home, self.environ = folder, home, environ
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        print(text, flush=True)
        self.lines.append(text.replace(str(self.home), "~"))

    def show(self, command: str) -> str:
        """Run a command as typed; its output and exit code become part of the transcript."""
        done = self.call(command)
        output = f"{done.stdout}{done.stderr}".rstrip()
        self.say(
            f"\n$ wireroom {command}\n{output}" + (f"\n(exit {done.returncode})" if done.returncode else "")
        )
        return output

    def call(self, command: str) -> subprocess.CompletedProcess[str]:
        argv = [str(WIREROOM), *command.split()]
        return subprocess.run(
            argv, env=self.environ, cwd=self.home, capture_output=True, text=True, check=False
        )

    def wait(self, condition: Callable[[], Any], what: str) -> None:
        end = time.monotonic() + LONG_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain until {what}")
            time.sleep(0.5)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def begin(tour: Tour, feeds: str) -> None:
    """The commands before the first start, and the config of the sample newsroom."""
    tour.say("# A new installation")
    tour.show(f"init --contact {CONTACT}")
    config = tour.home / "feeds.toml"
    config.write_text(feeds.replace("[http]\n", f'[http]\ncontact = "{CONTACT}"\n', 1) + ALERTS)
    tour.say("\n# The feeds are replaced by those of a sample newsroom on loopback, and [alerts] is added")
    tour.show("check")
    tour.show("doctor --offline")


def look(tour: Tour) -> None:
    """What a new user asks first."""
    for command in ("status", "feeds", "articles --limit 8", "stories", f"feeds {BROKEN}", "jobs --limit 5"):
        tour.show(command)


def break_down(tour: Tour, server: Any, hook: HookReceiver) -> None:
    """A feed that is not there any more: its failures and the alert."""
    sound, path = server.document, server.newsroom.outlets[BROKEN].feed_path
    tour.say(f"\n# The server of {BROKEN} now answers 404")
    server.document = lambda wanted: None if wanted == path else sound(wanted)
    for _ in range(3):
        tour.show(f"poll {BROKEN}")
    tour.wait(lambda: any(BROKEN in one.body.decode() for one in hook.posted), "an alert arrived")
    tour.say("\n# Received by the webhook:\n" + describe(hook))
    for command in ("status", f"feeds {BROKEN}", "alerts list"):
        tour.show(command)


def recover(tour: Tour, server: Any, hook: HookReceiver) -> None:
    """The feed is there again: its poll, the alert, and what is left of it."""
    tour.say("\n# The server works again")
    before = len(hook.posted)
    del server.document  # that of the class is the sound one
    tour.show(f"poll {BROKEN}")
    tour.wait(lambda: len(hook.posted) > before, "the recovery was sent")
    tour.say("\n# Received by the webhook:\n" + describe(hook))
    tour.show("events --limit 8")
    tour.show("status")


def mistake(tour: Tour, hook: HookReceiver) -> None:
    """A mistake in the config, what it does to the service, and its correction."""
    config = tour.home / "feeds.toml"
    good = config.read_text()
    tour.say("\n# A key of the config is mistyped, and the service finds it")
    config.write_text(good.replace("interval =", "intervall =", 1))
    before = len(hook.posted)
    tour.show("reload")
    tour.wait(lambda: len(hook.posted) > before, "the refusal was sent")
    tour.show("status")
    tour.say("\n# It is corrected")
    config.write_text(good)
    before = len(hook.posted)
    tour.show("reload")
    tour.wait(lambda: len(hook.posted) > before, "the acceptance was sent")
    tour.say("\n# Received by the webhook:\n" + describe(hook))


def describe(hook: HookReceiver) -> str:
    """The last message."""
    return json.dumps(json.loads(hook.posted[-1].body), indent=2, ensure_ascii=False)


def photograph(tour: Tour, flower: str, metrics: str) -> None:
    """Pictures of the task list and of the metrics."""
    program = next((path for path in BROWSERS if Path(path).exists()), None)
    if program is None:
        tour.say("\n# There is no Chromium, so there are no pictures")
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, headless=True, args=BROWSER_OPTIONS)
        page = browser.new_page(viewport={"width": 1500, "height": 900})
        page.goto(f"{flower}/tasks")
        page.locator("#tasks-table tbody tr a").first.wait_for(timeout=60_000)
        page.wait_for_timeout(1000)
        page.screenshot(path=tour.folder / "flower.png")
        page.goto(metrics)
        page.screenshot(path=tour.folder / "metrics.png")
        browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tour", description="record a tour of wireroom")
    parser.add_argument("folder", type=claimed_directory, help="an empty or new folder for what is recorded")
    folder = parser.parse_args().folder
    newsroom = Newsroom(datetime.now(UTC), 6.0, rounds=1)
    with tempfile.TemporaryDirectory(prefix="wireroom-tour-") as made, hook_receiver() as hook:
        home, port, metrics_port = Path(made), free_port(), free_port()
        more = {"FLOWER_PORT": str(port), "METRICS_ADDRESS": str(metrics_port), "LOG_FORMAT": "console"}
        environ = service_environment(home, home / "feeds.toml", **more)
        # another host than that of the feeds: what begins like the webhook is hidden, too
        environ |= {
            "TOUR_HOOK": hook.url().replace("127.0.0.1", "localhost"),
            "NO_COLOR": "1",
        }
        tour = Tour(folder, home, environ)
        with serve(newsroom) as server:
            begin(tour, newsroom.feeds_toml(server.base))
            record(tour, server, hook, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{metrics_port}/metrics")
        (folder / "transcript.txt").write_text("\n".join(tour.lines) + "\n", encoding="utf-8")
    return 0


def record(tour: Tour, server: Any, hook: HookReceiver, flower: str, metrics: str) -> None:
    """Run the service and take the tour; the service is stopped whatever happens."""
    output = tour.home / "run.log"
    with output.open("wb") as log:
        argv = [str(WIREROOM), "run"]
        process = subprocess.Popen(argv, env=tour.environ, stdout=log, stderr=log, cwd=tour.home)
    try:
        tour.wait(lambda: re.search(r"ready .*child=flower", output.read_text()), "everything was up")
        for _ in range(4):
            server.newsroom.advance()
            time.sleep(6)
        tour.say(f"\n$ wireroom run\n{output.read_text().rstrip()}")
        look(tour)
        break_down(tour, server, hook)
        photograph(tour, flower, metrics)
        recover(tour, server, hook)
        mistake(tour, hook)
    finally:
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    sys.exit(main())
