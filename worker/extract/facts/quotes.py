"""Finds direct quotes and their speakers (None if uncertain), in time linear in the length of the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from worker.extract.facts import speakers
from worker.extract.facts.same_speaker import goes_on_speaking
from worker.extract.facts.speaker_names_cjk import KOREAN_NAMED, completes_judgment, korean_speaker
from worker.extract.facts.speaker_resolution import (
    PRONOUNS,
    names_person,
    plain_name,
    resolve_pronoun,
)
from worker.extract.facts.speech_verbs import KOREAN_SAID
from worker.extract.facts.unmarked_speech import other_spans

MIN_WORDS = 3
MIN_DENSE_CHARS = 6  # of a quote in Chinese or Japanese, which has no spaces
MAX_QUOTE_CHARS = 1_500
CONTEXT_CHARS = 240
RESOLVE_CHARS = 1_000  # of the text before a quote, in which the person is named that a pronoun means
MAX_BETWEEN_CHARS = 200  # maximum attribution between two parts of one statement
MIN_TITLE_SHARE = 0.6  # of a title's words that are capitalized, without small words
SMALL = frozenset({"a", "an", "the", "of", "in", "on", "at", "for", "and", "to", "from", "by", "with", "or"})
_PARAGRAPH = re.compile(r"[^\n]+")
# Opening mark -> closing marks; straight marks alternate.
_PAIRS = {'"': '"', "“": "”", "”": "”", "„": "“”", "«": "»", "»": "«", "「": "」", "『": "』", "‟": "”"}
_MARK = re.compile(f"[{''.join(_PAIRS)}]")
# Nouns after which quotation marks enclose a title.
_TITLED = re.compile(
    r"\b(?:film|movie|book|novel|song|album|play|show|series|poem|essay|article|exhibition|opera|musical"
    r"|single"
    r"|hit|painting|documentary|memoir|drama|sitcom|magazine|report|paper|study|program|programme|game|titled"
    r"|entitled|headlined|slogan|word|words|phrase|reading|reads?|term|sign|banner|motto|theme"
    r"|hashtag|catchphrase|refrain|chorus|hymn|prayer|lyrics?),?\s?$",
    re.IGNORECASE,
)
# Words after which quotation marks enclose a name, unless it is attributed: "what he called".
_NAMED = re.compile(
    r"\b(?:called|named|known as|dubbed|nicknamed|so-called|labell?ed|codenamed|code-named)\s?$",
    re.IGNORECASE,
)
_KNOWN_AS = re.compile(r"\b(?:[Kk]nown as|[Nn]icknamed|[Dd]ubbed)\s?$")
# Works in other languages, after which quotation marks enclose a title
_WORK = re.compile(
    r"\b(?:novela|película|libro|canción|disco|álbum|obra|serie|filme?|romance|livro|canção|novela|livre"
    r"|roman|chanson|album|pièce"
    r"|romanzo|canzone|spettacolo|Buch|Roman|Lied|Album|Serie|Film|Theaterstück|Magazin|boek|lied|boken"
    r"|filmen|låten|bogen|sangen"
    r"|elokuva|kirja|albumi|powieś\w+|książk\w+|piosenk\w+|knih\w+|písn\w+|роман\w*|фильм\w*|книг\w+"
    r"|песн\w+|альбом\w*|повест\w+"
    r"|пес[ае]|книз\w+|пісн\w+|фільм\w*|film\w{0,4}|roman[ıi]?|kitabı|şarkısı|şiiri|novel|lagu|buku|फिल्म"
    r"|उपन्यास|किताब)\s?\Z"
)
# What is named in title case: calls his label "Quiet Riot Act"
_NAMES_IT = re.compile(
    r"\b(?:call|calls|called|names|named|titled|dubs|dubbed|christened)\s(?:his|her|its|their|the|our)\s"
    r"(?:[a-z-]+\s){1,4}\Z"
)
# A complete sentence between two quotes: "," she said. The judge was not moved. "
_SENTENCES = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)(?<!\bSt)(?<!\bGov)(?<!\bSen)(?<!\bRep)(?<!\bGen)"
    r"(?<!\bProf)(?<!\bCol)(?<!\bLt)(?<!\bSgt)(?<!\bCapt)(?<!\bRev)(?<!\bNo)[.!?]\s+\S"
)
# A sentence that continues into the quotation marks.
_RUNS_ON = re.compile(r"[\w,]\s?$")
_DENSE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote without its marks, its speaker as named in the text, and the offset of its first letter."""

    text: str
    speaker: str | None
    offset: int


@dataclass(frozen=True, slots=True)
class _Span:
    """A quoted span of a paragraph; `start` and `end` are the offsets inside the marks."""

    start: int
    end: int
    is_open: bool = False  # continues in the next paragraph


def find_quotes(text: str, lang: str = "") -> list[Quote]:
    """Returns the quotes of a text, in order of appearance."""
    paragraphs = list(_PARAGRAPH.finditer(text))
    found: list[Quote] = []
    speaking = None  # the speaker if a quote continues from the previous paragraph
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:]):
        line, is_followed = paragraph[0], bool(following) and following[0][0] in _PAIRS
        spans = _merge(list(_spans(line, is_followed)), [_Span(*one) for one in other_spans(line, lang[:2])])
        quotes = list(_of_paragraph(line, spans, lang[:2], speaking))
        for quote in quotes:
            at = paragraph.start() + quote.offset
            found.append(
                _resolve(replace(quote, offset=at), text[max(0, at - RESOLVE_CHARS) : at - 1], found, lang)
            )
        speaking = found[-1].speaker if quotes and spans[-1].is_open else None
    return found


def _resolve(quote: Quote, before: str, earlier: list[Quote], lang: str) -> Quote:
    """Returns the quote with its speaker's name in place of a pronoun, a title or a part of the name."""
    short, speaker = lang[:2], quote.speaker
    if not speaker:
        return quote
    if speaker.lower() in PRONOUNS:
        last = earlier[-1] if earlier else None
        since = before[-(quote.offset - last.offset - len(last.text)) :] if last else ""
        is_same = last and last.speaker and not names_person(since.replace(last.speaker, ""))
        kept = resolve_pronoun(speaker, before, last.speaker if last and is_same else None, short)
        return replace(quote, speaker=kept)
    if short == "ko":
        return replace(quote, speaker=korean_speaker(speaker.split()[-4:], before))
    return replace(quote, speaker=plain_name(speaker, before, short))


def _of_paragraph(line: str, spans: list[_Span], lang: str, speaking: str | None) -> Iterator[Quote]:
    before_end, last = 0, speaking
    for number, span in enumerate(spans):
        after_end = spans[number + 1].start - 1 if number + 1 < len(spans) else len(line)
        inner, continues = line[span.start : span.end].strip(), False
        before = line[max(before_end, span.start - 1 - CONTEXT_CHARS) : span.start - 1]
        before = before if lang == "ja" else _MARK.sub(" ", before)  # of titles
        after = line[span.end + 1 : min(after_end, span.end + 1 + CONTEXT_CHARS)]
        speaker, follows = speakers.find_speaker(before, after, inner, lang) if inner else (None, False)
        if not speaker and last and number and goes_on_speaking(before, after, last, lang):
            speaker = last
        is_attributed = inner[-1:] == "," or after.lstrip()[:1] == ","  # the text names the speaker there
        if speaker is None:
            speaker = speakers.find_inserted_speaker(inner, lang)
        if speaker is None and not is_attributed and _goes_on(before, after, lang, is_first=not number):
            ends = inner[-1:] in ".?!" or after[:1] in {".", "?", "!"}
            speaker, continues = last, last is not None and bool(inner) and ends and " " in inner
        between = line[span.end + 1 : after_end].rstrip() if number + 1 < len(spans) else ""
        is_split = between.endswith(",") and not _SENTENCES.search(between)
        is_beside = (
            speaker is not None and not is_split and _is_beside(inner, before, after, lang, follows=follows)
        )
        if (is_beside or continues or _is_long_enough(inner)) and not _is_title(
            inner, before, after, speaker, follows=follows
        ):
            before_end = span.end + 1
            lead = len(line[span.start : span.end]) - len(line[span.start : span.end].lstrip())
            yield Quote(inner, speaker, span.start + lead)
        last = speaker or last


def _spans(line: str, is_followed: bool) -> Iterator[_Span]:
    """Yields the quoted spans of a line; never scans backwards."""
    at, size = 0, len(line)
    while opening := _MARK.search(line, at):
        at, mark = opening.start(), opening[0]
        if mark in {'"', "”"} and not _may_open(line, at):
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


def _merge(spans: list[_Span], others: list[_Span]) -> list[_Span]:
    """Returns the outermost spans in order."""
    outer = [one for one in others if not any(span.start <= one.start < span.end for span in spans)]
    inner = [span for span in spans if not any(one.start <= span.start < one.end for one in outer)]
    return sorted([*inner, *outer], key=lambda span: span.start)


def _may_open(line: str, at: int) -> bool:
    if line[at] == "”":  # opens a quote in Swedish and Finnish
        return line[at + 1 : at + 2].isupper() and line[max(0, at - 1) : at] in {"", " ", "("}
    return at == 0 or not line[at - 1].isalnum() or line[at - 1] in "은는이가"


# Before a short quote that completes a reported clause: said the delay was "wholly unacceptable"
_PREDICATE = re.compile(
    r"\b(?:is|was|were|are|be|been|being|had|has|have|as|it|them|him|her|of|for|there was|would|will|could"
    r"|should|must|can"
    r"|might|to|never|not)\s(?:an? )?$"
)


# Before a short quote that judges: called the attack "absolutely despicable"
_JUDGED = re.compile(
    r"\b(?:called|calls|branded|labell?ed|deemed|declared|considered)\s(?:the|his|her|their|its|this|that"
    r"|an?)\s[^.!?:;]{1,60}\s\Z"
)


def _is_beside(inner: str, before: str, after: str, lang: str, *, follows: bool) -> bool:
    """Whether the attribution is directly beside a quote, which then may be short."""
    if not any(map(str.isalpha, inner)):
        return False
    if lang == "ko":
        is_said = re.search(KOREAN_SAID, after.split(".", 1)[0]) or re.match(r"(?:이?라)?(?:며|면서)", after)
        is_quoted = inner[-1] in "다요까라자죠" and re.match(rf"고\s(?!{KOREAN_NAMED})", after)
        return bool(is_said or is_quoted) or follows or before.rstrip().endswith("따르면")
    if lang in {"ja", "zh"}:
        return (
            follows
            or before.rstrip().endswith(("：", ":", "，", ","))
            or bool(re.match(r"と(?=[^「『])", after))
            or completes_judgment(inner, before)
        )
    if follows and (lang == "tr" or (lang in {"sv", "no", "nb", "nn", "da", "fi"} and " " in inner)):
        return True
    if follows:
        return inner[-1] in ",.?!…" or after.lstrip()[:1] in {",", "،", "—", "–"}
    is_part = len(inner.split()) > 1 and inner[0].islower()
    if is_part and (_JUDGED.search(before) or _PREDICATE.search(before)):
        return True
    if lang not in {"", "en"} and is_part:
        return True  # part of a sentence whose subject or source is the speaker
    return before.rstrip()[-1:] in {",", ":"}


def _is_long_enough(inner: str) -> bool:
    if len(_DENSE.findall(inner)) * 2 > len(inner):
        return len(inner) >= MIN_DENSE_CHARS
    return len(inner.split()) >= MIN_WORDS


def _is_title(inner: str, before: str, after: str, speaker: str | None, *, follows: bool) -> bool:
    """Whether quotation marks enclose a title, a name or single words rather than speech."""
    is_attributed = speaker is not None and not follows
    if (_is_in_capitals(inner) and _NAMES_IT.search(before)) or (
        _WORK.search(before) and inner[-1] not in ",.?!"
    ):
        return True
    if _KNOWN_AS.search(before) and inner[-1] not in ",.?!":
        return True
    if _is_in_capitals(inner) and _RUNS_ON.search(before) and not is_attributed:
        return True
    if (
        not follows
        and _TITLED.search(before)
        and not (is_attributed and inner[0].islower() and _JUDGED.search(before))
        and not (is_attributed and before.rstrip(" ,").endswith(str(speaker)))
    ):
        return True
    return speaker is None and (not _is_speech(inner, after) or bool(_NAMED.search(before)))


def _is_in_capitals(inner: str) -> bool:
    """Whether most words are capitalized, as in titles."""
    words = [word for word in inner.split() if word[0].isalpha() and word not in SMALL]
    return sum(word[0].isupper() for word in words) >= MIN_TITLE_SHARE * max(1, len(words))


def _is_speech(inner: str, after: str) -> bool:
    """Whether quoted words are a sentence, which is accepted without a speaker."""
    return (inner[-1] in ",.?!…。" or after.lstrip().startswith(",")) and not _is_in_capitals(inner)


# In Korean and Japanese a second quote of the same speaker: "…"며 "…"고, "…"고 지적했다. 이어 "…"고
_KOREAN_NEXT = re.compile(
    r"^[^\"“”.]{0,80}(?:며|면서|고|[다]\.\s?(?:이어|또|또한|그러면서|아울러|그는)?)\s*$"
)
_JAPANESE_NEXT = re.compile(r"^と[^「」。]{0,24}(?:。|、)?\s?$")


_CONTINUES = re.compile(
    r"[.,:;—-]\s*$|\b(?:and|adding|but)\s*$|[다。]\s*$"
    r"|,\s(?:and\s)?(?:adding|noting|warning|stressing|saying|insisting|explaining)\sthat\s(?:the\s|his\s"
    r"|her\s)?$"
)


def _goes_on(before: str, after: str, lang: str, *, is_first: bool) -> bool:
    """Whether at most an attribution separates this quote from the previous one."""
    if is_first:
        return not before.strip()
    if lang == "ko" and _KOREAN_NEXT.match(before):
        return True
    if lang == "ja" and _JAPANESE_NEXT.match(before) and after.startswith("と"):
        return True
    if len(before) > MAX_BETWEEN_CHARS or _SENTENCES.search(before):
        return False
    return bool(_CONTINUES.search(before))
