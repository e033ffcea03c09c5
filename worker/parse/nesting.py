"""Ignore the children of elements inside an entry that are not of the entry itself.

A link, title or guid counts as the entry's only if its parent is the entry; in related articles, media
groups, activities or embedded feeds it is of something else, and so are whole items there.
"""

from typing import Any

ENTRIES = {"item", "entry"}
PERSON_PARTS = {"name", "email", "uri", "url", "homepage", "itunes_name", "itunes_email"}
IMAGE_PARTS = {"title", "url", "href", "link", "width", "height", "description", "name"}
PARTS: dict[str, set[str]] = {
    **dict.fromkeys(
        (
            "author", "managingeditor", "contributor", "webmaster", "dc_creator", "dc_author",
            "dc_contributor", "itunes_author", "itunes_owner",
        ),
        PERSON_PARTS,
    ),
    "image": IMAGE_PARTS,
    "textinput": IMAGE_PARTS,
    "itunes_category": {"itunes_category"},
}  # fmt: skip
MEDIA_PARENTS = {"media_group", "media_content"}  # Media RSS 1.5: the optional elements may be in either
# full texts of vocabularies that feedparser does not know, and of content:encoded under a wrong namespace
FULL_TEXTS = {"encoded", "full-text", "fulltext", "full_text"}
NOT_FULL = ("excerpt", "media")  # prefixes
FIELDS = {
    "guid",
    "id",
    "title",
    "description",
    "summary",
    "content",
    "content_encoded",
}  # all entries close them
MAX_OPEN = 300  # innermost open elements among which an end tag or an entry is looked up


class EntryScope:
    """Mixed in before a feedparser class; `prepare_scope` is called once after construction."""

    is_strict = True  # whether every element is closed

    def prepare_scope(self) -> None:
        """Begin outside of all elements."""
        self.root = ""
        self.open_tags: list[str] = []
        self.ignored_from: int | None = None  # the depth of the outermost element that is ignored
        self.is_end_cut = False  # whether the entry ended last was inside one of its fields

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """As in feedparser, unless the element belongs to something else than the entry."""
        name = self._name_of(tag)
        if name == "content_encoded":
            tag = "content:encoded"
        if not self.root:
            self.root = name
        parent = self.open_tags[-1] if self.open_tags else ""
        self.open_tags.append(name)
        if self.ignored_from is not None:
            return
        if self.inentry and self._is_foreign(parent, name):  # type: ignore[attr-defined]
            self.ignored_from = len(self.open_tags)
            return
        super().unknown_starttag(tag, attrs)  # type: ignore[misc]

    def unknown_endtag(self, tag: str) -> None:
        """As in feedparser, unless the element is ignored."""
        name = self._name_of(tag)
        if name in ENTRIES and self.ignored_from is None:
            self.is_end_cut = self._is_in_field()
        depth = self._close(name)
        if self.ignored_from is not None:
            if depth is None or depth > self.ignored_from:
                return
            is_end = depth == self.ignored_from
            self.ignored_from = None
            if is_end:
                return
        super().unknown_endtag("content:encoded" if name == "content_encoded" else tag)  # type: ignore[misc]

    def handle_data(self, text: str, escape: int = 1) -> None:
        """As in feedparser, except for text of ignored elements."""
        if self.ignored_from is None:
            super().handle_data(text, escape)  # type: ignore[misc]

    def handle_charref(self, ref: str) -> None:
        """As in feedparser, except for text of ignored elements."""
        if self.ignored_from is None:
            super().handle_charref(ref)  # type: ignore[misc]

    def handle_entityref(self, ref: str) -> None:
        """As in feedparser, except for text of ignored elements."""
        if self.ignored_from is None:
            super().handle_entityref(ref)  # type: ignore[misc]

    def _name_of(self, tag: str) -> str:
        """Return the element's name with feedparser's prefix: `title`, `media_title`."""
        prefix, colon, local = tag.rpartition(":")
        if colon:
            prefix = self.namespacemap.get(prefix, prefix)  # type: ignore[attr-defined]
        if local in FULL_TEXTS and prefix not in NOT_FULL:
            return "content_encoded"
        if local == "content" and prefix == "turbo":
            return "content_encoded"
        return f"{prefix}_{local}" if prefix else local

    def _is_in_field(self, *, is_opening: bool = False) -> bool:
        """Whether the innermost open entry, other than one being opened, has a field open."""
        names = self.open_tags[-MAX_OPEN : -1 if is_opening else None]
        for inner, name in zip(reversed(names), reversed(names[:-1]), strict=False):
            if name in ENTRIES:
                return inner in FIELDS
        return False

    def _close(self, name: str) -> int | None:
        """Close an element and all that are open in it; returns its depth, None if it is not open."""
        if self.open_tags and self.open_tags[-1] == name:
            self.open_tags.pop()
            return len(self.open_tags) + 1
        for depth in range(len(self.open_tags), max(0, len(self.open_tags) - MAX_OPEN), -1):
            if self.open_tags[depth - 1] == name:
                del self.open_tags[depth - 1 :]
                return depth
        return None

    def _is_foreign(self, parent: str, name: str) -> bool:
        host: Any = self
        if host.incontent:
            kind = str(host.contentparams.get("type", ""))
            return kind.endswith("xml") and kind != "application/xhtml+xml"
        if parent in ENTRIES:
            return self.is_strict and name in ENTRIES
        if parent == "source":
            return name in ENTRIES
        if not self.is_strict and hasattr(host, f"_start_{parent}"):
            return False  # it may be one that is not closed
        if parent in MEDIA_PARENTS:
            return not name.startswith("media_")
        return name not in PARTS.get(parent, ())
