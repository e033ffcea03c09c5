"""Direct quotes and who said them; no speaker rather than a wrong one. Linear in the length of the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from worker.extract import speakers

MIN_WORDS = 3
MIN_DENSE_CHARS = 6  # of a quote in Chinese or Japanese, which has no spaces
MAX_QUOTE_CHARS = 1_500
CONTEXT_CHARS = 240
_PARAGRAPH = re.compile(r"[^\n]+")
# Opening mark -> closing mark; straight ones pair by turns.
_PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", "「": "」", "『": "』", "‟": "”"}
# Nouns and phrases after which marks hold a title or a name.
_TITLED = re.compile(
    r"(?:\b(?:film|movie|book|novel|song|album|play|show|series|poem|essay|article|exhibition|opera"
    r"|musical|single|hit"
    r"|painting|documentary|memoir|drama|sitcom|magazine|report|paper|study|program|programme|game"
    r"|titled|entitled"
    r"|called|named|known as|dubbed|nicknamed|so-called|labeled|labelled|headlined|slogan|word|words"
    r"|phrase|reading"
    r"|reads?|term|sign|banner|motto|theme|hashtag|codenamed|code-named),?\s?)$",
    re.IGNORECASE,
)
_DENSE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote without its marks, its speaker as the text names it, and where its first letter stands."""

    text: str
    speaker: str | None
    offset: int


@dataclass(frozen=True, slots=True)
class _Span:
    """A pair of marks in a paragraph; `start` and `end` hold what is between them."""

    start: int
    end: int


def find_quotes(text: str, lang: str = "") -> list[Quote]:
    """The quotes of a text, in its order."""
    found: list[Quote] = []
    for paragraph in _PARAGRAPH.finditer(text):
        found += _of_paragraph(paragraph[0], paragraph.start(), lang[:2])
    return found


def _of_paragraph(line: str, offset: int, lang: str) -> Iterator[Quote]:
    spans = list(_spans(line))
    before_end, last = 0, None
    for number, span in enumerate(spans):
        after_end = spans[number + 1].start - 1 if number + 1 < len(spans) else len(line)
        inner = line[span.start : span.end].strip()
        before = line[max(before_end, span.start - 1 - CONTEXT_CHARS) : span.start - 1]
        after = line[span.end + 1 : min(after_end, span.end + 1 + CONTEXT_CHARS)]
        before_end = span.end + 1
        speaker = speakers.find_speaker(before, after, inner, lang) if inner else None
        if not _is_long_enough(inner):
            last = speaker or last
            continue
        if speaker is None and last is not None and _goes_on(before):
            speaker = last
        if speaker is None and (not _is_speech(inner) or _TITLED.search(before)):
            continue
        if speaker is not None and _TITLED.search(before) and not speakers.follows(after, lang):
            continue
        last = speaker or last
        start = span.start + len(line[span.start : span.end]) - len(line[span.start : span.end].lstrip())
        yield Quote(inner, speaker, offset + start)


def _spans(line: str) -> Iterator[_Span]:
    """What stands between marks; the scan never goes back."""
    at, size = 0, len(line)
    while at < size:
        mark = line[at]
        closing = '"' if mark == '"' else _PAIRS.get(mark)
        if closing is None or (mark == '"' and not _may_open(line, at)):
            at += 1
            continue
        ends = (line.find(one, at + 1, at + MAX_QUOTE_CHARS) for one in closing)
        end = min((found for found in ends if found > 0), default=0)
        if not end:
            at += 1 if mark != '"' else size
            continue
        yield _Span(at + 1, end)
        at = end + 1


def _may_open(line: str, at: int) -> bool:
    return at == 0 or not line[at - 1].isalnum() or line[at - 1] in "은는이가"


def _is_long_enough(inner: str) -> bool:
    if len(_DENSE.findall(inner)) * 2 > len(inner):
        return len(inner) >= MIN_DENSE_CHARS
    return len(inner.split()) >= MIN_WORDS


def _is_speech(inner: str) -> bool:
    """Whether quoted words are a sentence, so that they count without a speaker."""
    words = [word for word in inner.split() if word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in words)
    return inner[-1] in ",.?!…。" and capitals < 0.6 * max(1, len(words))


def _goes_on(before: str) -> bool:
    """Whether only an attribution stands between this quote and the one before."""
    return len(before) <= 200 and bool(re.search(r"[.,:;—-]\s*$|\b(?:and|adding|but)\s*$|[다。]\s*$", before))
