"""Classify the entries of a document as new, changed or known; pure."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from worker.records import Article
from worker.store.articles import Known

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


def reconcile(articles: Sequence[Article], known: Iterable[Known], purged: Collection[str]) -> Reconciled:
    """Compare a document's entries with the stored entries of the same feed.

    The same key with other content is a new version; a reused guid is a new article; a new guid with the
    same URL and content is not new; purged entries are ignored.
    """
    by_key = {item.entry_key: item for item in known}
    by_content: dict[tuple[str | None, str], Known] = {
        (item.canonical_url, item.content_hash): item for item in by_key.values() if item.canonical_url
    }
    new: dict[str, Article] = {}
    changed: dict[int, tuple[Known, Article]] = {}
    for entry in articles:
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
        if match.content_hash != article.content_hash and match.entry_key == article.entry_key:
            changed.setdefault(match.id, (match, article))
    return Reconciled(tuple(new.values()), tuple(changed.values()))
