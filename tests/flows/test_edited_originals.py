"""A copy of which only the summary is known stays in its story whatever its outlet's source edits."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.flows.test_races import make_article
from worker.flows import intake, match, second_look
from worker.flows.services import Services
from worker.records import Article, FeedConfig, ParsedFeed, PushKind
from worker.store import feeds as feed_store
from worker.store import push_receivers
from worker.store.jobs import RunningJob
from worker.store.models import ArticleRow, Event, Link, PushNote, Story

LEDGER = FeedConfig(id="ledger", url="https://ledger.example/feed.xml")
HERALD = FeedConfig(id="herald", url="https://herald.example/feed.xml")
GAZETTE = FeedConfig(id="gazette", url="https://gazette.example/feed.xml")


@dataclass(frozen=True)
class Case:
    """A report with a wrong figure, and what its publisher and an outlet with summaries make of it."""

    title: str
    copied: str
    text: str
    figures: tuple[str, str]
    note: str

    @property
    def summary(self) -> str:
        """The first paragraph."""
        return self.text.partition("\n")[0]

    def corrected(self, text: str) -> str:
        return text.replace(*self.figures)


ENGLISH = Case(
    "Repairs to the mill bridge to cost £4.6 million, surveyors say",
    "Mill bridge repair bill put at £4.6 million",
    "Repairs to the mill bridge at Harrow Lane will cost £4.6 million and take 19 months, according to a "
    "survey that goes to the county cabinet on Friday.\n\n"
    "Engineers found that 31 of the 58 oak piles below the middle arch were rotten, and that frost had "
    "split the sandstone of both towers. The bridge, built in 1844, was closed at short notice in August.\n\n"
    "“Closing it was the only responsible thing to do,” said county surveyor Della Marsh. “We did not know "
    "how bad it was until divers went down.”\n\n"
    "The county has set aside £1.2 million. It wants to apply to the heritage fund for the rest, which "
    "decides on its grants in May. Some 7,400 drivers crossed the bridge each day.",
    ("£4.6 million", "£6.4 million"),
    "Correction: An earlier version of this article said the repairs would cost £4.6 million. It is £6.4 "
    "million.",
)
GERMAN = Case(
    "Sanierung der Mühlbrücke kostet 4,6 Millionen Euro",
    "Mühlbrücke: Gutachter rechnen mit 4,6 Millionen Euro",
    "Die Sanierung der Mühlbrücke in Harlingen kostet 4,6 Millionen Euro und dauert 19 Monate, wie aus "
    "einem Gutachten hervorgeht, das am Freitag dem Kreistag vorliegt.\n\n"
    "Demnach sind 31 der 58 Eichenpfähle unter dem mittleren Bogen verfault, und der Frost hat den "
    "Sandstein beider Türme gesprengt. Die 1844 gebaute Brücke war im August kurzfristig gesperrt worden.\n\n"
    "„Die Sperrung war das einzig Verantwortbare“, sagte Kreisbaumeisterin Della Marsch. „Wie schlimm es "
    "ist, wussten wir erst, als Taucher unten waren.“\n\n"
    "Der Kreis hat 1,2 Millionen Euro zurückgelegt. Den Rest will er beim Denkmalfonds beantragen, der im "
    "Mai über seine Zuschüsse entscheidet. Täglich fuhren 7400 Autos über die Brücke.",
    ("4,6 Millionen", "6,4 Millionen"),
    "Korrektur: In einer früheren Fassung dieses Artikels hieß es, die Sanierung koste 4,6 Millionen Euro. "
    "Es sind 6,4 Millionen.",
)
FRENCH = Case(
    "La réfection du pont du moulin coûtera 4,6 millions d'euros",
    "Pont du moulin: une facture de 4,6 millions d'euros",
    "La réfection du pont du moulin d'Harvigny coûtera 4,6 millions d'euros et durera 19 mois, selon une "
    "expertise qui sera remise vendredi au conseil départemental.\n\n"
    "Les ingénieurs ont constaté que 31 des 58 pieux de chêne sous l'arche centrale étaient pourris et que "
    "le gel avait fendu le grès des deux tours. Le pont, bâti en 1844, avait été fermé en août.\n\n"
    "« Le fermer était la seule décision responsable », a dit l'ingénieure Delphine Marchal. « Nous ne "
    "savions pas à quel point c'était grave avant l'arrivée des plongeurs. »\n\n"
    "Le département a mis de côté 1,2 million d'euros. Il demandera le reste au fonds du patrimoine, qui "
    "attribue ses aides en mai. Quelque 7.400 voitures passaient chaque jour sur le pont.",
    ("4,6 millions", "6,4 millions"),
    "Rectificatif : une version précédente de cet article indiquait un coût de 4,6 millions d'euros. Il "
    "est de 6,4 millions.",
)


@pytest.fixture
def desk(services: Services, clock: Clock) -> Services:
    services.clock = clock
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [LEDGER, HERALD, GAZETTE], clock())
        push_receivers.put_receivers(connection, {"cms": tuple(kind.value for kind in PushKind)})
    return services


def publish(services: Services, feed: FeedConfig, title: str, text: str, *, is_full: bool) -> int:
    """Store the feed's only entry as it is now; returns the article."""
    said: dict[str, Any] = {"text": text if is_full else None, "summary": text.partition("\n")[0]}
    entry: Article = replace(
        make_article(feed.id, 0, 0), entry_key="1", guid="1", canonical_url=f"{feed.id}/1", title=title,
        content_hash=title + text, sort_at=services.clock(), **said,
    )  # fmt: skip
    found = intake.prepare(services, feed, ParsedFeed(None, None, (entry,)))
    with services.db.write() as connection:
        new, changed = intake.store(connection, feed, found, services.clock())
    match.run(services, [*new, *changed])
    [article] = {*new, *changed}
    return article


def read_page(services: Services, article: int, feed: FeedConfig, title: str, text: str) -> None:
    """What the extraction job does when it has the full text."""
    now = services.clock()
    job = RunningJob(0, article, "fulltext", "1", 1, "", feed.id, None, title, None, None, None, now)
    look = second_look.prepare(services, job, feed, text)
    assert look is not None
    with services.db.write() as connection:
        second_look.publish(connection, look, now)
    match.run(services, [article])


def stories(services: Services) -> set[tuple[int, str]]:
    """The id and the mark of each story."""
    query = select(Story.id, Story.mark).where(Story.merged_into.is_(None))
    with services.db.read() as connection:
        return {(row.id, row.mark) for row in connection.execute(query)}


def events(services: Services) -> list[str]:
    with services.db.read() as connection:
        return list(connection.scalars(select(Event.kind).order_by(Event.id)))


def noted(services: Services) -> list[str]:
    with services.db.read() as connection:
        kinds = connection.scalars(select(PushNote.kind).order_by(PushNote.id))
        return [kind for kind in kinds if kind.startswith("story.") and kind != "story.changed"]


@pytest.mark.parametrize("case", [ENGLISH, GERMAN, FRENCH], ids=["en", "de", "fr"])
@pytest.mark.parametrize("is_copy_first", [True, False])
def test_a_note_that_is_removed_takes_no_copy_out_of_the_story(
    desk: Services, clock: Clock, case: Case, is_copy_first: bool
) -> None:
    """The note names the figure that the copy's summary has; without it the summaries differ."""
    text, summary = case.text, case.summary
    if is_copy_first:
        publish(desk, HERALD, case.copied, summary, is_full=False)
    publish(desk, LEDGER, case.title, text, is_full=True)
    if not is_copy_first:
        publish(desk, HERALD, case.copied, summary, is_full=False)
    [(story, mark)] = stories(desk)
    assert not mark
    before = noted(desk)
    title, mended = case.corrected(case.title), case.corrected(text)
    for said in (
        f"{mended}\n\n{case.note}",
        mended,
        mended.replace("31", "33"),
        f"{mended}\n\n{mended[::-1]}",
    ):
        clock.advance(3_600)
        publish(desk, LEDGER, title, said, is_full=True)
        assert stories(desk) == {(story, "corrected")}
    assert events(desk) == ["story.corrected"]
    assert noted(desk) == [*before, "story.corrected"]


def test_a_page_that_is_read_again_takes_no_copy_out_of_the_story(desk: Services, clock: Clock) -> None:
    """Its first reading compared the full text; what the outlet corrected since tells no more."""
    text, summary = ENGLISH.text, ENGLISH.summary
    publish(desk, HERALD, ENGLISH.copied, summary, is_full=False)
    other = publish(desk, GAZETTE, "Harrow Lane bridge shut for 19 months", summary, is_full=False)
    read_page(desk, other, GAZETTE, "Harrow Lane bridge shut for 19 months", text)
    [(story, _)] = stories(desk)
    clock.advance(3_600)
    read_page(desk, other, GAZETTE, "Harrow Lane bridge shut for 19 months", ENGLISH.corrected(text))
    assert stories(desk) == {(story, "")}
    assert events(desk) == []


def test_a_page_that_is_read_first_still_refutes_a_summary(desk: Services) -> None:
    """What was compared as a summary is decided again by the page, also after an edit of the summary."""
    summary, title = ENGLISH.summary, ENGLISH.title
    publish(desk, HERALD, title, summary, is_full=False)
    other = publish(desk, GAZETTE, title, summary, is_full=False)
    assert len(stories(desk)) == 1
    publish(desk, GAZETTE, title, f"{summary} More soon.", is_full=False)
    assert len(stories(desk)) == 1
    read_page(desk, other, GAZETTE, "Choir wins prize", GERMAN.text)
    assert len(stories(desk)) == 2
    with desk.db.read() as connection:
        assert not connection.scalars(select(Link.article_id)).all()
        assert connection.scalar(select(ArticleRow.reasons).where(ArticleRow.id == other)) is None
