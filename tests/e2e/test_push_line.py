"""The whole service pushes to a receiver that fails, is killed in the middle, and no message is missing."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.e2e.test_line import CAUGHT_UP_S, START_S, STOP_S, Line, line, until
from tests.support.receivers import HookReceiver, hook_receiver
from worker.records import PushKind
from worker.store import push_messages, push_notes
from worker.store.models import ArticleRow, ExtractionRow, Story

__all__ = ["line"]  # a fixture
KINDS = ", ".join(f'"{kind.value}"' for kind in PushKind)
CONFIG = f'\n[[push]]\nname = "cms"\nurl = "env:PUSH_URL"\nevents = [{KINDS}]\n'
REFUSALS = [503, 500, 422, 429]


@pytest.fixture
def hook() -> Iterator[HookReceiver]:
    with hook_receiver() as made:
        yield made


def take_accepted(
    hook: HookReceiver, replies: list[tuple[int, dict[str, str], bytes]]
) -> list[dict[str, Any]]:
    """The accepted messages with their ids, in order, without repetitions."""
    found = {}
    for place, posted in enumerate(hook.posted):
        status = replies[place][0] if place < len(replies) else 204
        if status == 204:
            found.setdefault(posted.fields["webhook-id"], json.loads(posted.body))
    return [{**body, "id": name} for name, body in found.items()]


def is_all_sent(line: Line) -> bool:
    with line.database.read() as connection:
        rows = list(push_messages.list_messages(connection))
        waits = push_notes.has_notes(connection, datetime.now(UTC))
    return not waits and {row["state"] for row in rows} == {"done"}


@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_every_change_arrives_though_the_receiver_fails_and_everything_dies(
    line: Line, hook: HookReceiver
) -> None:
    rng = random.Random(4)
    replies = [(rng.choice([204, 204, 204, 204, *REFUSALS]), {}, b"") for _ in range(24)]
    hook.replies = [*replies, (204, {}, b"")]
    config = line.home.parent / "feeds.toml"
    config.write_text(config.read_text(encoding="utf-8") + CONFIG, encoding="utf-8")
    line.env["PUSH_URL"] = hook.url()
    last = line.room.script_ticks
    first_run = line.start("run", "--no-flower")
    assert until(lambda: bool(hook.posted), START_S), line.output("run", "--no-flower").read_text()
    line.publish(1, last // 2)
    assert until(lambda: len(hook.posted) > 10, CAUGHT_UP_S)
    line.kill_tree(first_run)
    second_run = line.start("run", "--no-flower")
    line.publish(last // 2 + 1, last)
    line.catch_up()
    assert until(lambda: line.open_work() == 0, CAUGHT_UP_S)
    assert until(lambda: is_all_sent(line), CAUGHT_UP_S * 2)
    second_run.terminate()
    assert second_run.wait(STOP_S) == 0
    assert_complete(line, take_accepted(hook, replies))


def assert_complete(line: Line, accepted: list[dict[str, Any]]) -> None:
    """What was accepted is what is stored: each article and result once, each story in its last state."""
    of_kind = defaultdict(list)
    for message in accepted:
        of_kind[message["type"]].append(message["data"])
    with line.database.read() as connection:
        articles = set(connection.scalars(select(ArticleRow.id)))
        results = set(connection.scalars(select(ExtractionRow.id)))
        living = select(Story.id, Story.copies).where(Story.merged_into.is_(None))
        copies = {row.id: row.copies for row in connection.execute(living)}
        places = {row["message"]: row["id"] for row in push_messages.list_messages(connection)}
    assert sorted(one["article"]["id"] for one in of_kind["article.new"]) == sorted(articles)
    assert {one["extraction"]["id"] for one in of_kind["extraction.done"]} == results
    news = [one["story"]["id"] for one in of_kind["story.new"]]
    assert len(news) == len(set(news)), "a story is new once"
    last_said: dict[int, int] = {}
    order: dict[int, list[int]] = defaultdict(list)
    for message in accepted:
        if message["type"].startswith("story."):
            story = message["data"]["story"]
            last_said[story["id"]] = story["copies"]
            order[story["id"]].append(places[message["id"]])
    assert {story: last_said.get(story) for story in copies} == copies
    assert all(numbers == sorted(numbers) for numbers in order.values())
