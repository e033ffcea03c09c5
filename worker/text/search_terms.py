"""Search terms of texts in any script, the same for what is stored and for what is looked for.

Words are compared in any case and without accents. Scripts that are written without spaces are cut into pairs
of letters, so that any part of a text is found; Korean too, whose words carry their endings with them.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from operator import add

WORD_CHARS = 40  # of a longer word, which is a URL or noise, the beginning counts
PREFIX_CHARS = 3  # a shorter word has to be the whole word: too many begin so
# Han, kana, Hangul, Thai, Lao, Myanmar and Khmer
_UNSPACED = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff\u0e01-\u0e4e\u0e81-\u0ecd\u1000-\u109f\u1780-\u17d3"
)
# vowel signs and points, which are parts of words and not letters for `re`
_SIGNS = (
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963"
    "\u0966-\u0df3"
)
_WORD = re.compile(rf"[\w{_SIGNS}{_UNSPACED}]+")  # `_` is replaced before
_RUN = re.compile(rf"([{_UNSPACED}]+)")
_ACCENTS = re.compile("[\u0300-\u036f]")
_MAY_HAVE_ACCENTS = re.compile("[\u00c0-\u052f\u1e00-\u1fff]")


@dataclass(frozen=True, slots=True)
class Term:
    """A term that is looked for; with `is_prefix` others that begin with it are found as well."""

    text: str
    is_prefix: bool


def index_terms(text: str) -> list[str]:
    """The terms by which a text is found, each once."""
    found: dict[str, None] = {}
    for part, is_run in _parts(_plain(text)):
        if is_run:
            found.update(dict.fromkeys(map(add, part, part[1:])))
            found[part[-1]] = None  # so that each letter begins a term
        else:
            found[part] = None
    return list(found)


def query_terms(search: str) -> list[Term]:
    """The terms that a text must have all of; empty if nothing in `search` is a letter or a digit."""
    return list(dict.fromkeys(_wanted(_plain(search))))


def _plain(text: str) -> str:
    text = text.replace("_", " ")
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    if _MAY_HAVE_ACCENTS.search(folded):
        bare = _ACCENTS.sub("", unicodedata.normalize("NFD", folded))
        return unicodedata.normalize("NFC", bare)
    return folded


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The words, each once, and their runs of an unspaced script, with whether they are of one."""
    for word in dict.fromkeys(_WORD.findall(text)):
        if word.isascii():
            yield word[:WORD_CHARS], False
            continue
        for place, part in enumerate(_RUN.split(word)):
            if part:
                yield (part, True) if place % 2 else (part[:WORD_CHARS], False)


def _wanted(text: str) -> Iterator[Term]:
    for part, is_run in _parts(text):
        if is_run and len(part) > 1:
            yield from (Term(pair, is_prefix=False) for pair in map(add, part, part[1:]))
        else:
            yield Term(part, is_prefix=is_run or len(part) >= PREFIX_CHARS)
