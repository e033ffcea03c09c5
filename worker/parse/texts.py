"""Choose and read the texts of an entry, within the limits of every stored article."""

import html

from worker.parse.choices import Choices, join_sources
from worker.parse.raw import RawEntry, RawText, Sourced
from worker.parse.text import (
    TAG,
    clean_line,
    clean_text,
    drop_cdata,
    html_to_text,
    plain_to_line,
    title_to_text,
)

MAX_TITLE = 1_000
MAX_NAME = 500
TITLE_FROM_TEXT = 120
FULLER_BY = 40  # characters; a summary must be longer by more than a few words
MAX_CONTENTS = 3  # of an entry whose texts are compared
MAX_SUMMARY = 10_000
MAX_TEXT = 200_000
MAX_TAGS = 50
MAX_TAG = 100


def choose_texts(entry: RawEntry, choices: Choices) -> tuple[str | None, str | None]:
    """Return text and summary: the longest of the contents, or the summary where that is clearly longer."""
    contents = sorted(entry.contents, key=lambda content: -len(content.value))
    for content in contents[MAX_CONTENTS:]:
        reason = f"only the longest {MAX_CONTENTS} are compared"
        choices.drop("text", content.source, content.value, reason)
    candidates = [(content, _to_text(content, MAX_TEXT)) for content in contents[:MAX_CONTENTS]]
    best = max(candidates, key=lambda pair: len(pair[1]), default=None)
    if entry.summary:
        summary = entry.summary, _to_text(entry.summary, MAX_TEXT)
        if not best or not best[1] or len(summary[1]) > len(best[1]) + FULLER_BY:
            best = summary
        candidates.append(summary)
    for content, text in candidates:
        if best and content is not best[0]:
            choices.drop("text", content.source, content.value, _compare(len(text), best[0], len(best[1])))
    return (
        _kept("text", best[0], best[1], MAX_TEXT, choices) if best else None,
        _kept("summary", *summary, MAX_SUMMARY, choices) if entry.summary else None,
    )


def _compare(length: int, best: RawText, best_length: int) -> str:
    """Return why a text is not the fullest one."""
    if not length:
        return "no text in it"
    than = f"{length:,} characters, {best.source} has {best_length:,}"
    return f"shorter: {than}" if length < best_length else f"not clearly longer: {than}"


def _kept(name: str, raw: RawText | Sourced, words: str, limit: int, choices: Choices) -> str | None:
    """Return a field's text within its limit, with a note of its source, or None if it is empty."""
    if not words:
        choices.drop(name, raw.source, raw.value, "no text in it")
        return None
    choices.take(name, raw.source, raw.value)
    if len(words) > limit:
        choices.drop(name, raw.source, words[limit:], f"cut to {limit:,} characters")
        words = words[:limit].rstrip()
    return words


def _to_text(text: RawText, limit: int) -> str:
    """Return a text without markup; one character more than the limit if it must be cut."""
    if text.is_html:
        return html_to_text(text.value, limit + 1)
    return clean_text(drop_cdata(text.value), limit + 1)


def choose_title(title: RawText | None, text: str | None, choices: Choices) -> str | None:
    """Return the title, or the first characters of the text."""
    read = title_to_text if title and title.is_html else plain_to_line
    found = _kept("title", title, read(title.value, MAX_TITLE + 1), MAX_TITLE, choices) if title else None
    if not found and text:
        choices.take("title", "(text)", text)
        return clean_line(text, TITLE_FROM_TEXT) or None
    return found


def read_line(name: str, found: Sourced | None, limit: int, choices: Choices) -> str | None:
    """Return a value as one line."""
    return _kept(name, found, title_to_text(found.value, limit + 1), limit, choices) if found else None


def read_author(found: Sourced | None, choices: Choices) -> str | None:
    """Return the names of authors on one line; markup that is escaped in them stays as it is written."""
    if not found:
        return None
    is_escaped = not TAG.search(found.value) and TAG.search(html.unescape(found.value)) is not None
    words = (clean_line if is_escaped else title_to_text)(found.value, MAX_NAME + 1)
    return _kept("author", found, words, MAX_NAME, choices)


def read_tags(tags: list[Sourced], choices: Choices) -> tuple[str, ...]:
    """Return the tags in the order of the entry, each once, as lines of text."""
    kept: dict[str, Sourced] = {}
    for tag in tags[:MAX_TAGS]:
        words = title_to_text(tag.value, MAX_TAG + 1)
        if len(words) > MAX_TAG:
            choices.drop("tags", tag.source, words[MAX_TAG:], f"cut to {MAX_TAG} characters")
        if words := words[:MAX_TAG].rstrip():
            kept.setdefault(words, tag)
    for tag in tags[MAX_TAGS:]:
        choices.drop("tags", tag.source, tag.value, f"only the first {MAX_TAGS} are kept")
    if kept:
        sources = join_sources(dict.fromkeys(tag.source for tag in kept.values()))
        choices.take("tags", sources, ", ".join(tag.value for tag in kept.values()))
    return tuple(kept)
