"""Classify the entries of a document as new, changed or known; pure."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rapidfuzz import fuzz

from worker.records import Article
from worker.store.articles import Known

_NO_DATE = datetime.min.replace(tzinfo=UTC)
SIMILAR_TITLES = 50.0  # token_set_ratio from which two titles name the same article


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The new and changed entries of a document."""

    new: tuple[Article, ...]
    changed: tuple[tuple[Known, Article], ...]


def _is_reused(known: Known, article: Article) -> bool:
    """Whether a publisher reused a guid for another article: different URL and dissimilar title."""
    if not (known.canonical_url and article.canonical_url) or known.canonical_url == article.canonical_url:
        return False
    return fuzz.token_set_ratio((known.title or "").lower(), (article.title or "").lower()) < SIMILAR_TITLES


def _second_key(article: Article) -> str:
    text = f"{article.entry_key}\n{article.canonical_url}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _rank(article: Article) -> tuple[datetime, int, str, str]:
    """Order entries with one key: by date, then length, then content; never by place in the document."""
    dates = (article.published_at, article.updated_at)
    newest = max((date for date in dates if date), default=_NO_DATE)
    return newest, len(article.text or ""), article.content_hash, repr(article)


def _one_per_key(articles: Iterable[Article]) -> list[Article]:
    """Of entries with the same key, return the newest one; all in the order in which keys first occur."""
    best: dict[str, Article] = {}
    for article in articles:
        other = best.get(article.entry_key)
        if other is None or _rank(article) > _rank(other):
            best[article.entry_key] = article
    return list(best.values())


def reconcile(articles: Sequence[Article], known: Iterable[Known], purged: Collection[str]) -> Reconciled:
    """Compare a document's entries with the stored entries of the same feed.

    The same key with other content is a new version; a reused guid is a new article; a new guid with the
    same URL and content is not new; purged entries are ignored. Of entries that share a key only the newest
    is compared, so that a document with two texts under one guid makes no version at each poll. An entry
    inside which its document ends is no new version of a stored one: the rest of it is missing.
    """
    by_key = {item.entry_key: item for item in known}
    by_content: dict[tuple[str | None, str], Known] = {
        (item.canonical_url, item.content_hash): item for item in by_key.values() if item.canonical_url
    }
    new: dict[str, Article] = {}
    changed: dict[int, tuple[Known, Article]] = {}
    for entry in _one_per_key(articles):
        article, match = entry, by_key.get(entry.entry_key)
        if match is not None and _is_reused(match, article):
            article = replace(entry, entry_key=_second_key(entry))
            match = by_key.get(article.entry_key)
        if match is None:
            match = by_content.get((article.canonical_url, article.content_hash))
            if match is None:
                if article.entry_key not in purged:
                    new.setdefault(article.entry_key, article)
                continue
        is_other = match.content_hash != article.content_hash and match.entry_key == article.entry_key
        if is_other and not article.is_partial:
            changed.setdefault(match.id, (match, article))
    return Reconciled(tuple(new.values()), tuple(changed.values()))
