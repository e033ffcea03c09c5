"""Record from which element feedparser takes the values that its own handlers keep."""

from typing import Any

from worker.parse.marks import Marks
from worker.parse.raw import Dropped

ATOM_ROOTS = {"feed", "entry"}
# names that are not all in lower case; feedparser's tolerant scanner does not keep the case
NAMES = {
    name.lower(): name
    for name in ("pubDate", "lastBuildDate", "expirationDate", "managingEditor", "feedburner:origLink")
}  # fmt: skip


def element_name(given: str, known: str | None, local: str, root: str) -> str:
    """Return the name of an element with the usual prefix of its vocabulary: `content:encoded`, `pubDate`.

    `given` is its prefix in the document; `known` that of a known vocabulary (empty for RSS, Atom) or None.
    Elements of Atom inside RSS have the prefix `atom`.
    """
    prefix = given if known is None else known
    if known == "" and given and root not in ATOM_ROOTS:
        prefix = "atom"
    name = f"{prefix}:{local}" if prefix else local
    return NAMES.get(name.lower(), name)


class Origins:
    """Mixed in before feedparser's handlers; notes elements in the `Marks` of the current entry."""

    element = ""  # that is being read
    is_opening = False  # whether its start tag is being read

    def here(self, attribute: str) -> str:
        """Return the source of a value: the element, or its attribute while its start tag is read."""
        return f"{self.element}@{attribute}" if self.is_opening else self.element

    def _current(self) -> Marks | None:
        raise NotImplementedError

    def note_dropped(self, field: str, value: Any, reason: str) -> None:
        """Note a value of the current element that is not used."""
        marks = self._current()
        if marks:
            marks.dropped.append(Dropped(field, self.element, str(value), reason))

    def _end_title(self) -> None:
        host: Any = self
        marks = self._current()
        entry = host.entries[-1] if marks else {}
        before, text = dict.get(entry, "title"), host.elementstack[-1][2] if host.elementstack else []
        super()._end_title()  # type: ignore[misc]
        if marks and dict.get(entry, "title") is not before:
            marks.origins["title"] = self.element
        elif marks and before and text:
            self.note_dropped("title", "".join(map(str, text)).strip(), "the first title counts")

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        super()._add_tag(term, scheme, label)  # type: ignore[misc]
        attribute = "term" if term else "label" if label else ""
        if attribute and self.element == "itunes:category":
            attribute = "text"
        self._note_tags(self.here(attribute) if attribute else self.element)

    def _end_category(self) -> None:
        super()._end_category()  # type: ignore[misc]
        self._note_tags(self.element)

    def _note_tags(self, source: str) -> None:
        host: Any = self
        if marks := self._current():
            tags = dict.get(host.entries[-1], "tags") or ()
            marks.tags_from.extend([source] * (len(tags) - len(marks.tags_from)))

    def _start_author(self, attrs_d: dict[str, str]) -> None:
        super()._start_author(attrs_d)  # type: ignore[misc]
        if marks := self._current():
            marks.authors_from.append(self.element)

    def _end_name(self) -> None:
        host: Any = self
        if host.inauthor and (marks := self._current()) and marks.authors_from:
            marks.authors_from[-1] = f"{marks.authors_from[-1].partition('/')[0]}/{self.element}"
        super()._end_name()  # type: ignore[misc]

    def _end_language(self) -> None:
        host: Any = self
        super()._end_language()  # type: ignore[misc]
        if marks := self._current():
            marks.origins["lang"] = self.element
        elif not host.inentry:
            host.lang_from = f"channel/{self.element}"

    def _end_source(self) -> None:
        super()._end_source()  # type: ignore[misc]
        if marks := self._current():
            marks.origins.setdefault("source_name", self.element)
