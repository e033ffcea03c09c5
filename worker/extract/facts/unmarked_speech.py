"""Finds direct speech that has no double quotation marks: in single marks, between dashes, behind a dash."""

import re
from collections.abc import Iterator
from functools import cache

from worker.extract.facts.attributions import WORDS

# British speech in single marks: it ends in punctuation inside the mark, or with a comma after it.
_SINGLE = re.compile(
    r"(?<![\w'’])['‘](?P<said>(?=[\"“]?[A-Z])[^\n]{2,600}?(?:[,.?!…](?=['’](?:\s|$))|(?<=\w)(?=['’],\s)))['’]"
)
# Dialogue between dashes: —No pienso dimitir —dijo
_DASHED = re.compile(r"^[—–-]\s?(?P<said>[^\n—–]{3,600}?)\s?[—–-]\s?(?=[a-zа-яé])")


def other_spans(line: str, lang: str) -> Iterator[tuple[int, int]]:
    """Yields spans of speech that has no double quotation marks."""
    if lang in {"en", "nl", ""}:
        yield from (found.span("said") for found in _SINGLE.finditer(line))
    elif (lang in {"es", "pt", "fr", "ru", "pl", "uk"} and (found := _DASHED.match(line))) or (
        lang in {"sv", "no", "nb", "nn", "da", "fi"} and (found := _nordic(lang).match(line))
    ):
        yield found.span("said")


_ANY_VERB = (
    r"(?!(?:och|og|men|eller|som|at|att|når|när|da|det|den|de|vi|jeg|jag|hun|han|hon|i|på)\s)"
    r"(?:[a-zåäöøæ-]{2,20}\s){1,4}"
)


@cache
def _nordic(lang: str) -> re.Pattern[str]:
    """Returns the form of speech after a dash and before a comma: – Bron är säker, säger Lars Ek."""
    said = WORDS[lang if lang in WORDS else "no"].said
    return re.compile(
        rf"^[—–-]\s?(?P<said>[^\n]{{3,600}}?),\s(?=(?:{said})\s|{_ANY_VERB}[A-ZÅÄÖØÆ][\w'’-]+\s[A-ZÅÄÖØÆ])"
    )
