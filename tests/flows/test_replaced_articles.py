"""An entry whose text is replaced by another one leaves its story, and takes no other into it."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.conftest import Clock
from tests.flows.test_edited_originals import ENGLISH, GERMAN, Case, events, noted
from tests.flows.test_races import make_article
from worker.flows import decisions, intake, joins, match
from worker.flows.services import Services
from worker.records import FeedConfig, Match, ParsedFeed, PushKind, Role
from worker.store import copy_links as link_store
from worker.store import feeds as feed_store
from worker.store import push_receivers
from worker.store.models import ArticleRow, Event, Link, Story

FEEDS = {name: FeedConfig(id=name, url=f"https://{name}.example/feed.xml") for name in "abcdefg"}


@dataclass(frozen=True)
class Report:
    """A headline, the one of copies, and a text."""

    title: str
    copied: str
    text: str

    @classmethod
    def of(cls, case: Case) -> "Report":
        return cls(case.title, case.copied, case.text)


PRIZES = {
    "en": Report(
        "Novelist Amara Oyelaran takes Wexford prize for “Salt Orchard”",
        "“Salt Orchard” wins Oyelaran the Wexford",
        "Amara Oyelaran has won the Wexford Prize for fiction with her third novel, a family saga set among "
        "salt workers on a lagoon, the jury announced in Dublin.\n\n"
        "The judges called “Salt Orchard” a book of rare patience whose sentences glow long after a page is "
        "turned. It beat five other shortlisted works, among them a thriller by last season’s laureate.\n\n"
        "Oyelaran, a former schoolteacher, wrote the manuscript by hand on night trains between Lagos and "
        "Ibadan. She intends to spend the award, worth 50,000 euros, on a library for her home village.",
    ),
    "de": Report(
        "Literaturpreis von Wexford geht an Amara Oyelaran",
        "Romanautorin Oyelaran für „Salzgarten“ geehrt",
        "Amara Oyelaran erhält für ihren dritten Roman, eine Familiengeschichte unter Salzarbeitern an einer "
        "Lagune, die begehrteste irische Auszeichnung für Prosa, teilte die Jury in Dublin mit.\n\n"
        "„Salzgarten“ sei ein Buch von seltener Geduld, dessen Sätze lange nachleuchteten, urteilten die "
        "Preisrichter. Es setzte sich gegen fünf andere Titel durch, darunter ein Krimi aus Cork.\n\n"
        "Oyelaran, früher Lehrerin, schrieb das Manuskript von Hand in Nachtzügen zwischen Lagos und Ibadan. "
        "Vom Preisgeld will sie ihrem Heimatdorf eine Bücherei stiften.",
    ),
    "ja": Report(
        "文学賞に大沢さんの長編小説「塩の果樹園」",
        "大沢さん、3作目で文学賞を受賞",
        "日本文芸協会は十日、今年の文学賞を大沢美咲さんの長編小説「塩の果樹園」に贈ると発表した。干潟で塩を作る"
        "一家の三代にわたる歩みを静かな筆致で描いた作品で、大沢さんにとって三作目の著書となる。\n\n"
        "選考委員は、読み終えた後も言葉の余韻が長く残るまれな一冊だと評価した。最終候補には昨年の受賞者による"
        "推理小説など六作品が残っていたが、満場一致で決まったという。\n\n"
        "元教師の大沢さんは夜行列車の中で原稿用紙に手書きで書き続けた。賞金は故郷の村の図書室に寄付する考えだ。",
    ),
}
BRIDGES = {
    "en": Report.of(ENGLISH),
    "de": Report.of(GERMAN),
    "ja": Report(
        "白根山が噴火、周辺の住民に避難指示",
        "白根山で噴火 ふもとの集落に避難指示",
        "気象庁によると、白根山で十二日午前四時ごろ噴火が発生し、噴煙が火口から三千メートルの高さまで上がった。"
        "ふもとの集落では火山灰が降り積もり、約八百人に避難指示が出された。けが人の情報は入っていない。\n\n"
        "県は災害対策本部を設置し、自衛隊に派遣を要請した。国道は通行止めとなり、鉄道も始発から運転を見合わせて"
        "いる。観測所では前日から火山性地震が増えていた。\n\n"
        "専門家は、マグマが浅い所まで上昇している可能性があり、今後さらに大きな爆発が起きるおそれもあると警戒を"
        "呼びかけている。",
    ),
}
CHOIR = (
    "The lighthouse of Korvo was sold on Tuesday to a choir that wants to rehearse in its lamp room, a town "
    "clerk said. Forty singers pooled their savings and outbid a hotel chain by a single crown."
)
LANGUAGES = ["en", "de", "ja"]


@pytest.fixture
def desk(services: Services, clock: Clock) -> Services:
    services.clock = clock
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, list(FEEDS.values()), clock())
        push_receivers.put_receivers(connection, {"cms": tuple(kind.value for kind in PushKind)})
    return services


def publish(services: Services, feed: str, title: str, text: str, key: str = "1") -> int:
    """Store the feed's entry as it is now and match it; returns the article."""
    article = store(services, feed, title, text, key)
    match.run(services, [article])
    return article


def store(services: Services, feed: str, title: str, text: str, key: str = "1") -> int:
    """Store the feed's entry as it is now, ten minutes after the last; returns the article."""
    services.clock.advance(600)  # type: ignore[attr-defined]
    entry = replace(
        make_article(feed, 0, 0), entry_key=key, guid=key, canonical_url=f"{feed}/{key}", title=title,
        text=text, summary=text[:80], content_hash=title + text, sort_at=services.clock(),
    )  # fmt: skip
    found = intake.prepare(services, FEEDS[feed], ParsedFeed(None, None, (entry,)))
    with services.db.write() as connection:
        new, changed = intake.store(connection, FEEDS[feed], found, services.clock())
    [article] = {*new, *changed}
    return article


def run_copies(services: Services, report: Report, feeds: str) -> None:
    """Have the feeds run a report: the first under its headline, the others under that of copies."""
    for number, feed in enumerate(feeds):
        publish(services, feed, report.copied if number else report.title, report.text)


def stories(services: Services) -> dict[str, set[str]]:
    """The feeds of each story, by the feed of its lead."""
    columns = (ArticleRow.id, ArticleRow.feed_id, ArticleRow.story_id, Story.lead_id, Story.copies)
    query = select(*columns).join(Story, Story.id == ArticleRow.story_id)
    with services.db.read() as connection:
        rows = connection.execute(query).all()
    feeds = {row.id: row.feed_id for row in rows}
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(feeds[row.lead_id], set()).add(row.feed_id)
    assert all(row.copies == len(found[feeds[row.lead_id]]) for row in rows)
    return found


def story_of(services: Services, feed: str) -> int:
    with services.db.read() as connection:
        return connection.scalars(select(ArticleRow.story_id).where(ArticleRow.feed_id == feed)).one()


def both(lang: str, *, is_reverse: bool) -> tuple[Report, Report]:
    pair = (BRIDGES[lang], PRIZES[lang])
    return pair[::-1] if is_reverse else pair


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("is_reverse", [False, True])
@pytest.mark.parametrize("replacing", ["a", "b"], ids=["publisher", "outlet"])
def test_a_replaced_text_leaves_its_story_and_joins_that_of_the_other_text(
    desk: Services, lang: str, replacing: str, *, is_reverse: bool
) -> None:
    old, new = both(lang, is_reverse=is_reverse)
    run_copies(desk, old, "abc")
    run_copies(desk, new, "de")
    assert stories(desk) == {"a": set("abc"), "d": set("de")}
    old_story, new_story = story_of(desk, "c"), story_of(desk, "d")
    publish(desk, replacing, new.title, new.text)
    left = set("abc") - {replacing}
    assert stories(desk) == {min(left): left, "d": {*"de", replacing}}
    assert (story_of(desk, "c"), story_of(desk, "d")) == (old_story, new_story)
    assert "story.merged" not in events(desk)
    publish(desk, "d", f"WITHDRAWN: {new.title}", new.text)
    with desk.db.read() as connection:
        marks = dict(connection.execute(select(Story.id, Story.mark).where(Story.copies > 0)).all())
        told = connection.scalars(select(Event.message).where(Event.kind == "story.split")).all()
    assert marks == {old_story: "", new_story: "withdrawn"}
    assert len(told) == 1
    assert told[0].endswith("has another text now")
    assert "story.withdrawn" in noted(desk)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("is_reverse", [False, True])
def test_a_replaced_text_that_nobody_else_has_stands_alone(
    desk: Services, lang: str, *, is_reverse: bool
) -> None:
    old, new = both(lang, is_reverse=is_reverse)
    run_copies(desk, old, "abc")
    old_story = story_of(desk, "a")
    publish(desk, "a", new.title, new.text)
    assert stories(desk) == {"a": {"a"}, "b": set("bc")}
    assert story_of(desk, "b") == old_story != story_of(desk, "a")
    publish(desk, "d", new.copied, new.text)
    publish(desk, "e", old.copied, old.text)
    assert stories(desk) == {"a": set("ad"), "b": set("bce")}
    publish(desk, "a", old.title, old.text)
    assert stories(desk) == {"b": set("abce"), "d": {"d"}}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_replaced_text_without_copies_is_matched_again(desk: Services, lang: str) -> None:
    old, new = both(lang, is_reverse=False)
    run_copies(desk, old, "a")
    run_copies(desk, new, "de")
    publish(desk, "a", new.title, new.text)
    assert len(stories(desk)) == 1
    assert "story.split" not in events(desk)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_replaced_text_that_is_compared_again_leaves_no_further_story(desk: Services, lang: str) -> None:
    old, new = both(lang, is_reverse=False)
    run_copies(desk, old, "ab")
    run_copies(desk, new, "de")
    article = publish(desk, "b", new.title, new.text)
    before, kinds = stories(desk), events(desk)
    match.run(desk, [article])
    match.run(desk, [article])
    assert (stories(desk), events(desk)) == (before, kinds)


def test_a_correction_of_the_text_before_is_not_of_the_text_that_replaced_it(desk: Services) -> None:
    old, new = BRIDGES["en"], PRIZES["en"]
    run_copies(desk, old, "abc")
    publish(desk, "a", f"CORRECTED: {old.title}", old.text.replace("31", "33"))
    old_story = story_of(desk, "a")
    publish(desk, "a", old.title, old.text.replace("31", "33"))
    publish(desk, "a", new.title, new.text)
    with desk.db.read() as connection:
        marks = {row.id: row.mark for row in connection.execute(select(Story.id, Story.mark))}
    assert story_of(desk, "b") == old_story != story_of(desk, "a")
    assert (marks[old_story], marks[story_of(desk, "a")]) == ("", "")
    assert [kind for kind in events(desk) if kind != "story.split"] == ["story.corrected", "story.unmarked"]


@pytest.mark.parametrize("replacing", ["ab", "bc"])
def test_texts_that_are_replaced_together_leave_together(desk: Services, replacing: str) -> None:
    old, new = BRIDGES["en"], PRIZES["en"]
    run_copies(desk, old, "abcd")
    old_story = story_of(desk, "a")
    match.run(desk, [store(desk, feed, new.title, new.text) for feed in replacing])
    stayed = set("abcd") - set(replacing)
    assert stories(desk) == {min(stayed): stayed, replacing[0]: set(replacing)}
    assert story_of(desk, "d") == old_story
    assert events(desk).count("story.split") == 1


def test_what_an_editor_keeps_together_stays_so(desk: Services) -> None:
    old, new = BRIDGES["en"], PRIZES["en"]
    run_copies(desk, old, "ab")
    publish(desk, "d", "Choir buys lighthouse of Korvo", CHOIR)
    decisions.merge(desk, story_of(desk, "a"), story_of(desk, "d"), "ben")
    publish(desk, "a", new.title, new.text)
    assert list(stories(desk).values()) == [set("abd")]


def test_a_copy_that_joins_while_a_replaced_text_is_compared_is_parted_from_it(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = BRIDGES["en"], PRIZES["en"]
    run_copies(desk, old, "ab")
    late = store(desk, "c", old.copied, old.text)
    article, apply = store(desk, "a", new.title, new.text), joins.apply

    def apply_late(*args: Any) -> None:
        """Another worker links a copy to the article, by the text that it had."""
        monkeypatch.setattr(joins, "apply", apply)
        with desk.db.write() as connection:
            link_store.put_links(connection, {(late, article): Match(article, Role.COPY, 0.9, {})})
            row = update(ArticleRow).where(ArticleRow.id == late)
            connection.execute(row.values(story_id=story_of(desk, "a")))
        apply(*args)

    monkeypatch.setattr(joins, "apply", apply_late)
    match.run(desk, [article])
    with desk.db.read() as connection:
        links = connection.execute(select(Link.article_id, Link.other_id)).all()
    assert all(article not in link for link in links)
    assert story_of(desk, "c") == story_of(desk, "b") != story_of(desk, "a")


def withdrawn(report: Report, _: Report) -> tuple[str, str]:
    return f"WITHDRAWN: {report.title}", "This item has been withdrawn."


def replaced_by_notice(report: Report, other: Report) -> tuple[str, str]:
    """The headline says that it corrects, though all is new."""
    return f"CORRECTED: {other.title}", other.text


def cut(report: Report, _: Report) -> tuple[str, str]:
    return f"Brief: {report.copied}", report.text.partition("\n")[0]


def same_title(report: Report, other: Report) -> tuple[str, str]:
    """A column: another text under the same headline."""
    return report.title, other.text


def truncated(_: Report, other: Report) -> tuple[str, str]:
    return other.title, f"{other.text} […]"


def brief(_: Report, other: Report) -> tuple[str, str]:
    return other.title, other.text.partition("\n")[0]


def live(_: Report, other: Report) -> tuple[str, str]:
    return f"Live: {other.title}", other.text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "edit", [withdrawn, replaced_by_notice, cut, same_title, truncated, brief, live], ids=lambda e: e.__name__
)
def test_what_may_be_the_same_report_stays_in_its_story(desk: Services, lang: str, edit) -> None:
    old, new = both(lang, is_reverse=False)
    run_copies(desk, old, "abc")
    publish(desk, "b", *edit(old, new))
    assert list(stories(desk).values()) == [set("abc")]
    assert "story.split" not in events(desk)


def test_a_report_that_is_written_anew_stays_in_its_story(desk: Services) -> None:
    """Another headline and other sentences about the same event: names and places are the same."""
    run_copies(desk, BRIDGES["en"], "abc")
    anew = (
        "Drivers around Harrow Lane face more than a year of detours after divers discovered rotten timber "
        "beneath the mill bridge, a report for the county cabinet shows. Della Marsh, the county surveyor, "
        "defended shutting the crossing in August without warning.\n\n"
        "Frost damage to masonry adds to a bill that only the heritage fund could pay, she said. A decision "
        "on money is expected in May, and residents have asked for a ferry until then.\n\n"
        "Shopkeepers say that takings have halved since summer, while schools have moved their buses."
    )
    publish(desk, "b", "Long detours loom as Harrow Lane waits for money", anew)
    assert list(stories(desk).values()) == [set("abc")]


def test_a_summary_that_becomes_a_full_text_stays_in_its_story(desk: Services) -> None:
    report = BRIDGES["en"]
    summary = report.text.partition("\n")[0]
    for feed in "ab":
        publish(desk, feed, report.title, summary)
    publish(desk, "b", "Surveyors give bill for Harrow Lane piles and towers", report.text)
    assert list(stories(desk).values()) == [set("ab")]


def test_no_link_to_the_text_before_is_left(desk: Services) -> None:
    run_copies(desk, BRIDGES["en"], "abc")
    article = publish(desk, "a", PRIZES["en"].title, PRIZES["en"].text)
    with desk.db.read() as connection:
        links = connection.execute(select(Link.article_id, Link.other_id)).all()
    assert all(article not in link for link in links)
