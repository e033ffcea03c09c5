"""The tasks of docs/integrating.md, run as they are written there, against real components."""

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import tomllib
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import feedparser
import pytest

from tests.docs import pages
from tests.flows.test_takes import BODY, NOW, PAPER, TITLE, WIRE, publish
from tests.support.receivers import hook_receiver
from tests.support.schema import with_schema
from tests.web.conftest import Site, settings_for
from worker.config.alerts import write_key
from worker.flows import push, push_send, reload
from worker.flows.services import Services

PAGE = "docs/integrating.md"
FEEDS = """
[[feed]]
id = "wire"
url = "https://wire.example/feed.xml"
tags = ["wire"]
agency = "Yonhap"
[[feed]]
id = "paper"
url = "https://paper.example/feed.xml"
"""


def block(heading, language, name=""):
    """The code of a section in a language; of several, the one that begins with a comment of this name."""
    text = pages.read(PAGE).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(rf"(?ms)^```{language}(?: program)?\n(.*?)^```", text)
    [code] = [code for code in found if code.startswith(name and f"# {name}\n")]
    return code


class Room:
    """An installation with a config; what is published is matched, and `turn` sends what is due."""

    def __init__(self, folder, monkeypatch):
        self.settings = settings_for(folder / "home", CONFIG=str(folder / "feeds.toml"), ENV_FILE="")
        self.at = NOW
        self.services = Services(self.settings, clock=lambda: self.at)
        self._sent = []
        with_schema(self.services.db)
        monkeypatch.setattr(push.app, "send_task", lambda _, kwargs: self._sent.append(kwargs))

    def use(self, config=""):
        self.settings.config.write_text(FEEDS + config, encoding="utf-8")
        assert reload.run(self.services, force=True)["config"] == "ok"
        self.turn()

    def turn(self, seconds=1):
        self.at += timedelta(seconds=seconds)
        self._sent.clear()
        push.run(self.services)
        for kwargs in self._sent:
            push_send.run(self.services, **kwargs)


@pytest.fixture
def room(tmp_path, monkeypatch):
    made = Room(tmp_path, monkeypatch)
    yield made
    made.services.close()


@pytest.fixture
def filled(room):
    """A story with two copies and one of its own."""
    room.use()
    publish(room.services, WIRE, "1", TITLE, BODY)
    publish(room.services, PAPER, "1", TITLE, BODY)
    publish(room.services, PAPER, "2", "Brenn closes its tram depot", "The council voted 7-4 on Tuesday.")
    return room


@pytest.fixture
def web(filled):
    site = Site(filled.settings, at=NOW + timedelta(hours=1))
    yield site
    site.close()


def run_script(folder, code, **environment):
    """Run a program of the page in a folder as a process of its own."""
    path = folder / "program.py"
    path.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", path.name], cwd=folder, env={**os.environ, **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


class Bulk(BaseHTTPRequestHandler):
    """The bulk API of Elasticsearch, as far as its documentation defines indexing: NDJSON in, items out."""

    documents: dict
    requests: list

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/_bulk"
        assert self.headers["Content-Type"] == "application/x-ndjson"
        assert body.endswith(b"\n"), "the last line ends with a newline"
        lines = [json.loads(line) for line in body.splitlines()]
        actions, sources = lines[::2], lines[1::2]
        assert len(actions) == len(sources)
        items = []
        for action, source in zip(actions, sources, strict=True):
            [(name, target)] = action.items()
            assert name == "index"
            is_new = (key := (target["_index"], target["_id"])) not in self.documents
            self.documents[key] = source
            items.append({"index": {**target, "status": 201 if is_new else 200}})
        self.requests.append(len(items))
        self._reply({"took": 1, "errors": False, "items": items})

    def _reply(self, data):
        text = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """Write nothing."""


@pytest.fixture
def elastic():
    handler = type("OwnBulk", (Bulk,), {"documents": {}, "requests": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    handler.url = f"http://127.0.0.1:{server.server_port}"
    yield handler
    server.shutdown()
    server.server_close()


def test_articles_go_into_elasticsearch_and_again_replace_themselves(web, elastic, tmp_path):
    code = block("Into Elasticsearch", "python").replace("limit=200", "limit=2")  # several pages
    for _ in range(2):
        run_script(tmp_path, code, WIREROOM_WEB=f"http://127.0.0.1:{web.port}", ELASTIC=elastic.url)
    assert elastic.requests == [2, 1, 2, 1]
    titles = {key: document["title"] for key, document in elastic.documents.items()}
    assert titles == {
        ("articles", "1"): TITLE, ("articles", "2"): TITLE, ("articles", "3"): "Brenn closes its tram depot"
    }  # fmt: skip
    assert elastic.documents["articles", "2"]["story"] == 1


def test_corrections_go_into_a_chat(room, monkeypatch):
    with hook_receiver() as hook:
        monkeypatch.setenv("DESK_CHAT", hook.url())
        config = block("Into a Slack channel", "toml") + '[http]\nallow_private = ["127.0.0.1"]\n'
        room.use(config)
        publish(room.services, WIRE, "1", TITLE, BODY)
        publish(room.services, PAPER, "1", TITLE, BODY)
        room.turn()
        assert hook.posted == []
        publish(room.services, WIRE, "2", f"CORRECTED-{TITLE}", BODY, minutes=10)
        room.turn()
        [posted] = hook.posted
    head, title, before, _ = json.loads(posted.body)["text"].splitlines()
    assert (head, TITLE in title) == ("*Corrected by wire* · Yonhap", True)
    assert before == f"Before: {TITLE}"


def test_stories_become_a_table(web, tmp_path):
    run_script(
        tmp_path, block("Into pandas", "python", "to_table.py"), WIREROOM_WEB=f"http://127.0.0.1:{web.port}"
    )
    with (tmp_path / "stories.csv").open(newline="", encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert (row["title"], row["agency"], row["copies"], row["outlets"]) == (TITLE, "Yonhap", "2", "2")
    notebook = block("Into pandas", "python", "notebook")
    compile(notebook, "notebook", "exec")
    named = set(re.findall(r'"(\w+)"', notebook)) - {"spread"}
    assert named <= set(row)
    assert all(datetime.fromisoformat(row[name]).tzinfo for name in ("first_seen_at", "last_seen_at"))


def test_every_address_for_a_feed_reader_is_a_feed_that_it_can_keep(web, filled):
    addresses = re.findall(r"`(/\S+\.atom\S*)`", pages.section(PAGE, "Into another feed reader"))
    assert len(addresses) == 3
    for address in addresses:
        response = web.get(address)
        assert (response.status, feedparser.parse(response.body).bozo) == (200, False), address
    response = web.get(addresses[0])
    [entry] = feedparser.parse(response.body).entries
    assert TITLE in entry.title
    assert web.get(addresses[0], If_None_Match=response.headers["ETag"]).status == 304
    publish(filled.services, WIRE, "2", f"CORRECTED-{TITLE}", BODY, minutes=10)
    again = web.get(addresses[0], If_None_Match=response.headers["ETag"])
    [changed] = feedparser.parse(again.body).entries
    assert (changed.id, again.status) == (entry.id, 200)


@pytest.fixture
def cms(tmp_path, monkeypatch):
    """The receiver of the page as a process; its port is any that is free."""
    key = write_key(b"c" * 32)
    path = tmp_path / "cms_receiver.py"
    path.write_text(block("Into a newsroom CMS", "python"), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-I", path.name], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "CMS_KEYS": f"{write_key(b'o' * 32)} {key}", "CMS_PORT": "0"}, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    monkeypatch.setenv("CMS_HOOK", f"http://127.0.0.1:{int(process.stdout.readline())}/")
    monkeypatch.setenv("CMS_KEY", key)
    yield tmp_path / "cms.db"
    process.kill()
    process.wait(30)


def test_stories_go_into_a_newsroom_system_by_webhook(room, cms, monkeypatch):
    room.at = datetime.now(NOW.tzinfo)
    room.use(block("Into a newsroom CMS", "toml"))
    publish(room.services, WIRE, "1", TITLE, BODY)
    room.turn()
    publish(room.services, PAPER, "1", TITLE, BODY)
    room.turn()
    [(number, title, url, copies, state)] = rows(cms, "stories")
    assert (number, title, url[:8], copies, state) == (1, TITLE, "https://", 2, "ok")
    publish(room.services, WIRE, "2", f"STORY WITHDRAWN: {TITLE}", BODY, minutes=10)
    room.turn()
    assert [row[3:] for row in rows(cms, "stories")] == [(3, "withdrawn")]
    seen = len(rows(cms, "seen"))
    with room.services.db.write() as connection:
        first = min(row["id"] for row in push_send.push_messages.list_messages(connection))
        push_send.push_messages.replay(connection, room.services.clock(), messages=[first])
    room.turn()
    assert len(rows(cms, "seen")) == seen, "a message that comes again is taken once"
    assert [row[3:] for row in rows(cms, "stories")] == [(3, "withdrawn")]
    monkeypatch.setenv("CMS_KEY", write_key(b"x" * 32))
    publish(room.services, PAPER, "9", "Brenn closes its tram depot", "The council voted 7-4 on Tuesday.")
    room.turn()
    assert len(rows(cms, "stories")) == 1, "what is signed with another key is refused"
    with room.services.db.read() as connection:
        newest = next(push_send.push_messages.list_messages(connection))
    assert (newest["state"], newest["note"]) == ("failed", "400 from 127.0.0.1")


def rows(path, table):
    with sqlite3.connect(path) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def test_the_configs_of_the_page_are_valid_toml():
    found = re.findall(r"(?ms)^```toml\n(.*?)^```", pages.read(PAGE))
    assert len(found) == 2
    assert all(tomllib.loads(code)["push"] for code in found)
