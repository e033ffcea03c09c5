"""Decoded signatures are kept within a bound, and decode as if they were not."""

import pytest

from worker.dedupe import Signature, make_signature
from worker.flows.decoded import Decoder
from worker.records import Document


def stored(number: int) -> bytes:
    """The stored signature of a text of its own."""
    text = " ".join(f"harbor{number}word{place}" for place in range(80))
    document = Document(id=str(number), title=f"Harbor {number}", text=text, source="a", lang="en")
    return make_signature(document, frozenset()).to_bytes()


def test_a_signature_is_decoded_once_and_equals_the_stored_one() -> None:
    data, decoder = stored(1), Decoder()
    first = decoder.decode(data)
    assert first == Signature.from_bytes(data)
    assert decoder.decode(bytes(bytearray(data))) is first


def test_the_ones_used_last_are_kept_within_the_bound() -> None:
    a, b, c = (stored(number) for number in range(3))
    decoder = Decoder(most=len(a) + len(b))
    kept, dropped = decoder.decode(a), decoder.decode(b)
    assert decoder.decode(a) is kept
    decoder.decode(c)
    assert decoder.decode(a) is kept
    assert decoder.decode(b) is not dropped
    assert decoder.decode(b) == dropped


def test_a_signature_larger_than_the_bound_is_decoded_and_not_kept() -> None:
    data = stored(1)
    decoder = Decoder(most=len(data) - 1)
    assert decoder.decode(data) is not decoder.decode(data)


def test_other_bytes_are_refused_each_time() -> None:
    decoder = Decoder()
    for _ in range(2):
        with pytest.raises(ValueError, match="not a signature"):
            decoder.decode(b"nothing")
