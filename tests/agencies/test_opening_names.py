"""Agencies that open a text without brackets, full-width initials, labels with an outlet and an agency."""

import pytest

from tests.extract.test_credit import credit_of

ROWS = (
    ("lede", "PORT-AU-PRINCE (AP):", "credit", "ap"),
    ("lede", "Port-au-Prince (AP) — Haiti's airport opened.", "credit", "ap"),
    ("lede", "AGI - Un nuovo tratto della pista è aperto.", "credit", "agi"),
    ("lede", "AGI - What general intelligence will do.", "none", None),
    ("lede", "ANSA - Un nuovo ponte.", "credit", "ansa"),
    ("lede", "AFP - Australian Federal Police raided a house.", "none", None),
    ("lede", "EFE. Zaragoza", "credit", "efe"),
    ("lede", "Zaragoza. EFE", "credit", "efe"),
    ("lede", "AA. Milne", "none", None),
    ("lede", "【ロンドンＡＰ】英政府は方針を示した。", "credit", "ap"),
    ("tail", "株価は横ばいだった。（ＡＰ）", "credit", "ap"),
    ("tail", "展覧会は来月まで。（ＪＡＰ）", "none", None),
    ("tail", "Source(s): STT", "credit", "stt"),
    ("tail", "Quelle: ntv.de, dpa", "contributor", "dpa"),
    ("tail", "Quelle: SZ.de/dpa/AFP", "contributor", "dpa"),
)


@pytest.mark.parametrize(("where", "line", "kind", "agency"), ROWS)
def test_an_agency_is_read_from_the_first_or_last_line(where, line, kind, agency):
    found, _ = credit_of(where, line)
    assert (found["kind"], found["agency_id"]) == (kind, agency)
