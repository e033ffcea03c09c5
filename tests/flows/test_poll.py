"""One poll after another through the flow, on real components and with a clock that the test moves."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.conftest import Clock
from tests.newsroom import Newsroom, Server, serve
from worker.extract import BUILT_IN
from worker.flows import dispatch, match, poll, reload
from worker.flows.services import Services
from worker.records import Outcome
from worker.store import claims as claim_store
from worker.store import listing
from worker.store.models import ArticleRow, Job, Poll


@pytest.fixture
def newsroom(clock: Clock) -> Iterator[Server]:
    with serve(Newsroom(clock.at, pace=60.0)) as server:
        yield server


@pytest.fixture
def services(services: Services, newsroom: Server, clock: Clock) -> Services:
    """Services with the newsroom's feeds in the config."""
    services.clock = clock
    Path(services.settings.config).write_text(newsroom.newsroom.feeds_toml(newsroom.base), encoding="utf-8")
    assert reload.run(services)["config"] == "ok"
    return services


def poll_all(services: Services) -> list[poll.PollSummary]:
    """Claim and poll everything that is due."""
    done = []
    while True:
        with services.db.write() as connection:
            claims = claim_store.claim_due(
                connection, services.clock(), limit=50, lease_s=60, slots_of=lambda _: 9
            )
        if not claims:
            return done
        done += [poll.run(services, claim.feed, claim.lease) for claim in claims]


def articles(services: Services) -> list[dict[str, object]]:
    with services.db.read() as connection:
        return list(listing.iter_articles(connection))


def test_every_entry_is_stored_once_with_its_story(
    services: Services, newsroom: Server, clock: Clock
) -> None:
    """Entries, versions and stories are those of the ground truth after all updates were polled."""
    room = newsroom.newsroom
    poll_all(services)
    for _ in range(room.script_ticks):
        room.advance()
        clock.advance(60)
        poll_all(services)
    truth = {(row["feed"], row["guid"] or row["url"]): row for row in room.truth()}
    found = {(a["feed"], a["guid"] or a["url"]): a for a in articles(services)}
    assert set(found) == set(truth)
    assert len(articles(services)) == len(truth)
    assert {k: a["versions"] for k, a in found.items()} == {k: row["versions"] for k, row in truth.items()}
    groups = defaultdict(set)
    for key, row in truth.items():
        groups[row["story"]].add(found[key]["story"])
    split = {name: stories for name, stories in groups.items() if len(stories) > 1}
    assert not split, "copies of one text in several stories"
    owners = Counter(story for stories in groups.values() for story in stories)
    assert not [story for story, n in owners.items() if n > 1], "strangers in one story"


def test_a_304_moves_the_due_time_and_stores_nothing(services: Services, clock: Clock) -> None:
    poll_all(services)
    before = len(articles(services))
    clock.advance(7200)
    summaries = poll_all(services)
    assert summaries
    assert {s.outcome for s in summaries} == {Outcome.NOT_MODIFIED}
    assert all(s.next_due_at and s.next_due_at > clock.at for s in summaries)
    assert len(articles(services)) == before


def test_a_stale_lease_sends_nothing(services: Services, newsroom: Server) -> None:
    """A doubled or late message finds its lease used or gone, and returns at once."""
    with services.db.write() as connection:
        [claim] = claim_store.claim_due(
            connection, services.clock(), limit=1, lease_s=60, slots_of=lambda _: 9
        )
    assert poll.run(services, claim.feed, claim.lease).outcome is not Outcome.STALE
    sent = len(newsroom.requests)
    assert poll.run(services, claim.feed, claim.lease).outcome is Outcome.STALE
    assert poll.run(services, claim.feed, "never given").outcome is Outcome.STALE
    assert len(newsroom.requests) == sent


def test_a_poll_that_breaks_still_writes_an_attempt_and_a_due_time(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(poll, "prepare", broken)
    summaries = poll_all(services)
    assert {s.outcome for s in summaries} == {Outcome.FAILED}
    with services.db.read() as connection:
        rows = connection.execute(select(Poll.error, Poll.next_due_at)).all()
    assert len(rows) == len(summaries)
    assert all("boom" in row.error and row.next_due_at > services.clock() for row in rows)


def test_a_failing_feed_raises_one_line_for_the_monitor(services: Services, newsroom: Server) -> None:
    poll_all(services)
    newsroom.close()
    services.clock.advance(7200)  # type: ignore[attr-defined]
    summary = poll_all(services)[0]
    with pytest.raises(Exception, match=r"refused.*next try \d\d:\d\dZ$") as caught:
        summary.result()
    assert "\n" not in str(caught.value)
    assert f"(feed {summary.feed}, http://127." in str(caught.value)
    assert f"/{summary.feed}/feed." in str(caught.value)  # which feed is first is not certain
    assert repr(caught.value) == f"FetchError: {caught.value}"


def test_each_lead_has_one_job_a_kind_and_plain_copies_none(services: Services, newsroom: Server) -> None:
    poll_all(services)
    with services.db.read() as connection:
        rows = [(row.article_id, row.kind) for row in connection.execute(select(Job.article_id, Job.kind))]
        leads = set(connection.scalars(select(ArticleRow.id).where(ArticleRow.role == "lead")))
        provisional = {
            row.id
            for row in connection.execute(select(ArticleRow.id, ArticleRow.reasons))
            if row.reasons and row.reasons.get("provisional")
        }
    assert len(rows) == len(set(rows))
    for kind in BUILT_IN:
        having = {article for article, of_kind in rows if of_kind == kind}
        assert leads <= having <= leads | provisional


def test_the_sweep_matches_what_a_dead_worker_left(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Articles that were stored but never matched join their stories at a later tick."""
    with monkeypatch.context() as patch:
        patch.setattr(match, "run", lambda *_: 0)
        poll_all(services)
    with services.db.read() as connection:
        left = connection.scalar(select(func.count()).where(ArticleRow.matched_at.is_(None)))
    assert left == len(articles(services))
    clock.advance(dispatch.SWEEP_AFTER_S + 1)
    while dispatch._sweep(services):
        pass
    with services.db.read() as connection:
        assert not connection.scalar(select(func.count()).where(ArticleRow.matched_at.is_(None)))
        assert connection.scalar(select(func.count()).where(ArticleRow.role != "lead"))
