"""Words before a date that tell its direction: by Friday, put off to 3 March."""

import re

_BACK_CHARS = 32
# Before a day to come, whatever the verb
_BY = re.compile(
    r"\b(?:d['’]ici(?: à)?|entro(?: il)?|uiterlijk(?: op)?|spätestens(?: am)?|senast(?: på)?|senest(?: på)?"
    r"|najpóźniej w|nejpozději v|viimeistään)\s\Z",
    re.IGNORECASE,
)
# Before a day to which something was moved or put off
_MOVED_TO = re.compile(
    r"\b(?:au|auf(?: den)?|al|para(?: el| o)?|per il|naar|na|на|til|till|hingga|sampai|pe|bis"
    r"|fino al|tot|do|до|à"
    r"|le|pour le|für den|zum)\s\Z",
    re.IGNORECASE,
)


def is_due_by(text: str, at: int) -> bool:
    """Whether the words before an offset make the day there one to come, whatever the verb."""
    return _BY.search(text, max(0, at - _BACK_CHARS), at) is not None


def is_moved_to(text: str, at: int) -> bool:
    """Whether something may have been put off to the day at an offset."""
    return _MOVED_TO.search(text, max(0, at - _BACK_CHARS), at) is not None
