"""The config file is taken over when it is good; else the last good one stays in force and says why."""

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.conftest import Clock
from worker.flows import reload
from worker.flows.services import Services
from worker.records import Outcome, PollReport
from worker.schedule import decide_next
from worker.store import claims as claim_store
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import polls as poll_store

FEED = '[[feed]]\nid = "{0}"\nurl = "https://{0}.example/feed.xml"\n'


@pytest.fixture
def services(services: Services, clock: Clock) -> Services:
    services.clock = clock
    return services


def write(services: Services, *names: str, head: str = "", more: str = "") -> Path:
    path = Path(services.settings.config)
    path.write_text(head + "".join(FEED.format(name) for name in names) + more, encoding="utf-8")
    return path


def in_force(services: Services) -> set[str]:
    with services.db.read() as connection:
        return feed_store.enabled_ids(connection)


def config(services: Services) -> config_store.ConfigInForce:
    with services.db.read() as connection:
        found = config_store.read_config(connection)
    assert found is not None
    return found


def told(services: Services, since_s: float = 0.0) -> list[str]:
    since = services.clock() - timedelta(seconds=since_s)
    with services.db.read() as connection:
        return [kind for _, kind, _, _ in event_store.recent_events(connection, since, 99)]


def applied(
    *, added: int = 0, changed: int = 0, removed: int = 0, settings: bool = True
) -> dict[str, object]:
    feeds = {"added": added, "changed_feeds": changed, "removed": removed}
    return {"config": "ok", "changed": True, **feeds, "settings_changed": settings}


FEED_A = '[[feed]]\nid = "a"\nurl = "https://a.example/"\n'


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        (FEED_A + "enabled = false\n", "1 changed, 0 removed", applied(changed=1, settings=False)),
        (FEED_A + 'tags = ["x"]\n', "1 changed, 0 removed", applied(changed=1, settings=False)),
        (
            '[defaults]\ninterval = "7m"\n' + FEED_A,
            "1 changed, 0 removed",
            applied(changed=1, settings=False),
        ),
        ('[http]\nallow_private = ["10.0.0.1"]\n' + FEED_A, "0 removed, settings changed", applied()),
        ('[host."a.example"]\ndelay = "9s"\n' + FEED_A, "0 removed, settings changed", applied()),
        ("[kind.facts]\nconcurrency = 2\n" + FEED_A, "0 removed, settings changed", applied()),
        ("# a comment\n" + FEED_A, "0 changed, 0 removed", applied(settings=False)),
    ],
)
def test_a_reload_reports_changed_feeds_and_changed_settings(
    services: Services, text: str, said: str, expected: dict[str, object]
) -> None:
    """In its result and in its event."""
    services.settings.config.write_text(FEED_A)
    reload.run(services)
    services.settings.config.write_text(text)
    assert reload.run(services) == expected
    with services.db.read() as connection:
        message = event_store.recent_events(connection, services.clock() - timedelta(hours=1), 1)[0][3]
    assert message.endswith(said)


def test_a_good_change_takes_effect_and_an_unchanged_file_does_nothing(
    services: Services, clock: Clock
) -> None:
    write(services, "a", "b")
    assert reload.run(services) == applied(added=2)
    assert reload.run(services) == {"config": "ok", "changed": False}
    clock.advance(60)
    write(services, "b", "c", head='[host."*"]\ndelay = "7s"\n')
    assert reload.run(services) == applied(added=1, removed=1)
    assert in_force(services) == {"b", "c"}
    assert config(services).loaded_at == clock.at
    assert config(services).service.host_rule("any.example").delay_s == 7.0


@pytest.mark.parametrize(
    "more",
    [
        "[[feed]\n",
        '[[feed]]\nid = "a"\nurl = "https://other.example/"\n',
        '[[feed]]\nid = "x"\nurll = "https://x.example/"\n',
        '[[feed]]\nid = "x"\nurl = "https://x.example/"\ninterval = "soon"\n',
    ],
)
def test_a_bad_change_is_refused_and_the_last_good_config_stays(
    services: Services, clock: Clock, more: str
) -> None:
    """Service settings and feeds of the last good file hold; status, result and event say what is wrong."""
    write(services, "a", "b", head='[host."*"]\ndelay = "7s"\n')
    reload.run(services)
    loaded_at = config(services).loaded_at
    clock.advance(60)
    write(services, "a", more=more)
    result = reload.run(services)
    assert result["config"] == "refused"
    assert "feeds.toml" in str(result["error"])
    assert in_force(services) == {"a", "b"}
    assert (config(services).state, config(services).loaded_at) == ("refused", loaded_at)
    assert config(services).error
    assert config(services).service.host_rule("any.example").delay_s == 7.0
    assert told(services) == ["config.refused"]
    assert reload.run(services) == {"config": "refused", "changed": False}
    assert told(services) == ["config.refused"], "told once"
    write(services, "a", "c")
    assert reload.run(services)["config"] == "ok"
    assert config(services).error is None
    assert in_force(services) == {"a", "c"}
    assert told(services) == ["config.accepted", "config.loaded", "config.refused"]
    assert reload.run(services, again=True) == {"config": "ok", "changed": False}
    assert told(services).count("config.accepted") == 1, "told once"


def break_by_removal(path: Path) -> None:
    path.unlink()


def break_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def break_by_bytes(path: Path) -> None:
    path.write_bytes(b'[http]\ncontact = "\xff\xfe"\n')


@pytest.mark.parametrize("break_file", [break_by_removal, break_by_a_folder, break_by_bytes])
def test_a_file_that_cannot_be_read_is_refused_and_told_once(services: Services, break_file) -> None:
    """A missing or unreadable file raises nothing and disables nothing; what is in force polls on."""
    path = write(services, "a")
    reload.run(services)
    break_file(path)
    assert reload.run(services)["config"] == "refused"
    assert reload.run(services) == {"config": "refused", "changed": False}
    assert in_force(services) == {"a"}
    assert config(services).state == "refused"
    assert "feeds.toml" in (config(services).error or "")
    assert told(services).count("config.refused") == 1


def test_a_file_that_comes_back_unchanged_is_in_force_again(services: Services) -> None:
    path = write(services, "a")
    reload.run(services)
    path.unlink()
    assert reload.run(services)["config"] == "refused"
    write(services, "a")
    assert reload.run(services) == {"config": "ok", "changed": False, "accepted": True}
    assert config(services).state == "ok"
    assert in_force(services) == {"a"}
    assert told(services) == ["config.accepted", "config.refused", "config.loaded"]
    assert reload.run(services) == {"config": "ok", "changed": False}
    assert told(services).count("config.accepted") == 1, "told once"


def test_a_missing_file_before_the_first_config_raises_nothing(services: Services) -> None:
    assert reload.run(services)["config"] == "refused"
    assert in_force(services) == set()
    write(services, "a")
    assert reload.run(services)["config"] == "ok"
    assert in_force(services) == {"a"}


def test_a_change_that_removes_many_feeds_is_refused_until_forced(services: Services) -> None:
    """A file cut in half by an editor must not silence half of the newsroom."""
    names = [f"feed-{n}" for n in range(20)]
    write(services, *names)
    reload.run(services)
    write(services, *names[6:])
    refused = reload.run(services)
    assert refused["config"] == "refused"
    assert "6 of 20" in str(refused["error"])
    assert "--force" in str(refused["error"])
    assert in_force(services) == set(names)
    assert reload.run(services) == {"config": "refused", "changed": False}
    assert reload.run(services, force=True) == applied(removed=6, settings=False)
    assert in_force(services) == set(names[6:])


@pytest.mark.parametrize(("present", "left"), [(20, 15), (6, 1), (40, 32)])
def test_a_change_that_removes_few_feeds_is_taken_over(services: Services, present: int, left: int) -> None:
    """Up to five feeds, or up to a fifth of them, may go without a word."""
    names = [f"feed-{n}" for n in range(present)]
    write(services, *names)
    reload.run(services)
    write(services, *names[:left])
    assert reload.run(services)["removed"] == present - left
    assert in_force(services) == set(names[:left])


def test_a_shorter_interval_counts_from_the_last_poll(services: Services, clock: Clock) -> None:
    """A feed that was to wait a day does not wait it out after its interval was shortened."""
    write(services, "a", head='[defaults]\ninterval = "24h"\nadaptive = false\n')
    reload.run(services)
    with services.db.write() as connection:
        [claim] = claim_store.claim_due(connection, clock.at, limit=1, lease_s=60, slots_of=lambda _: 1)
        begun = poll_store.begin_poll(connection, "a", claim.lease, clock.at, 60)
    assert begun is not None
    feed, state, _ = begun
    report = PollReport(Outcome.UNCHANGED, http_status=200)
    polled = decide_next(feed, state, report, now=clock.at, rng=services.rng).state
    assert polled.next_due_at is not None
    assert polled.next_due_at > clock.at + timedelta(hours=20)
    with services.db.write() as connection:
        assert poll_store.finish_poll(connection, "a", claim.lease, polled, "https://a.example/feed.xml")
    write(services, "a", head='[defaults]\ninterval = "10m"\nadaptive = false\n')
    assert reload.run(services)["config"] == "ok"
    with services.db.read() as connection:
        [(_, state)] = feed_store.read_states(connection)
    assert state.next_due_at is not None
    assert state.next_due_at < clock.at + timedelta(hours=1)


@pytest.mark.parametrize(
    ("head", "is_due"),
    [('[http]\nallow_private = ["127.0.0.1:8765"]\n', True), ('[host."*"]\ndelay = "7s"\n', False)],
)
def test_a_changed_list_of_private_addresses_makes_blocked_feeds_due(
    services: Services, clock: Clock, head: str, is_due: bool
) -> None:
    """At once and without their back-off; another setting, and a feed that fails otherwise, keep it."""
    write(services, "a", "b")
    reload.run(services)
    for name, outcome in (("a", Outcome.BLOCKED), ("b", Outcome.FAILED)):
        with services.db.write() as connection:
            claim = claim_store.claim_one(connection, name, clock.at, 60)
            assert claim is not None
            begun = poll_store.begin_poll(connection, name, claim.lease, clock.at, 60)
            assert begun is not None
            report = PollReport(outcome, error="no")
            state = decide_next(begun[0], begun[1], report, now=clock.at, rng=services.rng).state
            assert poll_store.finish_poll(connection, name, claim.lease, state, begun[0].url)
    clock.advance(60)
    write(services, "a", "b", head=head)
    assert reload.run(services)["settings_changed"]
    with services.db.read() as connection:
        found = {feed.id: state for feed, state in feed_store.read_states(connection)}
    assert (found["a"].next_due_at == clock.at, found["a"].error_streak == 0) == (is_due, is_due)
    assert ("allow_private" in found["a"].next_due_reason) is is_due
    assert found["b"].error_streak == 1
    assert found["b"].next_due_at is not None
    assert found["b"].next_due_at > clock.at + timedelta(minutes=5)


@pytest.fixture
def machines(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> tuple[Callable[..., dict], Callable[..., None]]:
    """Two controls on machines of their own with one database: (look at the file, write it)."""
    folder = Path(services.settings.config).parent
    files = {name: folder / name / "feeds.toml" for name in ("first", "second")}
    controls = {}
    for name, path in files.items():
        path.parent.mkdir()
        controls[name] = Services(replace(services.settings, config=path), clock=services.clock)
        controls[name].__dict__["db"] = services.db

    def look(name: str, **how: bool) -> dict:
        with monkeypatch.context() as patch:
            patch.setattr(socket, "gethostname", lambda: name)
            return reload.run(controls[name], **how)

    def edit(name: str, *feeds: str) -> None:
        files[name].write_text("".join(FEED.format(feed) for feed in feeds), encoding="utf-8")

    return look, edit


def look_in_turns(look: Callable[..., dict], clock: Clock, rounds: int = 4) -> list[dict]:
    found = []
    for _ in range(rounds):
        clock.advance(10)
        found += [look("first"), look("second")]
    return found


def test_two_controls_with_different_files_do_not_take_over_from_each_other(
    services, clock, machines
) -> None:
    """The one in force remains; the difference is reported once and kept in the state."""
    look, edit = machines
    edit("first", "a")
    edit("second", "b")
    assert look("first")["changed"] is True
    results = look_in_turns(look, clock)
    assert [r["config"] for r in results] == ["ok", "refused"] * 4
    assert [r["changed"] for r in results] == [False, True, *[False] * 6]
    assert in_force(services) == {"a"}
    assert told(services, 86_400) == ["config.refused", "config.loaded"]
    assert config(services).state == "refused"
    error = config(services).error or ""
    assert "second:" in error.split(" differs from the config in force from ")[0]
    assert "first:" in error.split(" differs from the config in force from ")[1]
    assert "wireroom reload --force" in error


def test_a_switch_to_the_other_file_is_deliberate_and_lasts(services, clock, machines) -> None:
    """By force; the control that had its file in force does not take it back, and says that it differs."""
    look, edit = machines
    edit("first", "a")
    edit("second", "b")
    look("first")
    look("second")
    assert look("second", force=True)["config"] == "ok"
    look_in_turns(look, clock)
    assert in_force(services) == {"b"}
    assert (config(services).error or "").startswith("first:")
    edit("first", "c")
    assert look("first")["config"] == "ok", "a file that changes is meant"
    look_in_turns(look, clock)
    assert in_force(services) == {"c"}
    assert (config(services).error or "").startswith("second:")


def test_a_file_that_is_brought_to_one_machine_after_the_other_is_taken_over_once(
    services, clock, machines
) -> None:
    """Between the two, the old file of the second does not undo the change; in the end nothing is amiss."""
    look, edit = machines
    for name in ("first", "second"):
        edit(name, "a")
        look(name)
    clock.advance(3600)
    look_in_turns(look, clock, 1)
    assert told(services, 86_400) == ["config.loaded"]
    edit("first", "a", "new")
    look_in_turns(look, clock)
    assert in_force(services) == {"a", "new"}
    assert config(services).state == "refused", "the second machine's file is behind"
    edit("second", "a", "new")
    look_in_turns(look, clock)
    assert in_force(services) == {"a", "new"}
    assert (config(services).state, config(services).error) == ("ok", None)
    assert told(services, 86_400).count("config.loaded") == 2


def test_a_control_takes_over_when_none_is_left_that_has_the_file_in_force(services, clock, machines) -> None:
    """A machine was replaced: its successor's file is not held up for long."""
    look, edit = machines
    edit("first", "a")
    edit("second", "b")
    look("first")
    assert look("second")["config"] == "refused"
    clock.advance(reload.ALIVE_S + 1)
    assert look("second")["config"] == "ok"
    assert in_force(services) == {"b"}
    assert look("first")["config"] == "refused", "the older of the two, should it come back"
    clock.advance(reload.ALIVE_S + 1)
    assert look("first")["config"] == "refused"


def test_a_service_that_is_alone_goes_by_its_file(services, machines) -> None:
    """Started anew with another file on the same state directory."""
    look, edit = machines
    edit("first", "a")
    edit("second", "b")
    look("first", alone=True)
    assert look("second", alone=True)["config"] == "ok"
    assert in_force(services) == {"b"}
    assert look("first", alone=True)["config"] == "ok"
    assert in_force(services) == {"a"}


def test_a_file_that_was_out_of_reach_and_comes_back_unchanged_undoes_nothing(
    services, clock, machines
) -> None:
    look, edit = machines
    edit("second", "b")
    look("second")
    edit("first", "a")
    clock.advance(1)
    assert look("first", force=True)["config"] == "ok"
    assert look("second")["config"] == "refused"
    file = services.settings.config.parent / "second" / "feeds.toml"
    content = file.read_bytes()
    file.unlink()
    assert look("second")["config"] == "refused"
    file.write_bytes(content)
    clock.advance(1)
    look_in_turns(look, clock)
    assert in_force(services) == {"a"}


def test_a_take_over_that_was_broken_off_is_finished_by_the_next_look(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Feeds are taken over in several transactions; the file counts as taken over only after the last."""
    monkeypatch.setattr(reload, "SYNC_BATCH", 2)
    put, parts = feed_store.put_feeds, list[int]()

    def broken(connection: Any, feeds: Any, now: Any) -> Any:
        parts.append(len(feeds))
        if len(parts) == 2:
            raise KeyboardInterrupt
        return put(connection, feeds, now)

    monkeypatch.setattr(feed_store, "put_feeds", broken)
    write(services, *"abcde")
    with pytest.raises(KeyboardInterrupt):
        reload.run(services)
    assert in_force(services) == {"a", "b"}
    assert reload.run(services)["added"] == 3
    assert in_force(services) == set("abcde")
    assert reload.run(services) == {"config": "ok", "changed": False}
    assert parts == [2, 2, 2, 1]


def test_the_number_of_statements_of_a_take_over_does_not_follow_the_number_of_feeds(
    services: Services,
) -> None:
    """Neither of new feeds nor of changed ones."""
    sent: list[str] = []
    event.listen(services.db.engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
    counts = []
    for number in (20, 200):
        names = [f"{number}-{place}" for place in range(number)]
        for head in ("", '[defaults]\ninterval = "7m"\n'):
            sent.clear()
            write(services, *names, head=head)
            reload.run(services, force=True)
            counts.append(len(sent))
    assert counts[2] <= counts[0] + 3
    assert counts[3] <= counts[1] + 3


def test_a_file_that_another_process_is_loading_is_news_once(services: Services) -> None:
    """As a control finds the file that `wireroom reload` puts in force at the same time."""
    write(services, "a")
    assert reload.run(services)["added"] == 1
    with services.db.write() as connection:
        held = config_store.read_config(connection)
        assert held is not None
        unfinished = {**config_store.service_to_json(held.service), "digest": reload.UNFINISHED}
        config_store.save_config(connection, loaded_at=services.clock(), service=unfinished)
    assert reload.run(services, force=True)["added"] == 0
    assert told(services).count("config.loaded") == 1
    write(services, "a", head="# a comment\n")
    reload.run(services)
    assert told(services).count("config.loaded") == 2


def test_two_processes_that_check_the_same_file_at_the_same_time_tell_one_event(services: Services) -> None:
    """The service and `wireroom reload`: both have read the state of before."""
    write(services, "a")
    reload.run(services)
    refusals = [
        reload._refuse(check, "digest", "feeds.toml:1: not TOML")
        for check in [reload._read_states(services) for _ in range(2)]
    ]
    assert [one["changed"] for one in refusals] == [True, False]
    assert told(services).count("config.refused") == 1
    for check in [reload._read_states(services) for _ in range(2)]:
        check.accept(check.in_force)
    assert told(services).count("config.accepted") == 1
