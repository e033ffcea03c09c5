"""Names of feeds and tags in the address of a page: an unknown one is an error, as on the command line.

Not in the address of a feed: who subscribes to a tag keeps it while no feed has that tag.
"""

from sqlalchemy import Connection

from worker.store import filters, listing
from worker.views.choices import unknown
from worker.web.params import NotFoundError, Params


def require_known(connection: Connection, params: Params) -> None:
    """Raise NotFoundError for a feed that is not known, and for a tag that no feed has."""
    feed, tag = params.text("feed"), params.text("tag")
    if feed is not None and not listing.has_feed(connection, feed):
        raise NotFoundError(unknown("feed", feed, filters.known_feeds(connection)))
    if tag is not None and connection.scalar(filters.feeds_with_tag(connection, tag).limit(1)) is None:
        raise NotFoundError(unknown("tag", tag, filters.known_tags(connection)))
