"""Redaction of secrets in all output: by value for secrets known to this process, else by form.

By value: secrets are registered when they are read (references, URLs, settings). Each occurrence is replaced
by `***`, regardless of case, also percent-encoded, in base64, or escaped as in Python, JSON and HTML, and
also if the text was truncated inside it after at least 12 characters; of a URL this holds for its path, since
other URLs begin alike. Values of 4 to 7 characters are hidden only as whole words. Shorter ones, and those
that may be a common word or number, are hidden only by form, since hiding them everywhere would make texts
unreadable. By form: see `redaction_forms`.
"""

import base64
import html
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from worker.redaction_forms import (
    HIDDEN,
    SECRET_PAIR,
    hide_forms,
    hide_url,
    is_secret_name,
    may_look_secret,
)

MIN_CHARS = 4  # of a value that is searched for
ANYWHERE_CHARS = 8  # a shorter value is hidden only as a whole word
HEAD_CHARS = 12  # of a longer value that suffice, for truncated texts
FEW = 64  # up to this number of prefixes, each is searched for; more are looked up by windows of the text
# Fields used by programs, which are not redacted. A secret that equals an id is hidden in all other fields.
IDENTIFIERS = frozenset(
    {"id", "feed", "feed_id", "kind", "state", "outcome", "level", "timestamp", "task_id"}
)
PLAIN_TYPES = frozenset({bool, int, float, datetime})  # which have no text
TEXTLESS = PLAIN_TYPES | {type(None)}
# A value that does not look random may be an ordinary word: in URLs and headers it is hidden by form.
_PLAIN_WORD = re.compile(r"[A-Z]?[a-z]{0,11}|[0-9]{0,7}")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]")
_USERINFO = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(.*)@", re.DOTALL)


class _Form(NamedTuple):
    """A form in which a secret may occur, in lower case; `is_whole` if its beginning is not a secret."""

    text: str
    is_whole: bool


class Secrets:
    """The secrets known to this process; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[tuple[str, bool]] = set()
        self._heads: dict[int, dict[str, tuple[_Form, ...]]] = {HEAD_CHARS: {}, MIN_CHARS: {}}

    def add(self, value: str, *, is_whole: bool = False) -> None:
        """Register a value to be hidden in its encoded forms, and their beginnings unless `is_whole`."""
        if (value, is_whole) in self._known:
            return
        with self._lock:
            self._known.add((value, is_whole))
            for form in {form.lower() for form in _forms(value) if len(form) >= MIN_CHARS}:
                size = HEAD_CHARS if len(form) >= HEAD_CHARS else MIN_CHARS
                table, head = self._heads[size], form[:size]
                found = {*table.get(head, ()), _Form(form, is_whole)}
                table[head] = tuple(sorted(found, key=lambda form: len(form.text), reverse=True))

    def may_occur(self, text: str) -> bool:
        """Whether any value begins in the text; if not, there is nothing to hide in any part of it."""
        low = _lower(text)
        return any(_heads_in(low, self._heads[size], size) for size in (HEAD_CHARS, MIN_CHARS))

    def hide(self, text: str) -> str:
        """Replace each known value by `***`."""
        for size in (HEAD_CHARS, MIN_CHARS):
            if len(text) >= size and (table := self._heads[size]):
                text = _hide_known(text, table, size)
        return text


def _hide_known(text: str, table: Mapping[str, tuple[_Form, ...]], size: int) -> str:
    found = _heads_in(_lower(text), table, size)
    for head in sorted(found, key=lambda head: len(table[head][0].text), reverse=True):
        text = _hide_from(text, head, table[head])
    return text


def _heads_in(low: str, table: Mapping[str, tuple[_Form, ...]], size: int) -> Sequence[str]:
    """The beginnings of values that occur in a lower-case text."""
    if len(table) <= FEW:
        return [head for head in tuple(table) if head in low]
    return list(table.keys() & {low[at : at + size] for at in range(len(low) - size + 1)})


def _hide_from(text: str, head: str, values: tuple[_Form, ...]) -> str:
    """Hide the values that start with `head`, longest first."""
    low, parts, start = _lower(text), [], 0
    while (at := low.find(head, start)) >= 0:
        size = max(_matched(low, at, value) for value in values)
        parts += [text[start:at], HIDDEN if size else text[at]]
        start = at + (size or 1)
    return "".join([*parts, text[start:]])


def _matched(low: str, at: int, form: _Form) -> int:
    """The number of characters of the form found at `at`; 0 if it does not match."""
    value = form.text
    end = at + len(value)
    if len(value) >= HEAD_CHARS and not form.is_whole:
        return next((n for n, mark in enumerate(value) if low[at + n : at + n + 1] != mark), len(value))
    if not low.startswith(value, at):
        return 0
    is_inside = low[at - 1 : at].isalnum() or low[end : end + 1].isalnum()
    return 0 if len(value) < ANYWHERE_CHARS and is_inside else len(value)


def _lower(text: str) -> str:
    """Lower-case the text without changing its length: U+0130 would become two characters."""
    return text.lower() if text.isascii() else text.replace("\u0130", "I").lower()


def _forms(value: str) -> Iterator[str]:
    """The encoded forms in which a value may occur."""
    raw = value.encode("utf-8", "surrogatepass")
    yield from (value, quote(value, safe="", errors="replace"), quote(value, errors="replace"))
    yield from (quote_plus(value, errors="replace"), quote(quote(value, safe="", errors="replace"), safe=""))
    yield from (repr(value)[1:-1], repr(raw)[2:-1], raw.decode("latin-1"), value.replace("'", "\\'"))
    yield from (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    yield from (html.escape(value), html.escape(value, quote=False))
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(raw).decode().rstrip("=")


_secrets = Secrets()
_ids: set[str] = set()  # of feeds, that look like the name of a secret


def remember(*values: str) -> None:
    """Register secrets, to be hidden in all output of this process."""
    for value in values:
        if _URL.match(value):
            _secrets.add(value, is_whole=True)
            remember_secret_url(value)
            continue
        is_short_word = len(value) < ANYWHERE_CHARS and _PLAIN_WORD.fullmatch(value)
        if len(value) >= MIN_CHARS and not is_short_word:
            _secrets.add(value)


def remember_login(user: str, password: str) -> None:
    """Register a password, also in its Basic authorization form (RFC 7617)."""
    login = f"{user}:{password}".encode("utf-8", "surrogatepass")
    remember(password, base64.b64encode(login).decode("ascii"))


def remember_literal(*values: str) -> None:
    """Register values written in a URL or config, except those that may be common words."""
    remember(*(v for v in values if len(v) >= ANYWHERE_CHARS and not _PLAIN_WORD.fullmatch(v)))


def remember_url(url: str) -> None:
    """Register the userinfo and the secret query values of a URL."""
    if userinfo := _USERINFO.match(url):
        user, colon, password = userinfo[1].partition(":")
        if colon:
            remember(password, unquote(password))
            remember_login(unquote(user), unquote(password))
            remember(*re.split(r"[/?#@]", password))  # unescaped parts, as quoted in errors
        else:
            remember_literal(user, unquote(user))
    for pair in SECRET_PAIR.finditer(url):
        if is_secret_name(pair["name"]):
            remember_literal(pair["value"], unquote_plus(pair["value"]))


def remember_secret_url(url: str) -> None:
    """Register a URL that is secret as a whole, such as a webhook's."""
    remember_url(url)
    path = url.partition("://")[2].partition("/")[2]
    remember_literal(path, *path.split("/"))


def remember_id(feed: str) -> None:
    """Register the id of a feed, so that it is not taken for the name of a secret in a message about it."""
    if may_look_secret(feed):
        _ids.add(feed)


def redact_values(text: str) -> str:
    """Replace every secret known to this process by `***`."""
    return _secrets.hide(text)


def redact(text: str) -> str:
    """Remove secrets from the text: known values, and values in secret positions (URLs, header fields)."""
    return hide_forms(_secrets.hide(text), _ids)


def display_url(url: str) -> str:
    """The URL in one line without userinfo, fragment and secrets; never raises."""
    return _secrets.hide(hide_url(url))


def _all_text(value: Any) -> str:
    """All texts in JSON-like data that are not identifiers, as lines of one."""
    found, left = list[str](), [value]
    for item in left:  # which grows meanwhile
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, Mapping):
            left += [
                one for key, one in item.items() if one.__class__ not in TEXTLESS and key not in IDENTIFIERS
            ]
        elif isinstance(item, list | tuple):
            left += item
    return "\n".join(found)


def redact_data(value: Any, *, by_form: bool = False) -> Any:
    """Remove known secrets from JSON-like data; identifiers and values other than text are unchanged.

    With `by_form`, values in secret positions are removed as well.
    """
    # a page has thousands of texts, and nearly never a secret: all are searched at once
    if not by_form and isinstance(value, dict | list) and not _secrets.may_occur(_all_text(value)):
        return value
    if value is None or type(value) in PLAIN_TYPES:
        return value
    if isinstance(value, str):
        return redact(value) if by_form else redact_values(value)
    if isinstance(value, Mapping):
        return {
            key: item if key in IDENTIFIERS else redact_data(item, by_form=by_form)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return type(value)(redact_data(item, by_form=by_form) for item in value)
    return value
