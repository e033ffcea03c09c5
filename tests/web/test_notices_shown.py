"""What the pages say of the articles of a withdrawn story, and of corrections that wait."""

from datetime import timedelta

from lxml import html
from sqlalchemy import update

from tests.store.samples import later, make_feed, sync
from tests.web.conftest import AT, LEAD, store
from worker.records import Notice
from worker.store import Database
from worker.store import notices as notice_store
from worker.store.models import ArticleRow, Story


def text_of(site, path):
    return " ".join(html.fromstring(site.get(path).body).text_content().split())


def test_a_copy_of_a_withdrawn_story_says_that_the_story_is_withdrawn(small_site):
    site = small_site()
    database = Database(site.settings.database_url)
    with database.write() as connection:
        sync(connection, make_feed("pier", tags=("pier",)))
        article = store(connection, "pier", *LEAD, title="Tanker freed")
    assert "story withdrawn" not in text_of(site, "/articles?since=all&tag=pier")
    with database.write() as connection:
        connection.execute(update(Story).where(Story.id == article).values(mark="withdrawn"))
    database.close()
    assert "Tanker freed story withdrawn" in text_of(site, "/articles?since=all&tag=pier")
    assert "The publisher of this text withdrew it, do not use it" in text_of(site, f"/articles/{article}")
    assert site.get(f"/articles/{article}.json").json()["story_mark"] == "withdrawn"


def test_a_withdrawn_story_that_was_run_again_without_a_mark_names_the_command(small_site):
    site = small_site()
    database = Database(site.settings.database_url)
    with database.write() as connection:
        sync(connection, make_feed("quay", tags=("quay",)))
        gone = store(connection, "quay", *LEAD, title="Withdrawn: Tanker freed")
        again = store(connection, "quay", *LEAD, minutes=60, title="Tanker freed")
        of_second = update(ArticleRow).where(ArticleRow.id == again)
        connection.execute(of_second.values(story_id=gone))
        notice = Notice(
            gone, "quay", later(60), "withdrawn", "headline", None, None, "Withdrawn: Tanker freed"
        )
        notice_store.add(connection, [(notice, later(60))])
        connection.execute(update(Story).where(Story.id == gone).values(mark="withdrawn", copies=2))
    database.close()
    said = f"article {again} came after the withdrawal without a mark, which does not end it"
    assert f"{said}: if it was run again, `wireroom stories detach {gone}` does" in text_of(
        site, f"/stories/{gone}"
    )


def test_a_correction_that_waits_says_so_on_both_pages(small_site):
    site = small_site()
    database = Database(site.settings.database_url)
    with database.write() as connection:
        sync(connection, make_feed("dock", tags=("dock",)))
        article = store(connection, "dock", *LEAD, title="Corrected: Tanker freed")
        notice = Notice(article, "dock", later(60), "corrected", "headline", None, None, "Tanker freed")
        notice_store.add(connection, [(notice, AT + timedelta(minutes=15))])
    database.close()
    for path in (f"/stories/{article}", f"/articles/{article}"):
        assert f"; waits until {AT + timedelta(minutes=15):%H:%M} to be reported" in text_of(site, path)
        [shown] = site.get(f"{path}.json").json()["notices"]
        assert shown["waits_until"].startswith(f"{AT + timedelta(minutes=15):%Y-%m-%dT%H:%M}")
