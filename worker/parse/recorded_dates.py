"""feedparser's handlers of dates, which record each date as published, with the element that it is from."""

from typing import Any

from worker.parse.bounds import MAX_NOTED
from worker.parse.origins import Origins
from worker.parse.raw import RawDate


class DateRecorder(Origins):
    """The handlers of dates; `marks` of the current entry get them."""

    def _end_date(self, element: str, kind: str) -> None:
        host: Any = self
        marks, value = self._current(), host.pop(element)
        if marks and value and len(marks.dates) < MAX_NOTED:
            marks.dates.append(RawDate(kind, value, self.here("lastmod")))

    def _end_pubdate(self) -> None:
        self._end_date("published", "pubDate")

    def _end_published(self) -> None:
        self._end_date("published", "published")

    def _end_issued(self) -> None:
        self._end_date("published", "issued")

    def _end_dcterms_issued(self) -> None:
        self._end_date("published", "dcterms:issued")

    def _end_dc_date(self) -> None:
        self._end_date("updated", "dc:date")

    def _end_created(self) -> None:
        self._end_date("created", "created")

    def _end_dcterms_created(self) -> None:
        self._end_date("created", "created")

    def _end_updated(self) -> None:
        self._end_date("updated", "updated")

    _end_modified = _end_updated
    _end_lastbuilddate = _end_updated
    _end_dcterms_modified = _end_updated

    def _end_expirationdate(self) -> None:
        self._end_date("expired", "expired")
