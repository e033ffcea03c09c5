"""What `wireroom articles ID` tells of extraction: values with sources, findings with places."""

from click.testing import CliRunner

from worker.cli.extract import extract
from worker.views.extractions import finding_lines

RESULT = {"extractor": "wireroom", "extractor_version": "1", "status": "ok", "reason": None}


def lines(kind, payload, **changes):
    return finding_lines([{**RESULT, "kind": kind, "payload": payload, **changes}])


def test_metadata_names_the_source_of_each_value():
    payload = {"title": "A", "authors": ["B", "C"], "sources": {"title": "feed", "authors": "json-ld"}}
    assert lines("metadata", payload) == [
        "", "metadata (wireroom 1): ok", "  title: A (from feed)", "  authors: B, C (from json-ld)",
    ]  # fmt: skip


def test_a_credit_shows_its_evidence_and_where_it_was_filed():
    credit = {"kind": "credit", "agency": "AFP", "field": "dateline", "evidence": "PARIS (AFP) -"}
    shown = lines("credit", {**credit, "dateline": "PARIS (AFP) -", "place": "PARIS", "date": ""})
    assert shown[2:] == ['  credit: AFP, by dateline: "PARIS (AFP) -"', "  filed: PARIS"]
    assert lines("credit", {"kind": "none"})[2:] == ["  no agency credited"]


def test_facts_show_what_they_mean_and_where_they_stand():
    payload = {
        "quotes": [{"text": "We are here", "speaker": None, "offset": 3}],
        "acronyms": [{"short": "EU", "long": "European Union", "offset": 9}],
        "dates": [{"text": "Friday", "date": "2012-06-29", "offset": 5}] * 14,
        "numbers": [{"text": "28,500 troops", "value": 28500.0, "unit": "troops", "offset": 1}],
        "people": [{"name": "Ann Berg", "title": "mayor", "offset": 7}],
    }
    shown = "\n".join(lines("facts", payload))
    assert '"We are here" (speaker not named) at 3' in shown
    assert "EU = European Union at 9" in shown
    assert shown.count("Friday = 2012-06-29 at 5") == 12
    assert "… and 2 more" in shown
    assert "28,500 troops = 28,500 troops at 1" in shown
    assert "Ann Berg, mayor at 7" in shown


def test_extract_shows_its_findings_in_words():
    """As the pages of articles do: no marks of a program, and times by the same rule."""
    said = (
        CliRunner().invoke(extract, ["docs/examples/page.html", "--base", "https://ledger.example/1"]).output
    )
    values = {line[:13].strip(): line[15:] for line in said.splitlines()[2:]}
    assert values["published at"] == "11-24 00:30:00Z"
    assert values["credit"] == 'Yonhap, by dateline: "SEOUL, Nov. 24 (Yonhap) --"'
    assert values["acronyms"] == "KMA = Korea Meteorological Administration at 324"
    assert values["quotes"].endswith('," Han Ji-woo at 154')
    assert values["sources"].startswith("title from page, published at from meta ")
    assert not any(mark in value for value in values.values() for mark in ("{", "[", "None"))


def test_a_refusal_tells_its_reason():
    assert lines("fulltext", {}, status="refused", reason="robots.txt") == [
        "", "fulltext (wireroom 1): refused, robots.txt",
    ]  # fmt: skip


def test_a_page_s_date_names_its_source_and_how_it_is_written():
    """A wrong date can be traced to the place that it was read from."""
    payload = {"url": "https://a.example/1", "published_at": "2026-11-20T00:00:00Z", "published_from": "page"}
    assert lines("fulltext", payload)[2:] == [
        "  url: https://a.example/1",
        "  published at: 11-20 00:00:00Z (from page)",
    ]
    shown = lines("fulltext", {**payload, "published_raw": "Stand: 20.11.2026"})
    assert shown[3] == '  published at: 11-20 00:00:00Z (from page: "Stand: 20.11.2026")'
    dates = {"published_at": "2012-06-29", "modified_at": "2026-11-20T09:00:00+09:00"}
    shown = lines("metadata", {**dates, "sources": dict.fromkeys(("published_at", "modified_at"), "page")})
    assert shown[2:] == [
        "  published at: 2012-06-29 (from page)",
        "  modified at: 11-20 00:00:00Z (from page)",
    ]
    assert lines("fulltext", {"charset": "utf-8"})[2:] == ["  charset: utf-8"]
