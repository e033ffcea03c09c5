"""A signature survives serialization and is bounded."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedupe import Signature, make_signature
from worker.records import Document

MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@given(st.text(), st.text(), st.text(max_size=80), st.one_of(st.none(), st.just(MOMENT)))
def test_a_signature_is_restored_from_its_bytes(title, text, source, moment):
    signature = make_signature(
        Document(1, title, text, source.encode("utf-8", "replace").decode(), published_at=moment), ()
    )
    assert Signature.from_bytes(signature.to_bytes()) == replace(signature, keys=())


@given(st.binary(max_size=300))
def test_foreign_bytes_raise_value_error(data):
    with pytest.raises(ValueError, match="signature"):
        Signature.from_bytes(data)


def test_the_place_of_a_dateline_is_the_word_after_its_agencys_name_on_a_line_of_its_own() -> None:
    text = "EFE\nMadrid, 6 may (EFE).- El puerto cerró el martes por la niebla."
    assert make_signature(Document(1, "El puerto cierra", text, "x"), ()).place == "madrid"
