"""Recorders that also list the elements of each entry, to explain which were not used and why."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from worker.parse.raw import Dropped
from worker.parse.recorder import LooseRecorder, StrictRecorder

MAX_TRACED = 500  # elements of an entry
MAX_OPEN = 50  # innermost open elements among which an end tag is looked up
MAX_TEXT_CHARACTERS = 1_000  # of an element
# the fields that these elements would be read for if they were the entry's own
FIELDS = {
    "link": "url", "title": "title", "guid": "guid", "id": "guid", "description": "text", "summary": "text",
    "content": "text", "encoded": "text", "author": "author", "creator": "author", "name": "author",
    "category": "tags", "pubdate": "published_at", "published": "published_at", "updated": "updated_at",
    "date": "published_at",
}  # fmt: skip
OTHERS = {"source", "image", "textinput"}  # whose parts feedparser itself keeps apart from the entry's


@dataclass(slots=True)
class Traced:
    """An element of an entry; `path` names those around it, from the entry's own on."""

    name: str
    path: tuple[str, ...]
    link: str = ""
    text: list[str] = field(default_factory=list)
    room: int = MAX_TEXT_CHARACTERS
    is_foreign: bool = False

    @property
    def value(self) -> str:
        """The text, or the address in an attribute."""
        return "".join(self.text).strip() or self.link


class _Tracing:
    """Mixed in before a recorder; `marks.elements` are the elements of an entry outside of markup."""

    def prepare(self, url: str) -> None:
        """As in the recorder."""
        super().prepare(url)  # type: ignore[misc]
        self.open_traced: list[Traced] = []

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """As in the recorder; notes the element."""
        host: Any = self
        is_markup, entries = bool(host.incontent), len(host.marks)
        super().unknown_starttag(tag, attrs)  # type: ignore[misc]
        if len(host.marks) > entries:
            self.open_traced = [Traced(host.element, ())]
            host.marks[-1].elements = []
            return
        if not host.inentry or not host.marks or is_markup or not self.open_traced:
            return
        elements = host.marks[-1].elements
        if len(elements) < MAX_TRACED:
            outer = self.open_traced[-1]
            link = next((v for k, v in attrs if k.lower() in {"href", "url", "rdf:resource"}), "")
            is_foreign = host.ignored_from is not None
            found = Traced(
                host.element, (*outer.path, outer.name), link[:MAX_TEXT_CHARACTERS], is_foreign=is_foreign
            )
            elements.append(found)
            self.open_traced.append(found)

    def unknown_endtag(self, tag: str) -> None:
        """As in the recorder."""
        super().unknown_endtag(tag)  # type: ignore[misc]
        host: Any = self
        for place in range(len(self.open_traced) - 1, max(0, len(self.open_traced) - MAX_OPEN), -1):
            if self.open_traced[place].name == host.element:
                del self.open_traced[place:]
                return

    def handle_data(self, text: str, escape: int = 1) -> None:
        """As in the recorder; notes the text."""
        super().handle_data(text, escape)  # type: ignore[misc]
        if self.open_traced and self.open_traced[-1].room > 0:
            inner = self.open_traced[-1]
            inner.text.append(text[: inner.room])
            inner.room -= len(text)


class TracingStrictRecorder(_Tracing, StrictRecorder):
    """For well-formed XML."""


class TracingLooseRecorder(_Tracing, LooseRecorder):
    """For malformed XML."""


def foreign_values(elements: Sequence[Traced]) -> Iterator[Dropped]:
    """Yield the values that would be the entry's if they were not inside an element of something else."""
    for element in elements:
        outer = next((name for name in element.path[1:] if name.lower() in OTHERS), "")
        if not element.is_foreign and not outer:
            continue
        inside = "/".join(element.path[1:])
        name = FIELDS.get(element.name.rpartition(":")[2].lower())
        if name and element.value and inside:
            source = f"{inside}/{element.name}"
            yield Dropped(name, source, element.value, f"inside {outer or inside}, which is not the entry")


def unread_names(elements: Sequence[Traced], noted: AbstractSet[str]) -> tuple[str, ...]:
    """Return the names of the elements with a value of which no field was read or dropped."""
    found = {
        "/".join((*element.path[1:], element.name)): None
        for element in elements
        if element.value and element.name not in noted
    }
    return tuple(found)
