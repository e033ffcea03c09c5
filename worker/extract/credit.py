"""The `credit` extractor: finds the wire agency an article is credited to, and its dateline."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

from worker.agencies import credit_forms as forms
from worker.agencies import helper_forms
from worker.agencies.closing import (
    CLOSING_LINES,
    LINE_CHARS,
    Credit,
    agency_in,
    drop_ending,
    is_caption,
    read_closing,
    read_helper,
    read_rights,
)
from worker.agencies.forms import CLEAR_ALONE
from worker.agencies.marks import read_dateline
from worker.agencies.names import NAMES, WORDLIKE
from worker.agencies.naming import agency_id_of
from worker.agencies.picture_forms import PHOTO_LINE, PHOTO_WORD, PICTURE_LINE
from worker.extract.mentions import find_mentions
from worker.extract.page.jsonld import names_of
from worker.extract.page.page_facts import PageFacts
from worker.extract.page.stored_facts import unpack_facts
from worker.records import Extraction, ExtractorInput

SCHEMA = "credit/1"
EVIDENCE_CHARS = 120
BYLINE_CHARS = 100
MOST_NAMES = 4
NAMES_BEFORE = 2  # a first name and a surname, so that the next is an agency's: Ada Moss Bloomberg
_BY = re.compile(
    r"^(?:(?:(?:reported|written|posted|published|filed|produced|provided|story|text|words|report) )?by"
    r"|von|par|por|di|de|da|dalla"
    r"|a cura di|av|af|door|od|от|oleh)\s+(?=\S)"
    r"|^[^\s@]{1,60}@[^\s@]{1,60}\s+\((?=.+\)$)",
    re.IGNORECASE,
)
# a place in capitals and a colon or dash, below the first line
_FILED = re.compile(r"\n{0,3}[A-Z][A-Z.'’ /-]{2,30}(?:,\s[A-Z][\w. ]{1,20})?(?:\s?[:—–]|\s--?)\s")
_SOURCES = ("author", "creator", "sourceOrganization", "copyrightHolder", "provider", "publisher")
_METAS = (
    "author",
    "article:author",
    "dc.creator",
    "byl",
    "parsely-author",
    "source",
    "dc.source",
    "original-source",
    "syndication-source",
    "copyrightholder",
    "dc.rights",
    "copyright",
    "rights",
    "og:site_name",
    "agency",
    "news_source",
)

_RIGHTS_METAS = frozenset({"copyrightholder", "dc.rights", "copyright", "rights"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A reference to an agency; `kind` is credit, contributor, photo, mention or none."""

    kind: str
    agency_id: str | None
    evidence: str
    field: str
    agency: str | None = None  # the name of one that is not known here


def extract_credit(given: ExtractorInput) -> Extraction:
    """Returns the strongest reference to an agency with its evidence; `agency_id` is its stable name."""
    facts = unpack_facts(given.page.get("marks", {}))
    found = next(_findings(given, facts), None)
    dateline = read_dateline(given.text, given.feed.agency)
    payload: dict[str, object] = {"schema": SCHEMA, "kind": "none", "agency": None, "agency_id": None}
    payload |= {"evidence": None, "field": None, "offset": None}
    if found:
        evidence = found.evidence.strip()[:EVIDENCE_CHARS].strip()
        at = given.text.find(evidence)
        payload |= asdict(found) | {"evidence": evidence, "offset": at if at >= 0 else None}
        payload["agency"] = NAMES[found.agency_id][0] if found.agency_id in NAMES else found.agency
    payload |= {"place": dateline.place if dateline else None, "date": dateline.date if dateline else None}
    payload["dateline"] = given.text[dateline.start : dateline.end].strip() if dateline else None
    return Extraction("ok" if given.text or found else "empty", None, payload)


def _findings(given: ExtractorInput, facts: PageFacts) -> Iterator[Finding]:
    """Yields the references to agencies, strongest first."""
    bylines = _bylines(given, facts)
    closing = [line[:LINE_CHARS] for line in _closing_lines(given)]
    closing = [line for line in closing if line not in facts.captions]
    rights = [line for line in (*closing, *facts.notices) if line not in facts.captions]
    yield from _of_dateline(given, facts)
    yield from _of_title(given)
    yield from _of_lines(closing, read_closing, "closing")
    yield from (found for line in bylines if (found := _of_byline(line, "byline")))
    yield from _of_statements(facts)
    yield from _of_lines(rights, read_rights, "copyright")
    yield from _of_feed(given)
    yield from _of_lines([*closing, *bylines], read_helper, "contributor")
    yield from _of_photos(facts, closing)
    yield from _of_mentions(given)


def _bylines(given: ExtractorInput, facts: PageFacts) -> list[str]:
    authors = [name for article in facts.articles[:1] for name in names_of(article.get("author"))]
    own = given.page.get("author")
    stated = (
        *([own] if own != ", ".join(authors) else authors),
        *facts.bylines,
        _first_line(given.text),
        given.feed.author,
        given.feed.source,
    )
    lines = (_bare(line) for line in stated if line)
    return list(dict.fromkeys(line for line in lines if 1 < len(line) <= LINE_CHARS))


def _first_line(text: str) -> str | None:
    """Returns the first line of a plain text if it may be its byline, or None.

    Initials that are also a word must be above a dateline in capitals: APP, then SKARDU: A cub was rescued.
    """
    first, _, rest = text.partition("\n")
    if len(first) > BYLINE_CHARS or first.endswith((".", "。")):
        return None
    is_word = first in WORDLIKE - CLEAR_ALONE
    return None if is_word and not (first.isupper() and _FILED.match(rest)) else first


def _bare(line: str) -> str:
    """Returns a byline without "By" and without enclosing brackets."""
    bare = _BY.sub("", " ".join(line.split())).rstrip(" )")
    bare = f"{bare})" if bare.count("(") > bare.count(")") else bare
    return bare[1:-1] if bare[:1] + bare[-1:] in {"()", "[]", "//", "（）", "【】"} else bare


def _closing_lines(given: ExtractorInput) -> list[str]:
    lines = [line.strip() for line in given.text.split("\n") if line.strip()]
    ends = list(given.page.get("marks", {}).get("ends", ()))
    last = range(max(1, len(lines) - CLOSING_LINES), len(lines))
    kept = [lines[number] for number in last if not is_caption(lines, number)]
    return [drop_ending(line) for line in (*reversed(ends), *reversed(kept))]


def _of_dateline(given: ExtractorInput, facts: PageFacts) -> Iterator[Finding]:
    dateline = read_dateline(given.text, given.feed.agency)
    if dateline and dateline.agency:
        evidence = given.text[dateline.start : dateline.end].strip()
        paragraph = given.text[dateline.start :].split("\n", 1)[0]
        kind = "photo" if any(paragraph[:40] in caption for caption in facts.captions) else "credit"
        yield Finding(kind, dateline.agency_id, evidence, "dateline", dateline.agency)


def _of_feed(given: ExtractorInput) -> Iterator[Finding]:
    """Yields the agency whose feed it is: what credits no other agency is its own."""
    if own := given.feed.agency:
        yield Finding("credit", agency_id_of(own), own, "config", own)


def _of_title(given: ExtractorInput) -> Iterator[Finding]:
    title = given.feed.title or given.page.get("title") or ""
    if found := forms.HEADLINE_CREDIT.match(title):
        yield Finding("credit", agency_in(found), found[0], "title")


def _of_lines(lines: Iterable[str], read: Callable[[str], Credit | None], field: str) -> Iterator[Finding]:
    for line in lines:
        if found := read(line):
            yield Finding(found.kind, found.agency_id, found.text, field)


def _of_byline(line: str, field: str) -> Finding | None:
    if found := forms.JOINT_BYLINE.fullmatch(line) or forms.FILED_FROM.fullmatch(line):
        return Finding("credit", agency_in(found), line, field)
    if _is_one_agency(line):
        return Finding("credit", agency_id_of(forms.LIST_PARTS.split(line)[0]), line, field)
    if found := (forms.AGENCY_LIST.fullmatch(line) or forms.SHARED_BYLINE.fullmatch(line)):
        return None if PHOTO_WORD.search(line) else Finding("contributor", agency_in(found), line, field)
    if forms.AGENCIES_BYLINE.fullmatch(line):
        return Finding("contributor", None, line, field)
    if helper_forms.HELPED.match(line) and (helper := read_helper(line)):
        return Finding("contributor", helper.agency_id, line, field)
    if forms.WITH_WITHIN.search(line):
        helper = read_helper(line)
        return Finding("contributor", helper.agency_id, line, field) if helper else None
    for pattern in () if PHOTO_WORD.search(line) else forms.BYLINES:
        found = pattern.fullmatch(line)
        if found and not _is_surname(found, line):
            return Finding("credit", agency_in(found), line, field)
    return None


def _is_one_agency(line: str) -> bool:
    """Whether a byline has several names of one agency: Deutsche Presse-Agentur, dpa."""
    parts = [part.strip() for part in forms.LIST_PARTS.split(line)]
    ids = {agency_id_of(part) for part in parts}
    return 1 < len(parts) < MOST_NAMES and len(ids) == 1 and None not in ids


def _is_surname(found: re.Match[str], line: str) -> bool:
    """Whether a short agency name is a person's surname in a byline: "By Sarah Tass"."""
    name = found["agency"] or ""
    before = line[: found.start("agency")].rstrip()
    is_apart = forms.DESK_ALONE.fullmatch(before) or before[-1:] in {
        "",
        ",",
        ":",
        "|",
        "/",
        "(",
        "-",
        "–",
        "—",
    }
    names = [word for word in before.split() if len(word.rstrip(".")) > 1]
    return name in forms.SHORT and not is_apart and not name.isupper() and len(names) < NAMES_BEFORE


def _of_statements(facts: PageFacts) -> Iterator[Finding]:
    """Yields agencies that JSON-LD or meta tags name as author, source, rights holder or publisher."""
    for article in facts.articles:
        for key in _SOURCES:
            yield from _exact(names_of(article.get(key)), f"json-ld {key}")
    for name in _METAS:
        stated = facts.meta.get(name, "")
        yield from _exact([stated], f"meta {name}")
        if name in _RIGHTS_METAS and (found := read_rights(stated[:LINE_CHARS])):
            yield Finding("credit", found.agency_id, stated, f"meta {name}")


def _exact(values: Iterable[str], field: str) -> Iterator[Finding]:
    for value in values:
        found = _of_byline(_BY.sub("", value.strip()), field) if value else None
        if found and found.kind == "credit":
            yield Finding("credit", found.agency_id, value, field)


def _of_photos(facts: PageFacts, closing: Iterable[str]) -> Iterator[Finding]:
    shown = [
        *facts.captions,
        *_picture_credits(facts),
        *(line for line in closing if PHOTO_LINE.search(line) or PICTURE_LINE.match(line)),
    ]
    for line in shown:
        found = forms.AGENCY_ALONE.search(line)
        if found and _is_photo_mark(line, found):
            yield Finding("photo", agency_in(found), line[max(0, found.start() - 60) :], "caption")


def _picture_credits(facts: PageFacts) -> Iterator[str]:
    """Yields the credits of an article's pictures in JSON-LD."""
    for article in facts.articles:
        pictures = article.get("image")
        for picture in pictures if isinstance(pictures, list) else [pictures]:
            if isinstance(picture, dict):
                for key in ("creditText", "copyrightHolder", "creator", "author"):
                    yield from names_of(picture.get(key))


_MAKER = re.compile(r"via |photo|foto|News|提供|[記记]者|摄|攝|撮影|[发發供檔]", re.IGNORECASE)


def _is_photo_mark(line: str, found: re.Match[str]) -> bool:
    """Whether a caption credits the agency rather than describing it."""
    before, after = line[: found.start()].rstrip(), line[found.end() :].strip()
    if not after or after[0] in "/|)],.;©）」】=" or _MAKER.match(after):
        return True
    return bool(before) and before[-1] in "/|([©:="


def _of_mentions(given: ExtractorInput) -> Iterator[Finding]:
    title = given.feed.title or given.page.get("title") or ""
    for found in find_mentions(title, given.text):
        yield Finding("mention", agency_in(found), found[0], "text")
