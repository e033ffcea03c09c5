"""Direct quotes and who said them; no speaker rather than a wrong one. Linear in the length of the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from worker.extract.facts import speakers

MIN_WORDS = 3
MIN_DENSE_CHARS = 6  # of a quote in Chinese or Japanese, which has no spaces
MAX_QUOTE_CHARS = 1_500
CONTEXT_CHARS = 240
MAX_BETWEEN_CHARS = 200  # of the attribution between two halves of one statement
MIN_TITLE_SHARE = 0.6  # of the words of a title begin with a capital, small words apart
SMALL = frozenset({"a", "an", "the", "of", "in", "on", "at", "for", "and", "to", "from", "by", "with", "or"})
_PARAGRAPH = re.compile(r"[^\n]+")
# Opening mark -> closing marks; straight ones pair by turns.
_PAIRS = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "「": "」", "『": "』", "‟": "”"}
_MARK = re.compile(f"[{''.join(_PAIRS)}]")
# Nouns after which marks hold a title.
_TITLED = re.compile(
    r"\b(?:film|movie|book|novel|song|album|play|show|series|poem|essay|article|exhibition|opera|musical|single"
    r"|hit|painting|documentary|memoir|drama|sitcom|magazine|report|paper|study|program|programme|game|titled"
    r"|entitled|headlined|slogan|word|words|phrase|reading|reads?|term|sign|banner|motto|theme|hashtag),?\s?$",
    re.IGNORECASE,
)
# Words after which marks hold a name, unless somebody is said to give it: "what he called".
_NAMED = re.compile(
    r"\b(?:called|named|known as|dubbed|nicknamed|so-called|labell?ed|codenamed|code-named)\s?$",
    re.IGNORECASE,
)
# A sentence of its own between two quotes: "," she said. The judge was not moved. "
_SENTENCES = re.compile(r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)(?<!\bSt)[.!?]\s+\S")
# A sentence that runs on into the marks.
_RUNS_ON = re.compile(r"[\w,]\s?$")
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
    is_open: bool = False  # goes on in the next paragraph


def find_quotes(text: str, lang: str = "") -> list[Quote]:
    """The quotes of a text, in its order."""
    paragraphs = list(_PARAGRAPH.finditer(text))
    found: list[Quote] = []
    speaking = None  # who speaks on from the paragraph before
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:]):
        line, is_followed = paragraph[0], bool(following) and following[0][0] in _PAIRS
        spans = list(_spans(line, is_followed))
        quotes = list(_of_paragraph(line, spans, lang[:2], speaking))
        found += [replace(quote, offset=paragraph.start() + quote.offset) for quote in quotes]
        speaking = quotes[-1].speaker if quotes and spans[-1].is_open else None
    return found


def _of_paragraph(line: str, spans: list[_Span], lang: str, speaking: str | None) -> Iterator[Quote]:
    before_end, last = 0, speaking
    for number, span in enumerate(spans):
        after_end = spans[number + 1].start - 1 if number + 1 < len(spans) else len(line)
        inner = line[span.start : span.end].strip()
        before = line[max(before_end, span.start - 1 - CONTEXT_CHARS) : span.start - 1]
        after = line[span.end + 1 : min(after_end, span.end + 1 + CONTEXT_CHARS)]
        before_end = span.end + 1
        speaker, follows = speakers.find_speaker(before, after, inner, lang) if inner else (None, False)
        is_told = inner[-1:] == "," or after.lstrip()[:1] == ","  # by somebody who is named there
        if speaker is None and not is_told and _goes_on(before, is_first=not number):
            speaker = last
        if _is_long_enough(inner) and not _is_title(inner, before, after, speaker, follows=follows):
            lead = len(line[span.start : span.end]) - len(line[span.start : span.end].lstrip())
            yield Quote(inner, speaker, span.start + lead)
        last = speaker or last


def _spans(line: str, is_followed: bool) -> Iterator[_Span]:
    """What stands between marks; the scan never goes back."""
    at, size = 0, len(line)
    while opening := _MARK.search(line, at):
        at, mark = opening.start(), opening[0]
        if mark == '"' and not _may_open(line, at):
            at += 1
            continue
        ends = (line.find(one, at + 1, at + MAX_QUOTE_CHARS) for one in _PAIRS[mark])
        end = min((found for found in ends if found > 0), default=0)
        if end:
            yield _Span(at + 1, end)
            at = end + 1
        elif is_followed and size - at < MAX_QUOTE_CHARS and mark not in line[at + 1 :]:
            yield _Span(at + 1, size, is_open=True)
            at = size
        else:
            at += 1 if mark != '"' else size


def _may_open(line: str, at: int) -> bool:
    return at == 0 or not line[at - 1].isalnum() or line[at - 1] in "은는이가"


def _is_long_enough(inner: str) -> bool:
    if len(_DENSE.findall(inner)) * 2 > len(inner):
        return len(inner) >= MIN_DENSE_CHARS
    return len(inner.split()) >= MIN_WORDS


def _is_title(inner: str, before: str, after: str, speaker: str | None, *, follows: bool) -> bool:
    """Whether marks hold a title, a name or single words rather than what somebody said."""
    is_told = speaker is not None and not follows
    if _is_in_capitals(inner) and _RUNS_ON.search(before) and not is_told:
        return True
    if (
        not follows
        and _TITLED.search(before)
        and not (is_told and before.rstrip(" ,").endswith(str(speaker)))
    ):
        return True
    return speaker is None and (not _is_speech(inner, after) or bool(_NAMED.search(before)))


def _is_in_capitals(inner: str) -> bool:
    """Whether most words begin with a capital, as in titles."""
    words = [word for word in inner.split() if word[0].isalpha() and word not in SMALL]
    return sum(word[0].isupper() for word in words) >= MIN_TITLE_SHARE * max(1, len(words))


def _is_speech(inner: str, after: str) -> bool:
    """Whether quoted words are a sentence, so that they count without a speaker."""
    return (inner[-1] in ",.?!…。" or after.lstrip().startswith(",")) and not _is_in_capitals(inner)


def _goes_on(before: str, *, is_first: bool) -> bool:
    """Whether only an attribution stands between this quote and the one before, or nothing at all."""
    if is_first:
        return not before.strip()
    if len(before) > MAX_BETWEEN_CHARS or _SENTENCES.search(before):
        return False
    return bool(re.search(r"[.,:;—-]\s*$|\b(?:and|adding|but)\s*$|[다。]\s*$", before))
