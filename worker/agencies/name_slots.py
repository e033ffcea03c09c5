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
_ANYTHING = r"(?s:.*)"
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


@dataclass(slots=True)
class _Group:
    """A group of an expression while it is read."""

    start: int = 0  # the part with its bracket
    is_negative: bool = False
    is_marked: bool = False
    has_alternatives: bool = False


_SLOTS: list[_Slot] = []
_MARK = re.compile("[\ue000-\uf8ff]")
_SYNTAX = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|\(\?<?!|[()|]|[\ue000-\uf8ff]", re.DOTALL)


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

    Within a negative lookahead no words are found, so that it excludes nothing. Many words would be tried in
    many ways for a mark in a part that is repeated: the expression ends before that part, and is None if the
    part is within another or the form has alternatives.
    """
    opened = [_Group()]
    parts, end = [], 0
    for found in _SYNTAX.finditer(text):
        part = found[0]
        parts.append(text[end : found.start()])
        end = found.end()
        if part in ("(", "(?!", "(?<!"):
            opened.append(_Group(len(parts), opened[-1].is_negative != (part != "(")))
        elif part == "|" and len(opened) == 1:
            opened[0].has_alternatives = True
        elif part == ")":
            group = opened.pop()
            opened[-1].is_marked |= group.is_marked
            if group.is_marked and text.startswith(_REPEATS, end):
                is_nested = len(opened) > 1 or opened[0].has_alternatives or _has_alternatives(text[end:])
                return None if is_nested else "".join([*parts[: group.start], _ANYTHING])
        elif _MARK.match(part):
            opened[-1].is_marked |= not opened[-1].is_negative
            part = _NEVER if opened[-1].is_negative else _ANY_WORDS
        parts.append(part)
    return "".join([*parts, text[end:]])


def _has_alternatives(text: str) -> bool:
    """Whether the rest of an expression has an alternative that is not within a group."""
    depth = 0
    for found in _SYNTAX.finditer(text):
        depth += found[0].startswith("(")
        depth -= found[0] == ")"
        if found[0] == "|" and not depth:
            return True
    return False


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
