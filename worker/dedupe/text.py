"""Split texts into paragraphs, tokens and slots, and hash them for comparison.

The units are words in scripts with spaces, characters in Chinese, Japanese and Korean (measured: word
shingles fail there). Everything is linear in the length of the text.
"""

import re
from dataclasses import dataclass
from itertools import compress, count

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from worker.text.letters import foreign_letters
from worker.text.numerals import DOZEN, cardinals

U64 = npt.NDArray[np.uint64]
WORD_SHINGLE = 3
CHAR_SHINGLE = 5
MAX_CHARS = 2_000_000  # only the first 2 million characters of a text are compared

_NUMBER_OR_BREAK = r"\d+(?:[.,:/-]\d+)*|[.!?:;\n\"]"
_TOKEN = re.compile(rf"[^\W\d_]+(?:'[^\W\d_]+)?|{_NUMBER_OR_BREAK}")
# the same for scripts with spaces between words: looking a letter up in a list takes half the time
_LAST_LISTED = "\u24ff"
_RUNS = re.findall(r"[^\W\d_]+", "".join(map(chr, range(ord(_LAST_LISTED) + 1))))
_LISTED = "".join(run if len(run) < 3 else f"{run[0]}-{run[-1]}" for run in _RUNS)
_LISTED_TOKEN = re.compile(rf"[{_LISTED}]+(?:'[{_LISTED}]+)?|{_NUMBER_OR_BREAK}")
# vowel signs and joined consonants of Indic scripts, which Python counts as no letters, belong to their word
_INDIC_SIGN = r"(?:(?![\d\u0964\u0965])[\u0900-\u0dff])"
_IS_INDIC = re.compile(_INDIC_SIGN)
_INDIC_TOKEN = re.compile(rf"(?:[^\W\d_]|{_INDIC_SIGN})+(?:'[^\W\d_]+)?|{_NUMBER_OR_BREAK}")
MIN_SENTENCE_CHARS, MIN_SENTENCE_CJK = 60, 24
_CJK = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_LETTERS = re.compile(r"[^\W_]+")
_FOLD = {
    "\u2019": "'",
    "\u2018": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u00a0": " ",
    "\u00ad": "",
    "\u200b": "",
    "\u200c": "",
    "\u200d": "",
} | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLDED = frozenset(_FOLD)
_BREAKS = frozenset('.!?:;\n"')
# names in scripts without capitals: loan words, Latin letters, quoted titles
_MARKED = re.compile(r"[ァ-ヴー]{2,}|[A-Za-z]{2,}|(?<=[「『《“‘])[^」』》”’]{1,12}(?=[」』》”’])")
NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
# stored signatures depend on these: a change needs a new version of signatures
_NUMBER_WORDS = frozenset({DOZEN, *cardinals("en", (*range(1, 14), 15, *range(20, 101, 10)))})
_M1, _M2, _M3 = (np.uint64(k) for k in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_R17, _R31, _R30, _R27 = (np.uint64(k) for k in (17, 31, 30, 27))


Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Slots:
    """Numbers and names of a text, as pairs (hash of the neighbors, hash of the value)."""

    numbers: Pairs = ()
    names: Pairs = ()
    named: tuple[int, ...] = ()  # hashes of the words in names, each once


def is_char_script(text: str) -> bool:
    """Whether the script of the text has no (or, in Korean, few) spaces between words."""
    if text.isascii():
        return False
    sample = text[:4000]
    if not _CJK.search(foreign_letters(sample)):
        return False
    letters = sum(map(len, _LETTERS.findall(sample)))
    return len(_CJK.findall(sample)) * 10 >= letters * 3 > 0


def is_sentence_long(paragraph: str) -> bool:
    """Whether a paragraph is long enough to be a sentence rather than a label, headline or list entry."""
    size = len(paragraph)
    return size >= MIN_SENTENCE_CHARS or (size >= MIN_SENTENCE_CJK and _CJK.search(paragraph) is not None)


def fold(text: str) -> str:
    """Normalize quotes, full-width and invisible characters; replace characters that cannot be encoded."""
    text = text[:MAX_CHARS]
    if text.isascii():
        return text
    text = text.encode("utf-8", "replace").decode()
    for char in _FOLDED.intersection(foreign_letters(text)):
        text = text.replace(char, _FOLD[char])
    return text


def tokens_of(text: str) -> list[str]:
    """Return words, numbers and sentence breaks, in order and with their case."""
    foreign = foreign_letters(text)
    if _IS_INDIC.search(foreign):
        return _INDIC_TOKEN.findall(text)
    is_listed = max(foreign, default="") <= _LAST_LISTED
    return (_LISTED_TOKEN if is_listed else _TOKEN).findall(text)


def lower_tokens(tokens: list[str]) -> list[str]:
    """Return tokens in lower case."""
    return " ".join(tokens).lower().split(" ") if tokens else []


def words_of(lowered: list[str]) -> list[str]:
    """Return the words and numbers among tokens."""
    return [token for token in lowered if token[0].isalnum()]


def hash_tokens(tokens: list[str]) -> U64:
    """Return a 64-bit hash per token."""
    return np.fromiter(map(xxh3_64_intdigest, map(str.encode, tokens)), np.uint64, len(tokens))


def hash_chars(text: str) -> U64:
    """Return the code points of a text's letters and digits in lower case."""
    kept = "".join(_LETTERS.findall(text.lower()))
    return np.frombuffer(kept.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)


def mix(values: U64, salt: int) -> U64:
    """Mix the bits of each value (the finalizer of splitmix64)."""
    z = values + np.uint64(salt)
    z = (z ^ (z >> _R30)) * _M2
    z = (z ^ (z >> _R27)) * _M3
    mixed: U64 = z ^ (z >> _R31)
    return mixed


def shingle_hashes(units: U64, size: int, salt: int) -> U64:
    """Return the hash of every run of `size` units; one for a shorter text, none for an empty one."""
    if not len(units):
        return units
    size = min(size, len(units))
    count = len(units) - size + 1
    total = units[:count].copy()
    for offset in range(1, size):
        total = (total * _M1) ^ (total >> _R17)
        total += units[offset : offset + count]
    return mix(total, salt)


def word_shingles(words: list[str], title: list[str], salt: int) -> tuple[U64, U64]:
    """Return the hashes of the runs of WORD_SHINGLE words of a text, and of those of its title.

    Both are computed at once, as a call for few words takes as long as one for many.
    """
    size, split = WORD_SHINGLE, len(words)
    if split < size or len(title) < size:
        text_hashes, title_hashes = (shingle_hashes(hash_tokens(part), size, salt) for part in (words, title))
        return text_hashes, title_hashes
    hashes = shingle_hashes(hash_tokens([*words, *title]), size, salt)
    return hashes[: split - size + 1], hashes[split:]


def distinct_hashes(values: U64) -> U64:
    """Return the different values in ascending order."""
    ordered = np.sort(values)
    is_first = np.empty(len(ordered), np.bool_)
    is_first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def split_paragraphs(text: str) -> list[str]:
    """Return the non-blank lines of a text, stripped."""
    return [line for line in map(str.strip, text.splitlines()) if line]


def count_letters(text: str) -> int:
    """Return the number of letters and digits."""
    return sum(map(len, _LETTERS.findall(text)))


def low32(text: str) -> int:
    """Return a 32-bit hash."""
    return xxh3_64_intdigest(text.encode()) & 0xFFFFFFFF


def word_slots(tokens: list[str], lowered: list[str], most: int) -> Slots:
    """Return the numbers and capitalized names of a text, at most `most` of each, with their neighbors.

    A capitalized word at the start of a sentence counts only if the next word is capitalized too, or at the
    start of the text.
    """
    numbers: list[tuple[int, int]] = []
    names: list[tuple[int, int]] = []
    named: dict[str, None] = {}
    end, last = 0, len(tokens)
    for start in _fact_positions(tokens):
        if start < end:
            continue
        if len(numbers) >= most and len(names) >= most:
            break
        opens = start == 0 or tokens[start - 1] in _BREAKS
        before = "^" if opens else "#" if start == end else lowered[start - 1]
        at = start + 1
        if tokens[start][0].isupper() and lowered[start] not in _NUMBER_WORDS:
            while at < last and tokens[at][0].isupper():
                at += 1
            if opens and at == start + 1 and start:
                continue
            pairs = names
            named.update(dict.fromkeys(lowered[start:at]))
        else:
            pairs = numbers
        after = lowered[at] if at < last and tokens[at] not in _BREAKS else "$"
        if len(pairs) < most:
            pairs.append((low32(f"{before} # {after}"), low32(" ".join(lowered[start:at]))))
        end = at
    return Slots(tuple(numbers), tuple(names), tuple(map(low32, list(named)[:most])))


def _fact_positions(tokens: list[str]) -> list[int]:
    """Return the positions of numbers and capitalized words."""
    known = set(tokens)
    facts = {token for token in known if not "a" <= token[0] <= "z" and _is_fact(token)}
    facts |= known & _NUMBER_WORDS
    return list(compress(count(), map(facts.__contains__, tokens)))


def _is_fact(token: str) -> bool:
    return token[0].isdigit() or (token[0].isupper() and token != token.lower())


def char_slots(text: str, most: int) -> Slots:
    """Return the numbers of a text without spaces, with two characters on either side, at most `most`."""
    pairs: list[tuple[int, int]] = []
    for found in NUMBER.finditer(text):
        if len(pairs) == most:
            break
        start, stop = found.span()
        place = f"{text[max(0, start - 2) : start]}#{text[stop : stop + 2]}"
        pairs.append((low32(place), low32(found.group())))
    named = list(dict.fromkeys(_MARKED.findall(text)))[:most]
    return Slots(tuple(pairs), (), tuple(map(low32, named)))
