"""Recognize the entries of a document among the stored articles of its feed; pure.

The keys of an entry follow from the entry alone. Where entries share a guid or a URL, or a publisher renews
both at each request, the stored articles show which entry is which.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from worker.records import Article
from worker.store.articles import Known
from worker.text.invisible import drop_joiners

MIN_UNDATED = 80  # characters of title and text from which they identify an entry without a date
EXACT_KEYS = 2  # the most specific keys, which contain the title and the date
# how clearly an entry is a stored article
SAME_CONTENT, SAME_TITLE, SAME_URL, UNLIKE = 3, 2, 1, 0

Groups = Mapping[str, Sequence[Article]]


def is_settled(article: Article, by_key: Mapping[str, Known]) -> bool:
    """Whether the article stored under the entry's key has its content or title."""
    return _agreement(article, by_key.get(article.entry_key)) >= SAME_TITLE


def identify(articles: Sequence[Article], known: Iterable[Known]) -> list[Article]:
    """Return the entries of a document with the keys under which they are stored, in the same order.

    An entry that is not stored keeps its key, or gets a more specific one if another entry is stored under
    it. An entry with the title, date and text of a stored article, or of another entry of the document, is
    the same one whatever its guid and link are.
    """
    by_key = {row.entry_key: row for row in known}
    if all(is_settled(article, by_key) for article in articles):
        return list(articles)
    groups: dict[str, list[Article]] = {}
    for article in articles:
        groups.setdefault(article.entry_key, []).append(article)
    keys = _match_keys(groups, by_key)
    keys |= _match_contents(groups, by_key, keys)
    keys |= _new_keys(groups, by_key, keys)
    return [replace(article, entry_key=keys[article.entry_key]) for article in articles]


def exact_keys(article: Article) -> tuple[str, ...]:
    """Return the keys that no other entry has: the key in use, and those of title, date and content."""
    return (article.entry_key, *article.possible_keys[:EXACT_KEYS])


def _agreement(article: Article, row: Known | None) -> int:
    if row is None:
        return UNLIKE
    if row.content_hash == article.content_hash:
        return SAME_CONTENT
    if article.title and _comparable(article.title) == _comparable(row.title or ""):
        return SAME_TITLE
    return SAME_URL if article.canonical_url and article.canonical_url == row.canonical_url else UNLIKE


def _comparable(title: str) -> str:
    return drop_joiners(title).casefold()


def _match_keys(groups: Groups, by_key: Mapping[str, Known]) -> dict[str, str]:
    """Return the stored key of each document key that has one; the clearest matches first, each row once.

    An entry that shares a key with others of its document needs an equal title or content, or a URL that the
    others do not have.
    """
    sharers = Counter(key for own, group in groups.items() for key in {own, *group[0].possible_keys})
    urls = Counter(group[0].canonical_url for group in groups.values())
    claims: list[tuple[int, int, int, str, str]] = []
    for place, (own, group) in enumerate(groups.items()):
        for rank, key in enumerate((own, *group[0].possible_keys)):
            agreement = max(_agreement(article, by_key.get(key)) for article in group)
            is_exact = key in group[0].possible_keys[:EXACT_KEYS]
            is_clear = agreement >= SAME_TITLE or is_exact or sharers[key] == 1
            is_clear = is_clear or (agreement == SAME_URL and urls[group[0].canonical_url] == 1)
            if key in by_key and is_clear:
                claims.append((-max(agreement, SAME_TITLE if is_exact else 0), rank, place, own, key))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, _, own, key in sorted(claims):
        if own not in found and key not in taken:
            found[own] = key
            taken.add(key)
    return found


def _match_contents(groups: Groups, by_key: Mapping[str, Known], found: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of entries that are stored, or listed, with the same title, date and text."""
    listed = set(found.values())
    by_content: dict[tuple[object, ...], str] = {}
    for row in sorted(by_key.values(), key=lambda row: (row.entry_key in listed, row.id)):
        by_content.setdefault((row.content_hash, row.published_at), row.entry_key)
    matched: dict[str, str] = {}
    for own, group in groups.items():
        if own in found:
            continue
        article = group[0]
        content = (article.content_hash, article.published_at)
        key = by_content.get(content)
        if key is not None and _is_identified(article, is_listed=key in listed):
            matched[own] = key
        elif own not in by_key and _is_identified(article, is_listed=True):
            by_content.setdefault(content, own)
            listed.add(own)
    return matched


def _is_identified(article: Article, *, is_listed: bool) -> bool:
    """Whether title, date and text identify an entry; `is_listed` if the document has another one like it."""
    text = article.text or ""
    if article.published_at is None:
        return not is_listed and bool(text) and len(article.title or "") + len(text) >= MIN_UNDATED
    # a headline alone may recur on a day, and two headlines at the same time may be of two articles
    return bool(text) or (not is_listed and ":" in (article.published_raw or ""))


def _new_keys(groups: Groups, by_key: Mapping[str, Known], found: Mapping[str, str]) -> dict[str, str]:
    """Return a key for each entry that is not stored, under which no other entry is stored or listed."""
    taken = set(by_key)
    keys: dict[str, str] = {}
    for own, group in groups.items():
        if own in found:
            continue
        specific = [key for key in reversed(group[0].possible_keys) if key not in groups]
        choices = [own, *specific]
        keys[own] = next((key for key in choices if key not in taken), choices[-1])
        taken.add(keys[own])
    return keys


def find_purged(articles: Collection[Article], purged: Collection[str]) -> set[str]:
    """Return the keys in use of the entries of which one key is among the purged ones."""
    return {a.entry_key for a in articles if any(key in purged for key in exact_keys(a))}
