"""Texts that make a regular expression slow, made from the expression itself."""

import random
import re
from dataclasses import dataclass, field
from typing import Any

import re._constants as codes  # type: ignore[import-not-found]  # isort: skip
import re._parser as parser  # type: ignore[import-not-found]  # isort: skip

# repeated as they are: blanks, digits, letters, quotes, other scripts, and words and markup of these
GENERIC = (
    " ", "\n", "a", "A", "1", ".", "-", "(", "<", "a ", "A ", "1 ", "Aa ", "A. ", "a, ", "a-", "1.", "\n ",
    " \n", "가", "日", "é ", "'", '"', "&", "@", "a.", "/", "—", "(A", "<a ", "a@", "“a", "&#",
    "<!--", "a=", "aA",
)  # fmt: skip
ENDS = ("\x00", "", "\n\x00")
LETTERS = " \n\taAbz1.,;:-_'\"()[]<>/\\@&#=!?+*%é가日“’—\xa0\x00"
REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}
LONG_REPEAT = 8  # repeats of at most so many are no pump
MAX_LEAD = 200  # characters of a lead or a repetition
MAX_OPTIONS = 12  # of a choice; the names of all agencies are cut to these, as they differ only in a factor
CATEGORIES = {
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_NOT_WORD: r"\W",
}


def parse(pattern: str | bytes, flags: int) -> Any:
    """Return the parsed pattern with its choices cut to MAX_OPTIONS."""
    tree = parser.parse(pattern, flags & ~re.DEBUG)
    _cut(tree)
    return tree


def _cut(tree: Any) -> None:
    for _code, value in tree:
        if _code is codes.BRANCH and len(value[1]) > MAX_OPTIONS:
            value[1][MAX_OPTIONS // 2 : -MAX_OPTIONS // 2] = []
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, parser.SubPattern):
                _cut(part)
            elif isinstance(part, list):
                for one in part:
                    if isinstance(one, parser.SubPattern):
                        _cut(one)


@dataclass(slots=True)
class Pumps:
    """Collects (lead, repetition) for each repeat of a parsed pattern."""

    chance: random.Random
    is_varied: bool
    letters: str = LETTERS
    made: dict[tuple[str, str], None] = field(default_factory=dict)

    def walk(self, tree: Any, lead: str) -> str:
        """Record the repeats of a part that stands after `lead`; returns a text that it matches."""
        text = ""
        for code, value in tree:
            if code in REPEATS:
                least, most, body = value
                text += self._repeat(int(least), most, body, lead + text)
            elif code is codes.SUBPATTERN:
                text += self.walk(value[3], lead + text)
            elif code is codes.ATOMIC_GROUP:
                text += self.walk(value, lead + text)
            elif code is codes.BRANCH:
                options = [self.walk(option, lead + text) for option in value[1]]
                text += self.chance.choice(options) if self.is_varied else options[0]
            elif code in {codes.ASSERT, codes.ASSERT_NOT}:
                self.walk(value[1], lead + text)
            else:
                text += self._letter(code, value)
        return text

    def _repeat(self, least: int, most: Any, body: Any, lead: str) -> str:
        once = self.walk(body, lead)
        if most is codes.MAXREPEAT or most > LONG_REPEAT:
            self.made[lead, once] = None
        is_left_out = self.is_varied and not least and self.chance.random() < 0.5
        return "" if is_left_out else once * max(1, min(least, 64))

    def _letter(self, code: Any, value: Any) -> str:
        if code is codes.LITERAL:
            return chr(value)
        if code is codes.NOT_LITERAL:
            return "a" if chr(value) != "a" else "b"
        if code is codes.ANY:
            return self.chance.choice("a ,") if self.is_varied else "a"
        if code is not codes.IN:
            return ""
        fitting = [letter for letter in self.letters if _is_in(letter, value)]
        if self.is_varied and fitting:
            return self.chance.choice(fitting)
        return next((letter for letter in ("a", *fitting) if _is_in(letter, value)), _first(value))


def _is_in(letter: str, items: Any) -> bool:
    is_negated = items[0][0] is codes.NEGATE
    found = any(_is_of(letter, code, value) for code, value in items[is_negated:])
    return found is not is_negated


def _is_of(letter: str, code: Any, value: Any) -> bool:
    if code is codes.RANGE:
        return bool(value[0] <= ord(letter) <= value[1])
    if code is codes.CATEGORY:
        return re.match(CATEGORIES[value], letter) is not None
    return bool(ord(letter) == value)


def _first(items: Any) -> str:
    code, value = items[0]
    return chr(value[0] if code is codes.RANGE else value) if code is not codes.NEGATE else "\U0001d538"


def texts_for(tree: Any, rounds: int, seed: int = 0) -> list[tuple[str, str]]:
    """Return (lead, repetition) for the repeats of a parsed pattern.

    Each round but the first chooses letters and options at random.
    """
    chance = random.Random(seed)
    made: dict[tuple[str, str], None] = {}
    for number in range(rounds):
        pumps = Pumps(chance, number > 0)
        pumps.walk(tree, "")
        made |= pumps.made
    pairs = [(lead[-MAX_LEAD:], pump) for lead, pump in made if 0 < len(pump) <= MAX_LEAD]
    pairs += [("", lead + pump) for lead, pump in pairs if lead] + [("", pump) for _lead, pump in pairs]
    pairs += [("", pump) for pump in GENERIC]
    return list(dict.fromkeys(pairs))
