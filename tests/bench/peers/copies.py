"""The texts in which copies are searched, and what the service takes for that."""

import random
import tempfile
from collections.abc import Iterator

from tests.bench import stories
from tests.bench.filling import FEEDS, fill, filled_text, open_services, settle, sign_all, texts_of_a_feed
from tests.support.generated import edit_text, make_feed
from worker.store import feeds as feed_store

KNOWN = 2_000  # texts that are there already


def documents() -> Iterator[dict[str, object]]:
    """The texts that are there already, and then those that are measured."""
    for feed in range(FEEDS):
        name, rng = f"outlet-{feed}", random.Random(feed)
        for number in range(texts_of_a_feed(KNOWN)):
            text = edit_text(filled_text(feed, number), name, rng)
            yield {"text": "\n".join((text.title, *text.paragraphs)), "measured": False}
    for number in range(stories.POLLS):
        _, articles, _ = stories.make_poll(KNOWN, number)
        for article in articles:
            yield {"text": f"{article.title}\n{article.text}", "measured": True}


def product_ms() -> tuple[float, int, int]:
    """CPU milliseconds of the service's decision on a document; copies found, and copies made."""
    signed = sign_all(KNOWN)
    with tempfile.TemporaryDirectory(prefix="wr-bench-") as folder:
        services = open_services(f"sqlite:///{folder}/bench.db", folder)
        with services.db.write() as connection:
            configs = [make_feed(f"outlet-{number}") for number in range(FEEDS)]
            feed_store.sync_feeds(connection, configs, stories.NOW)
        fill(services, signed, 0, KNOWN)
        settle(services)
        meter, found, made = stories.measure(services, KNOWN)
        services.close()
    spent_s = sum(meter.cpu[stage] for stage in stories.DECISION)
    return spent_s / (stories.POLLS * stories.POLL_TEXTS) * 1000, found, made
