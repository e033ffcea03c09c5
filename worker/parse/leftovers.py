"""Leave nothing of an entry behind in the parser, and notice if anything is: it changes how others are read.

Namespaces end with the element that declares them, and so does what feedparser's handlers have not closed.
"""

from operator import attrgetter
from typing import Any

FLAGS = attrgetter(
    "infeed", "inentry", "incontent", "intextinput", "inimage", "inauthor", "incontributor", "inpublisher",
    "insource", "svgOK", "depth", "lang", "baseuri", "version", "root", "ignored_from", "lang_from", "faults",
)  # fmt: skip
MAPS = attrgetter("feeddata", "namespacemap", "namespaces_in_use", "contentparams", "sourcedata", "ignored")
LISTS = attrgetter("elementstack", "langstack", "bases", "open_tags", "skip_hours", "skip_days", "slips")
ROOT = "rdf_rdf"  # of RSS 1.0, the only one that feedparser keeps open


class Leftovers:
    """Mixed in before feedparser's handlers; called around each entry of a well-formed document."""

    is_even = True  # whether each entry so far left the state in which the first one began
    first: tuple[Any, ...] | None = None  # that state
    before: tuple[Any, ...] = ({}, {}, 0)  # what is put back after the entry

    def enter_entry(self) -> None:
        """Note the state before an entry."""
        host: Any = self
        if self.first is None:
            self.first = self._take_state()
            # no element with a text of its own is open around the items
            self.is_even = all(element[0] == ROOT for element in host.elementstack)
        self.before = host.namespacemap.copy(), host.namespaces_in_use.copy(), len(host.elementstack)

    def leave_entry(self) -> None:
        """Put back what an entry left behind, and compare the rest."""
        host: Any = self
        host.namespacemap, host.namespaces_in_use, depth = self.before
        del host.elementstack[depth:]
        self.is_even = self.is_even and self._take_state() == self.first

    def _take_state(self) -> tuple[Any, ...]:
        lists = LISTS(self)
        return *FLAGS(self), *map(dict, MAPS(self)), len(lists[0]), *map(tuple, lists[1:])
