"""The intake of feeds and the credit job read a line alike."""

import pytest

from tests.agencies.agency_lines import WORLD_LINES
from tests.agencies.credit_lines import CREDIT_LINES
from tests.extract.test_credit import LINES
from worker.agencies.closing import find_credit_line
from worker.agencies.marks import read_dateline
from worker.extract import BUILT_IN, derive, make_extractor_input
from worker.records import FeedMetadata

PARAGRAPHS = ("Residents spent the evening weighing the cost.", "Engineers showed drawings of a barrier.")


def read_at_intake(text: str) -> tuple[str, str | None]:
    """Kind and agency as read from a feed's text at intake."""
    dateline = read_dateline(text)
    if dateline and dateline.agency_id:
        return "credit", dateline.agency_id
    found = find_credit_line(text)
    return (found.kind, found.agency_id) if found else ("none", None)


def read_by_job(text: str) -> tuple[str, str | None]:
    """Kind and agency as read by the extraction job."""
    payload = derive(BUILT_IN["credit"], make_extractor_input("", {}, FeedMetadata(text=text))).payload
    return payload["kind"], payload["agency_id"]


ROWS = [row[:2] for row in (*LINES, *CREDIT_LINES, *WORLD_LINES) if row[0] in {"lede", "tail"}]


@pytest.mark.parametrize(("place", "line"), ROWS)
def test_a_line_is_read_alike_at_intake_and_by_the_job(place, line):
    """Mentions, photos and nothing at all are not a credit at intake."""
    text = "\n\n".join((line, *PARAGRAPHS) if place == "lede" else (*PARAGRAPHS, line))
    job, intake = read_by_job(text), read_at_intake(text)
    if job[0] in {"credit", "contributor"}:
        assert intake == job
    else:
        assert intake[0] in {"none", "desk"}
