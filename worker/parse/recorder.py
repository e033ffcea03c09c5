"""feedparser's element handlers, extended to record values that it would lose.

feedparser resolves a guid against the feed's URL, merges pubDate, dc:date and issued into one field and reads
dates in unknown zones as UTC. The handlers here record the values as published.
"""

import html
from collections import Counter
from typing import Any

from feedparser.api import LooseFeedParser, StrictFeedParser

from worker.parse.bounds import (
    MAX_NAME_CHARACTERS,
    MAX_NOTED,
    BoundedHandlers,
    join_pieces,
    split_author,
)
from worker.parse.leftovers import Leftovers
from worker.parse.marks import Marks, Summary
from worker.parse.nesting import EntryScope
from worker.parse.newest import MAX_ENTRIES
from worker.parse.origins import element_name
from worker.parse.raw import Sourced
from worker.parse.recorded_dates import DateRecorder
from worker.parse.text import drop_cdata
from worker.parse.urls import resolve_link

MAX_DEPTH = 400  # elements; real feeds stay below 60
# Reading an element takes feedparser up to 0.1 ms. Beyond these numbers elements are read as plain text.
MAX_NESTED = 20_000  # elements within the elements of one entry; also those before the first entry
MAX_OWN = 2_000  # elements of one entry itself
MAX_ELEMENTS = 100_000  # of a document; at twice this number the rest is not read
ENTRY_TAGS = {"item", "entry"}  # always read; their number has a limit of its own


class EnoughError(Exception):
    """The document has more entries or elements than are read; the text says which."""


class Recorder(DateRecorder, EntryScope, BoundedHandlers, Leftovers):
    """Mixed in before a feedparser class; `marks` is parallel to `entries`."""

    is_depth_limited = False
    is_cut = False  # whether a limit ended the reading

    def prepare(self, url: str) -> None:
        """Initialize; called once after construction, with the document's URL.

        feedparser itself gets no URL, because it would join it with every element's base again.
        """
        self.url = url
        self.faults = 0  # elements on which feedparser's handlers failed
        self.marks: list[Marks] = []
        self.lang_from = ""  # the element or attribute of the feed's language
        self.lost = 0  # entries in which the document ends before their guid or title
        self.declared: dict[str, str] = {}  # namespaces by prefix, as published
        self.slips: set[str] = set()  # namespaces that the document's own elements have by mistake
        self.skip_hours: list[str] = []
        self.skip_days: list[str] = []
        self.resolve_relative_uris = False
        self.sanitize_html = False
        self.prepare_bounds(url)
        self.prepare_scope()
        self.elements = 0  # passed to feedparser
        self.ignored: Counter[str] = Counter()  # open elements that are read as plain text, by name
        self._count_from_here()

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        """As in feedparser; keeps the namespace as published."""
        self.declared.setdefault(prefix or "", uri)
        super().track_namespace(prefix, uri)  # type: ignore[misc]

    # ---- elements: those beyond the limits are ignored; their text belongs to the element around them
    def _count_from_here(self) -> None:
        """Count the elements of the next entry, or those between entries."""
        host: Any = self
        self.outer_depth, self.own, self.nested = host.depth, 0, 0

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """As in feedparser, within the limits of depth and number."""
        if tag in ENTRY_TAGS and self.is_strict:
            self.enter_entry()
        if tag in ENTRY_TAGS or self._is_within_limits():
            self.elements += 1
            self.is_opening = True
            super().unknown_starttag(tag, attrs)
            return
        self.ignored[tag] += 1
        if marks := self._current():
            marks.is_flat = True

    def unknown_endtag(self, tag: str) -> None:
        """As in feedparser; the end of an ignored element is ignored."""
        self.is_opening = False
        if self.ignored[tag] > 0:
            self.ignored[tag] -= 1
        else:
            super().unknown_endtag(tag)
        if tag in ENTRY_TAGS and self.is_strict:
            self.leave_entry()

    def _is_within_limits(self) -> bool:
        host: Any = self
        if self.is_depth_limited and host.depth >= MAX_DEPTH:
            return False
        if host.inentry and host.depth <= self.outer_depth:
            self.own += 1
            if self.own <= MAX_OWN and self.elements >= 2 * MAX_ELEMENTS:
                raise EnoughError(f"more than {2 * MAX_ELEMENTS} elements; the rest was not read")
            return self.own <= MAX_OWN
        self.nested += 1
        return self.nested <= MAX_NESTED and self.elements < MAX_ELEMENTS

    # ---- entries
    def _start_item(self, attrs_d: dict[str, str]) -> None:
        if len(self.marks) >= MAX_ENTRIES:
            raise EnoughError(f"more than {MAX_ENTRIES} entries; the rest was not read")
        if self.marks and self._is_in_field(is_opening=True):
            self.marks[-1].is_broken = True
        self._count_from_here()
        lang = attrs_d.get("xml:lang", attrs_d.get("lang"))
        self.marks.append(Marks(self.element, lang=lang, base=self.bases[-1]))
        super()._start_item(attrs_d)  # type: ignore[misc]

    _start_entry = _start_item

    def _end_item(self) -> None:
        if self.marks:
            self.marks[-1].is_closed = True
            self.marks[-1].is_broken |= self.is_end_cut
        self._count_from_here()
        super()._end_item()  # type: ignore[misc]

    _end_entry = _end_item

    def _current(self) -> Marks | None:
        """Return the record of the current entry; None at feed level and inside a source element."""
        host: Any = self
        return self.marks[-1] if self.marks and host.inentry and not host.insource else None

    def _text_of(self, element: str) -> str | None:
        """Return the text of the innermost open element as published, or None if that is not `element`."""
        host: Any = self
        if not host.elementstack or host.elementstack[-1][0] != element:
            return None
        return str(host.decode_entities("id", join_pieces(host.elementstack[-1][2])))

    # ---- guid and links
    def _start_guid(self, attrs_d: dict[str, str]) -> None:
        """RSS 2.0: a guid is a URL unless isPermaLink says otherwise; "True" is common."""
        super()._start_guid(attrs_d)  # type: ignore[misc]
        self.guidislink = attrs_d.get("ispermalink", "true").strip().lower() in {"true", "1", ""}

    def _end_guid(self) -> None:
        marks = self._current()
        text = self._text_of("id") if marks else None
        if marks and text is not None and marks.guid is None:
            marks.guid = Sourced(text.strip(), self.element)
            marks.permalink = drop_cdata(marks.guid.value).strip() if self.guidislink else None
        elif text:
            self.note_dropped("guid", text, "the first identifier counts")
        super()._end_guid()  # type: ignore[misc]

    _end_id = _end_guid

    def _start_link(self, attrs_d: dict[str, str]) -> None:
        """Use only a link's text or href as its URL; feedparser would accept `uri` and `url` too."""
        kept = {name: value for name, value in attrs_d.items() if name not in {"uri", "url"}}
        kept["origin"] = (
            self.element if "href" not in kept and "link" in self.element else self.element + "@href"
        )
        super()._start_link(kept)  # type: ignore[misc]

    def resolve_uri(self, uri: str) -> str:
        """As in feedparser, with the base URL in force."""
        return resolve_link(self.bases[-1], uri)

    # ---- texts that feedparser merges with others
    def _start_description(self, attrs_d: dict[str, str]) -> None:
        host: Any = self
        host.push_content("description", attrs_d, "text/html", host.infeed or host.inentry or host.insource)

    def _start_summary(self, attrs_d: dict[str, str]) -> None:
        host: Any = self
        host.push_content("description", attrs_d, "text/plain", 1)

    def _end_description(self) -> None:
        """Keep every summary: an item may have a full description and a teaser of another vocabulary."""
        host: Any = self
        marks, value = self._current(), host.pop_content("description")
        if marks and value and len(marks.summaries) < MAX_NOTED:
            detail = dict.get(host.entries[-1], "summary_detail") or {}
            marks.summaries.append(Summary(value, dict.get(detail, "type") or "text/html", self.element))

    _end_summary = _end_description
    _end_abstract = _end_description

    def _end_dc_creator(self) -> None:
        marks = self._current()
        if marks and len(marks.creators) < MAX_NOTED:
            value = (self._text_of("author") or "").strip()[:MAX_NAME_CHARACTERS]
            name, _ = split_author(value)
            marks.creators.extend([Sourced(name or value, self.element)] if value else [])
        super()._end_dc_creator()  # type: ignore[misc]

    def _start_media_title(self, attrs_d: dict[str, str]) -> None:
        self.push("media_title", 0)

    def _end_media_title(self) -> None:
        host: Any = self
        marks, value = self._current(), host.pop("media_title")
        if marks and value and marks.media_title is None:
            marks.media_title = Sourced(value, self.element)

    def _start_media_description(self, attrs_d: dict[str, str]) -> None:
        self.push("media_description", 0)

    def _end_media_description(self) -> None:
        host: Any = self
        marks, value = self._current(), host.pop("media_description")
        if marks and value and marks.media_text is None:
            marks.media_text = Sourced(value, self.element)

    def _end_content(self) -> None:
        """Do not copy content to a missing summary, as feedparser does."""
        host: Any = self
        value, marks = host.pop_content("content"), self._current()
        contents = dict.get(host.entries[-1], "content") if marks and value else None
        if contents:
            dict.setdefault(contents[-1], "origin", self.element)

    _end_body = _end_content
    _end_xhtml_body = _end_content
    _end_content_encoded = _end_content
    _end_fullitem = _end_content

    # ---- update hints
    def _end_hour(self) -> None:
        host: Any = self
        value = host.pop("hour") or ""
        self.skip_hours.extend([value] if len(self.skip_hours) < MAX_NOTED else [])

    def _end_day(self) -> None:
        host: Any = self
        value = host.pop("day") or ""
        self.skip_days.extend([value] if len(self.skip_days) < MAX_NOTED else [])


class StrictRecorder(Recorder, StrictFeedParser):  # type: ignore[misc]
    """For well-formed XML; driven by an expat parser."""

    is_depth_limited = True  # malformed documents leave elements open, which would count as depth


class LooseRecorder(Recorder, LooseFeedParser):  # type: ignore[misc]
    """For malformed XML; driven by feedparser's own scanner."""

    is_strict = False
    is_even = False

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """As in the recorder, with the name of the element."""
        self.element = self._name_element(tag)
        super().unknown_starttag(tag, attrs)

    def unknown_endtag(self, tag: str) -> None:
        """As in the recorder, with the name of the element."""
        self.element = self._name_element(tag)
        super().unknown_endtag(tag)

    def _name_element(self, tag: str) -> str:
        prefix, _, local = tag.rpartition(":")
        return element_name(prefix, self.namespacemap.get(prefix or None), local, self.root)

    def decode_entities(self, element: str, data: str) -> str:
        """As in feedparser, but outside of markup every character reference is decoded."""
        if self.contentparams:
            return str(super().decode_entities(element, data))
        return html.unescape(data)
