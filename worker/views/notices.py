"""Phrases for what outlets declare of their articles."""

from worker.records import Notice, NoticeKind

SAID = {
    NoticeKind.CORRECTED: "corrected",
    NoticeKind.WITHDRAWN: "withdrawn",
    NoticeKind.RESTORED: "run again after its withdrawal",
}


def notice_words(notice: Notice, *, of_story: bool = False) -> str:
    """What was declared and where, without the time; in the list of a story with article and feed."""
    who = f"article {notice.article} of {notice.feed} " if of_story else ""
    where = _WHERE[notice.known_from] if notice.kind == NoticeKind.CORRECTED else ""
    is_new = notice.title_before is not None and notice.title_before != notice.title
    was = f"; the headline was “{notice.title_before}”" if is_new else ""
    note = f": “{notice.note}”" if notice.note else ""
    return f"{who}{SAID[NoticeKind(notice.kind)]}{where}{note}{was}"


_WHERE = {"headline": ", by its headline", "text": ", by a note in the text"}
