"""Run feedparser's handlers over XML: strictly, then after repairs, then with its tolerant scanner."""

import functools
import re
from collections.abc import Callable
from pyexpat import ExpatError, ParserCreate, errors
from typing import Any, NamedTuple

from worker.errors import ParseError
from worker.parse.origins import element_name
from worker.parse.recorder import EnoughError, LooseRecorder, StrictRecorder
from worker.parse.xml_repair import CDATA, repair, without_doctype

CHUNK_CHARACTERS = 262_144
MAX_NAMESPACE_CHARACTERS = 1_024
SEPARATOR = "\n"  # between the parts of an expanded name; occurs in no URI or name
CUT_OFF = {
    errors.codes[m]
    for m in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        errors.XML_ERROR_PARTIAL_CHAR,
    )
}
JUNK_AFTER = errors.codes[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]
# raised by feedparser's handlers on unexpected values
HANDLER_FAULTS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    AssertionError,
)
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
STRUCTURE = {"rss", "channel", "item", "feed", "entry"}  # names of no other vocabulary that feeds use
ROOTS = {"rss", "feed"}
ITEM_LIKE = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s/>])[^>]*[^/>]?>", re.IGNORECASE)
ROOT_END = re.compile(r"</(?:\w+:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)
TAIL_CHARACTERS = 2_000  # a complete document closes its root element within this


class Recorders(NamedTuple):
    """The classes of handlers for well-formed and for malformed documents."""

    strict: Any
    loose: Any


PLAIN = Recorders(StrictRecorder, LooseRecorder)


class XmlOutcome:
    """The handlers after reading a document, with warnings."""

    def __init__(self, recorder: Any, warnings: list[str], *, is_complete: bool) -> None:
        self.recorder = recorder
        self.warnings = warnings
        self.is_complete = is_complete


def read_xml(text: str, url: str, recorders: Recorders = PLAIN) -> XmlOutcome:
    """Read the entries of an XML document; raises ParseError if a namespace has an endless name."""
    text = without_doctype(text)
    recorder, fault = _run_strict(text, url, recorders)
    outcome = _evaluate(recorder, fault, text)
    if outcome and (recorder.entries or not outcome.is_complete or not _has_items(text)):
        return outcome
    if outcome:
        return _read_unknown(text, url, recorders)
    repaired = repair(text)
    if repaired != text:
        recorder, again = _run_strict(repaired, url, recorders)
        outcome = _evaluate(recorder, again, repaired)
        if outcome:
            outcome.warnings.insert(0, f"{_damage_words(fault)}; repaired")
            return outcome
    return _read_loosely(text, url, _damage_words(fault), recorders)


def _damage_words(fault: object) -> str:
    """What the parser says of a document that is not well-formed, which its own words may begin with."""
    said = str(fault)
    return said if said.startswith("not well-formed") else f"not well-formed: {said}"


def _has_items(text: str) -> bool:
    """Whether there are elements that look like entries, besides those in comments and CDATA sections."""
    return ITEM_LIKE.search(CDATA.sub("", COMMENT.sub("", text))) is not None


def _read_unknown(text: str, url: str, recorders: Recorders) -> XmlOutcome:
    """Read a well-formed document without known entries by the names of its elements alone.

    Raises ParseError if that yields none either: a feed must not become empty unnoticed.
    """
    outcome = _read_loosely(text, url, "its elements are of an unknown vocabulary", recorders)
    if not outcome.recorder.entries:
        raise ParseError("its items are of an unknown vocabulary: no entry could be read")
    outcome.is_complete = True
    return outcome


def _evaluate(recorder: Any, fault: ExpatError | str | None, text: str) -> XmlOutcome | None:
    """Return the outcome of a strict reading, or None if the document must be read another way."""
    if fault is None:
        return XmlOutcome(recorder, [], is_complete=True)
    if isinstance(fault, str):
        _drop_cut_entry(recorder)
        return XmlOutcome(recorder, [fault], is_complete=True)
    if fault.code == JUNK_AFTER:
        rest_has_entries = re.search(r"<(?:item|entry)[\s>]", _after(text, fault))
        return (
            None
            if rest_has_entries
            else XmlOutcome(recorder, ["text after the end of the document"], is_complete=True)
        )
    if fault.code in CUT_OFF:
        _drop_cut_entry(recorder)
        return XmlOutcome(recorder, ["the document is truncated"], is_complete=False)
    return None


def _drop_cut_entry(recorder: Any) -> None:
    """Drop an entry that was cut before its guid or title: it would later get a different key."""
    pairs = [
        (entry, marks)
        for entry, marks in zip(recorder.entries, recorder.marks, strict=False)
        if marks.is_closed or (marks.guid and "title" in entry)
    ]
    recorder.lost = len(recorder.entries) - len(pairs)
    recorder.entries, recorder.marks = [entry for entry, _ in pairs], [marks for _, marks in pairs]


def _after(text: str, fault: ExpatError) -> str:
    """Return the text after a fault."""
    return "\n".join(text.split("\n")[fault.lineno - 1 :])[fault.offset :]


def _run_strict(text: str, url: str, recorders: Recorders) -> tuple[Any, ExpatError | str | None]:
    """Read as XML; the second value is an expat error, a message about a limit, or None."""
    recorder = recorders.strict("", None, "utf-8")
    recorder.prepare(url)
    parser = ParserCreate("utf-8", SEPARATOR)
    parser.buffer_text = True
    parser.buffer_size = CHUNK_CHARACTERS
    parser.namespace_prefixes = True
    parser.StartElementHandler, parser.EndElementHandler = _element_handlers(recorder)
    parser.CharacterDataHandler = recorder.handle_data
    parser.StartNamespaceDeclHandler = lambda prefix, uri: _declare(recorder, prefix, uri)
    try:
        for start in range(0, len(text), CHUNK_CHARACTERS):
            parser.Parse(text[start : start + CHUNK_CHARACTERS].encode("utf-8", "replace"), False)
        parser.Parse(b"", True)
    except ExpatError as exc:
        return recorder, exc
    except EnoughError as exc:
        recorder.is_cut = True
        return recorder, str(exc)
    return recorder, None


def _declare(recorder: Any, prefix: str | None, uri: str | None) -> None:
    """Register a namespace with feedparser; its length is limited, as expat copies it for each name."""
    if uri and len(uri) > MAX_NAMESPACE_CHARACTERS:
        raise ParseError(f"a namespace name longer than {MAX_NAMESPACE_CHARACTERS} characters")
    if uri:
        recorder.declared.setdefault(prefix or "", uri)
        recorder.track_namespace(prefix, _known_uri(recorder, uri))


def _known_uri(recorder: Any, uri: str) -> str:
    """Return the namespace that feedparser knows for one in another spelling, else the URI unchanged."""
    known = recorder._matchnamespaces  # noqa: SLF001 - feedparser's table of namespaces
    return uri if uri.lower() in known else _spellings(tuple(known)).get(plain_uri(uri), uri)


@functools.cache
def _spellings(known: tuple[str, ...]) -> dict[str, str]:
    return {plain_uri(uri): uri for uri in known if uri}


def plain_uri(uri: str) -> str:
    """Return a namespace without what publishers get wrong: scheme, `www.`, case, the last slash."""
    return re.sub(r"^https?://(?:www\.)?", "", uri.strip().lower()).rstrip("/#")


class _ElementNames(dict[str, tuple[str, str]]):
    """The name for feedparser and the name to show of each expanded name of a document."""

    def __init__(self, recorder: Any) -> None:
        super().__init__()
        self._recorder = recorder
        self._known = recorder._matchnamespaces  # noqa: SLF001 - feedparser's table of namespaces
        self._slips: set[str] = recorder.slips

    def __missing__(self, expanded: str) -> tuple[str, str]:
        parts = expanded.split(SEPARATOR)  # [uri, local, prefix], [uri, local] or [local]
        uri, local = parts[:2] if len(parts) > 1 else ("", parts[0])
        given = parts[2] if len(parts) > 2 else ""
        uri = _known_uri(self._recorder, uri).lower()
        if "backend.userland.com/rss" in uri:
            uri = "http://backend.userland.com/rss"
        known = self._known.get(uri, given)
        # RSS has no namespace (RSS 2.0, "Extending RSS"): that of a feed's own elements is a slip
        if known and local.lower() in (STRUCTURE if not given else ROOTS):
            self._slips.add(uri)
        prefix = "" if uri in self._slips else known
        declared = "" if uri in self._slips or not uri else given
        shown = element_name(declared, self._known.get(uri), local, self._recorder.root)
        name = self[expanded] = (f"{prefix}:{local}" if prefix else local).lower(), shown
        return name


def _element_handlers(recorder: Any) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
    """Return callbacks for expat that map the document's prefixes to those feedparser expects.

    They also set the name of the element that is reported as the source of a value.
    """
    names = _ElementNames(recorder)

    def start(expanded: str, attributes: dict[str, str]) -> None:
        try:
            name, recorder.element = names[expanded]
            recorder.unknown_starttag(name, [(names[k][0], v) for k, v in attributes.items()])
        except HANDLER_FAULTS:
            recorder.faults += 1

    def end(expanded: str) -> None:
        try:
            name, recorder.element = names[expanded]
            recorder.unknown_endtag(name)
        except HANDLER_FAULTS:
            recorder.faults += 1

    return start, end


def _read_loosely(text: str, url: str, warning: str, recorders: Recorders) -> XmlOutcome:
    """Read the document with feedparser's tolerant scanner; `warning` says why."""
    recorder = recorders.loose("", None, "utf-8", {})
    recorder.prepare(url)
    warnings = [warning]
    try:
        recorder.feed(text)
    except EnoughError as exc:
        recorder.is_cut = True
        warnings.append(str(exc))
    except HANDLER_FAULTS as exc:
        warnings.append(f"reading stopped: {type(exc).__name__}")
        return XmlOutcome(recorder, warnings, is_complete=False)
    is_ended = ROOT_END.search(text, max(0, len(text) - TAIL_CHARACTERS)) is not None
    return XmlOutcome(recorder, warnings, is_complete=is_ended)
