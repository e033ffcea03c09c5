"""The Celery tasks: doors of at most ten lines, each opens on one flow."""

from worker.celery_app import app
from worker.errors import FetchError, ParseError
from worker.flows import dispatch, extract, poll, reload, upkeep
from worker.flows.services import services


@app.task(name="control.tick")
def tick() -> dict[str, object]:
    """Claim what is due, relay jobs, and pick up what a crash left unmatched."""
    return dispatch.tick(services())


@app.task(name="control.reload")
def reload_config() -> dict[str, object]:
    """Take over a changed config file, or say why not."""
    return reload.run(services())


@app.task(name="control.upkeep")
def upkeep_database() -> dict[str, object]:
    """Prune, purge and look for feeds that fell silent, in bounded batches."""
    return upkeep.run(services())


@app.task(name="feeds.poll", throws=(FetchError, ParseError))
def poll_feed(feed: str, lease: str) -> dict[str, object]:
    """Poll one claimed feed and store what is new; a feed that could not be had is a FAILURE."""
    return poll.run(services(), feed, lease).summary()


@app.task(name="articles.extract")
def extract_article(job: int, kind: str, article: int) -> dict[str, object]:
    """Run one extraction job."""
    return extract.run(services(), job, kind=kind, article=article)
