"""Determines the tense of the clause around a date, by the verbs of the text's language."""

import re

from worker.extract.facts.date_words import CLAUSE_END
from worker.extract.facts.dates_european_forms import Forms

CLAUSE_CHARS = 160
OWN_CLAUSE_WORDS = 2  # before a date that ends its own clause
_RELATIVE = re.compile(
    r",\s(?:que|che|qui|der|die|das|dem|den|dat|welche[rsmn]?|kt[óo]r\w+|kter\w+|котор\w+|як[аиіе]\w*|som"
    r"|joka|care|amely)\s"
    r"|,\sש"
)
# The end of a date that opens its sentence: Marți seara, poliția a reținut
_TIME_OF_DAY = re.compile(
    r"\A(?:\s(?:soir|matin|après-midi|nuit|seara|dimineața|noaptea|după-amiaza|rano|wieczorem|popołudniu"
    r"|večer|ráno|odpoledne|вечером"
    r"|утром|дн[её]м|ночью|ввечері|вранці|ujutro|navečer|uveče|kveld|kväll|este|reggel|délután|sera"
    r"|mattina|noche|tarde|noite|manhã"
    r"|früh|abend|βράδυ|πρωί))?,"
)
# Where a clause begins whose verb is not of the day before it: este viernes se vota la ley que entró
_SUBORDINATE = re.compile(r"\s(?:que|qui|che|die|welche[rsn]?|który|która|które|что|который|которая)\s")

# A name in marks: «Спартак» примет ЦСКА
_NAME = re.compile(r"«[^«»,.!?\s][^«»,.!?]{0,24}»")


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def clause_tense(forms: Forms, text: str, start: int, end: int, *, opens: bool = False) -> int:
    """Returns 1 if the nearest verb of the clause is future, -1 if past, 0 if there is none.

    Verbs before the date are searched first, unless it opens a clause. A date before a comma belongs to the
    next clause if nothing but the date is before the comma.
    """
    before = CLAUSE_END.split(_NAME.sub(_blank, text[max(0, start - CLAUSE_CHARS) : start]))[-1]
    after = _NAME.sub(_blank, text[end : end + CLAUSE_CHARS])
    if opens:
        after = _SUBORDINATE.split(after, maxsplit=1)[0]
    if len(before.split()) < OWN_CLAUSE_WORDS or _RELATIVE.match(after):
        after = _TIME_OF_DAY.sub("", after)
    after = CLAUSE_END.split(after, maxsplit=1)[0]
    found, following = [*forms.tense.finditer(before)][-1:], [*forms.tense.finditer(after)][:1]
    if not found and forms.done.search(before):
        return -1
    found = following or found if opens or forms.joins.search(before) else found or following
    if not found:
        return int(forms.is_ahead(before, after))
    return 1 if found[0]["future"] else -1
