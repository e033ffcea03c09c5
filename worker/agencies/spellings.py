"""All spellings of agencies' names, and which of them a text may have."""

from functools import lru_cache

from worker.agencies.names import NAMES, WORDLIKE
from worker.agencies.phrases import Phrases
from worker.agencies.regional_names import REGIONAL_NAMES

_RARE = {name for names in REGIONAL_NAMES.values() for name in names}
_SPELLINGS = {name for names in NAMES.values() for name in names}
_SPELLINGS |= {name.upper() for name in _SPELLINGS - WORDLIKE - _RARE if len(name) > 4}
# Japanese and Korean outlets write initials in full-width letters: （ＡＰ）
_WIDE = {code: code + 0xFEE0 for code in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))}
WIDE_SPELLINGS = frozenset(
    name.translate(_WIDE)
    for name in _SPELLINGS - _RARE
    if name.isascii() and name.isalpha() and len(name) <= 5
)
SPELLINGS = frozenset(_SPELLINGS | WIDE_SPELLINGS)
COMMON = SPELLINGS - _RARE  # in lists of agencies and in exclusions
_PHRASES = Phrases(SPELLINGS)


@lru_cache(maxsize=8)
def spellings_in(text: str) -> frozenset[str]:
    """Returns the spellings whose words a text has: all that any form finds in it, and perhaps more."""
    return _PHRASES.within(text)
