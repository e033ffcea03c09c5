"""A poller as tutorials build it: one Celery task a feed, httpx, feedparser and SQLAlchemy, prefork.

`celery_peer.py add < URLS` creates the tables, `celery_peer.py poll` sends a task for each feed,
`celery_peer.py count` prints polls and articles. The broker and the database are in the environment.
"""

import os
import sys

import feedparser
import httpx
from celery import Celery
from sqlalchemy import ForeignKey, create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = Celery("celery_peer", broker=os.environ["PEER_BROKER"])
app.conf.update(task_ignore_result=True, broker_connection_retry_on_startup=True)
engine = create_engine(os.environ["PEER_DATABASE"], connect_args={"timeout": 60})


@event.listens_for(engine, "connect")
def _write_ahead(connection, _record):
    connection.execute("PRAGMA journal_mode=wal")
    connection.execute("PRAGMA synchronous=normal")


class Base(DeclarativeBase):
    pass


class Feed(Base):
    __tablename__ = "feeds"
    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    etag: Mapped[str | None]
    polls: Mapped[int] = mapped_column(default=0)


class Article(Base):
    __tablename__ = "articles"
    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id"))
    link: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str]


@app.task(name="fetch_feed")
def fetch_feed(feed_id):
    """Fetch one feed and store its new entries."""
    with Session(engine) as session:
        feed = session.get(Feed, feed_id)
        url, headers = feed.url, {"If-None-Match": feed.etag} if feed.etag else {}
        session.rollback()
        response = httpx.get(url, headers=headers, timeout=10)
        feed = session.get(Feed, feed_id)
        if response.status_code != 304:
            for entry in feedparser.parse(response.content).entries:
                if session.scalar(select(Article).where(Article.link == entry.link)) is None:
                    new = {"feed_id": feed_id, "link": entry.link, "title": entry.title}
                    session.add(Article(**new, summary=entry.summary))
            feed.etag = response.headers.get("etag")
        feed.polls += 1
        session.commit()


def main(action):
    """Run one of the actions."""
    if action == "add":
        Base.metadata.create_all(engine)
    with Session(engine) as session:
        if action == "add":
            session.add_all(Feed(url=line.strip()) for line in sys.stdin)
            session.commit()
        elif action == "poll":
            for feed_id in session.scalars(select(Feed.id)):
                fetch_feed.delay(feed_id)
        else:
            print(
                session.scalar(select(func.sum(Feed.polls))), session.scalar(select(func.count(Article.id)))
            )


if __name__ == "__main__":
    main(sys.argv[1])
