"""Places for agencies' names in the expressions of forms.

A form would be an expression of 15,000 characters if it had all names. It has a mark in their place instead,
which is replaced by the few names that a text has, or by any words.
"""

import re
from dataclasses import dataclass

from worker.agencies.names import WORDLIKE
from worker.agencies.spellings import SPELLINGS, WIDE_SPELLINGS

_FIRST = 0xE000  # the marks are letters of the area for private use, which no other part of a form has
_NEVER = "(?!)"
_OTHERS = "".join(sorted({re.escape(letter) for letter in "".join(SPELLINGS) if not re.match(r"\w", letter)}))
_ANY_WORDS = rf"[\w{_OTHERS}]{{1,{max(map(len, SPELLINGS))}}}"
_REPEATS = tuple("{*+")


@dataclass(frozen=True, slots=True)
class _Slot:
    names: frozenset[str]
    is_whole: bool = False  # whether the name ends at the borders of words
    may_touch: bool = False  # whether letters may touch it, so that a text's words do not tell it

    def among(self, names: frozenset[str]) -> str:
        """Returns the expression of those of the names that are possible here."""
        some = self.names if self.may_touch else self.names & names
        return (_whole(some) if self.is_whole else _longest_first(some)) if some else _NEVER


_SLOTS: list[_Slot] = []
_MARK = re.compile("[\ue000-\uf8ff]")
_SYNTAX = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|\(\?<?!|[()]|[\ue000-\uf8ff]", re.DOTALL)


def any_name(names: set[str] | frozenset[str], *, may_touch: bool = False) -> str:
    """Returns the mark for one of the names.

    `may_touch` is for forms in which a letter may be directly before or after the name. Raises ValueError
    for a name that is not a spelling of an agency.
    """
    return _mark(_Slot(frozenset(names), may_touch=may_touch))


def whole_name(names: set[str] | frozenset[str]) -> str:
    """Returns the mark for one of the names, at word boundaries in scripts that have spaces.

    Wordlike names keep their case in patterns that ignore it. Raises ValueError for a name that is not a
    spelling of an agency.
    """
    return _mark(_Slot(frozenset(names), is_whole=True))


def _mark(slot: _Slot) -> str:
    if unknown := slot.names - SPELLINGS:
        raise ValueError(f"no spellings of an agency: {', '.join(sorted(unknown))}")
    if slot not in _SLOTS:
        _SLOTS.append(slot)
    return chr(_FIRST + _SLOTS.index(slot))


def _slot_of(mark: str) -> _Slot:
    return _SLOTS[ord(mark) - _FIRST]


def names_of(text: str) -> frozenset[str]:
    """Returns all names that may be at the marks of a form."""
    return frozenset().union(*(_slot_of(mark).names for mark in _MARK.findall(text)))


def with_names(text: str, names: frozenset[str] = SPELLINGS) -> str:
    """Returns the expression of a form that finds these names, and none where it has no mark for them."""
    return _MARK.sub(lambda found: _slot_of(found[0]).among(names), text)


def with_any_words(text: str) -> str | None:
    """Returns an expression that matches where the form does with whichever names, and elsewhere.

    Within a negative lookahead no words are found, so that it excludes nothing. None if a mark is in a
    part that is repeated, in which many words would be tried in many ways.
    """
    negative, marked = [False], [False]
    parts, end = [], 0
    for found in _SYNTAX.finditer(text):
        part = found[0]
        parts.append(text[end : found.start()])
        end = found.end()
        if _MARK.match(part):
            parts.append(_NEVER if negative[-1] else _ANY_WORDS)
            marked = marked if negative[-1] else [True] * len(marked)
            continue
        parts.append(part)
        if part in ("(", "(?!", "(?<!"):
            negative.append(negative[-1] != (part != "("))
            marked.append(False)
        elif part == ")":
            negative.pop()
            if marked.pop() and text.startswith(_REPEATS, end):
                return None
    return "".join([*parts, text[end:]])


def _longest_first(names: frozenset[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


def _whole(names: frozenset[str]) -> str:
    exact = names & WORDLIKE
    parts = [*_bounded(names - exact), *(f"(?-i:{part})" for part in _bounded(exact))]
    first = "".join(sorted({re.escape(name[0]) for name in names}))
    return f"(?=[{first}])(?:{'|'.join(parts)})"  # the set lets the regex engine skip ahead


def _bounded(names: frozenset[str]) -> list[str]:
    """Returns one pattern for each kind of script: Latin, other alphabets, those without spaces."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    latin = [name for name in ordered if name[0].isascii() and name[-1].isascii()]
    wide = [name for name in ordered if name in WIDE_SPELLINGS]
    dense = [name for name in ordered if max(name) > "\u0e00" and name not in {*latin, *wide}]
    others = [name for name in ordered if name not in {*latin, *wide, *dense}]
    forms = (
        (wide, r"(?<![Ａ-Ｚａ-ｚ])(?:{})(?![Ａ-Ｚａ-ｚ])"),
        (dense, "{}"),
        (others, r"(?<!\w)(?:{})(?!\w)"),
        (latin, r"(?<![A-Za-z])(?:{})(?![A-Za-z])"),
    )
    return [form.format("|".join(map(re.escape, some))) for some, form in forms if some]
