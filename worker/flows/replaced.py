"""Find the articles whose outlet put another text in the place of the one that was compared with others."""

from collections.abc import Sequence

from sqlalchemy import Connection

from worker.dedupe import is_replaced
from worker.flows.decoded import Decoder
from worker.store import copy_links as link_store
from worker.store import sketches as sketch_store
from worker.store.lineage import last_edits
from worker.store.sketches import Stored


def find_replaced(
    connection: Connection, items: Sequence[Stored], decoder: Decoder
) -> dict[int, frozenset[int]]:
    """The articles that each such article is linked with, none of those whose text is of their page.

    Only of those that were not compared since: afterwards, their links are of the new text.
    """
    edited = {item.article: item for item in items if item.revision and not item.is_page}
    waiting = sketch_store.still_unmatched(connection, edited)
    edited = {article: edited[article] for article in waiting}
    linked = link_store.partners(connection, edited) if edited else {}
    found: dict[int, frozenset[int]] = {}
    for article, (old, new) in (last_edits(connection, edited) if edited else {}).items():
        try:
            signature = decoder.decode(edited[article].signature)
        except ValueError:  # of an older version
            continue
        if is_replaced(old, signature, new.text):
            found[article] = linked.get(article, frozenset())
    return found
