"""Bodies are complete, decoded and bounded; a truncated or larger one is never a document."""

import gzip
import pickle
import tracemalloc
import zlib
from contextlib import suppress

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.errors import PermanentFetchError, TransientFetchError
from worker.fetch.content_coding import MAX_GZIP_MEMBERS, CodingError, new_decoder

DOCUMENT = b"<rss>" + b"".join(b"<item>%d</item>" % n for n in range(3000)) + b"</rss>"
MIB = 1 << 20


def raw_deflate(body):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "identity": bytes,
    "": bytes,
    "identity, gzip": gzip.compress,
}
CODED = [
    ("gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
    ("zstd", zstandard.compress),
]


def decode(coding, encoded, size=65536):
    decoder = new_decoder(coding)
    pieces = [p for at in range(0, len(encoded), size) for p in decoder.feed(encoded[at : at + size])]
    return b"".join(pieces), decoder.is_complete()


@pytest.mark.parametrize("coding", ENCODERS)
def test_every_coding_offered_is_decoded(origin, get, make_reply, coding):
    url = origin.answer(make_reply(200, ENCODERS[coding](DOCUMENT), f"Content-Encoding: {coding}"))
    assert get(url).body == DOCUMENT


def test_raw_deflate_is_decoded_as_well(origin, get, make_reply):
    url = origin.answer(make_reply(200, raw_deflate(DOCUMENT), "Content-Encoding: deflate"))
    assert get(url).body == DOCUMENT


@pytest.mark.parametrize(("coding", "encode"), CODED)
@given(size=st.integers(1, 400), body=st.binary(max_size=3000))
@settings(max_examples=40, deadline=None)
def test_a_document_does_not_depend_on_packet_boundaries(coding, encode, size, body):
    assert decode(coding, encode(body), size) == (body, True)


@pytest.mark.parametrize(("coding", "encode"), CODED)
def test_a_compressed_body_truncated_anywhere_is_incomplete(coding, encode):
    encoded = encode(DOCUMENT[:3000])
    assert decode(coding, encoded) == (DOCUMENT[:3000], True)
    for cut in range(1, len(encoded)):
        assert decode(coding, encoded[:cut])[1] is False


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@given(encoded=st.binary(max_size=400), size=st.integers(1, 64))
@settings(max_examples=80, deadline=None)
def test_hostile_bytes_yield_bounded_pieces_or_a_coding_error(coding, encoded, size):
    decoder, pieces = new_decoder(coding), []
    with suppress(CodingError):
        for at in range(0, len(encoded), size):
            pieces += decoder.feed(encoded[at : at + size])
    assert all(0 < len(piece) <= 4 * MIB for piece in pieces)


def test_gzip_members_are_one_document(origin, get, make_reply):
    body = gzip.compress(DOCUMENT) + gzip.compress(b"") + gzip.compress(b"tail")
    url = origin.answer(make_reply(200, body, "Content-Encoding: gzip"))
    assert get(url).body == DOCUMENT + b"tail"


@pytest.mark.parametrize("junk", [b"\0\0\0\0", b"\n", b"<!-- cached -->", b"\x1f", b"\x1f\x8c"])
def test_junk_after_gzip_is_ignored(origin, get, make_reply, junk):
    url = origin.answer(make_reply(200, gzip.compress(DOCUMENT) + junk, "Content-Encoding: gzip"))
    assert get(url).body == DOCUMENT


@given(
    size=st.integers(1, 60), members=st.integers(1, 3), junk=st.sampled_from([b"", b"\0" * 9, b"\n", b"\x1f"])
)
def test_members_and_junk_do_not_depend_on_packet_boundaries(size, members, junk):
    encoded = gzip.compress(b"<rss/>") * members + junk
    assert decode("gzip", encoded, size) == (b"<rss/>" * members, True)


def test_a_half_second_gzip_member_is_incomplete():
    assert decode("gzip", gzip.compress(DOCUMENT) + gzip.compress(DOCUMENT)[:-9])[1] is False


def test_gzip_members_are_counted(origin, get, make_reply):
    body = gzip.compress(b"") * (MAX_GZIP_MEMBERS + 1)
    with pytest.raises(PermanentFetchError, match="members"):
        get(origin.answer(make_reply(200, body, "Content-Encoding: gzip")))


def test_an_empty_body_is_a_document_under_any_coding(origin, get, make_reply):
    for coding in ("gzip", "deflate", "br", "zstd", ""):
        assert get(origin.answer(make_reply(200, b"", f"Content-Encoding: {coding}"))).body == b""


@pytest.mark.parametrize(
    ("coding", "word"),
    [("exotic", "not offered"), ("gzip, gzip", "twice"), ("br, gzip", "twice")],
)
def test_codings_not_offered_and_repeated_ones_are_rejected(origin, get, make_reply, coding, word):
    with pytest.raises(PermanentFetchError, match=word):
        get(origin.answer(make_reply(200, DOCUMENT, f"Content-Encoding: {coding}")))


def test_two_coding_fields_are_a_double_encoding(origin, get, make_reply):
    url = origin.answer(
        make_reply(
            200, gzip.compress(gzip.compress(b"x")), "Content-Encoding: gzip", "Content-Encoding: gzip"
        )
    )
    with pytest.raises(PermanentFetchError, match="twice"):
        get(url)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
def test_a_plain_body_that_claims_a_coding_fails(origin, get, make_reply, coding):
    body = b"\xff<rss>plain</rss>" * 20
    with pytest.raises(TransientFetchError) as caught:
        get(origin.answer(make_reply(200, body, f"Content-Encoding: {coding}")))
    assert caught.value.status == 200


def chunked(*chunks, end=b"0\r\n\r\n"):
    body = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks)
    return b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nETag: "bad"\r\n\r\n' + body + end


CUT = {
    "long length": b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss></rss>",
    "short length": b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/><item/></rss>",
    "no last chunk": chunked(b"<rss/>", end=b""),
    "half a chunk": chunked(b"<rss/>", end=b"ffff\r\nhalf"),
    "chunk size is no number": chunked(b"<rss/>", end=b"zz\r\nxx\r\n"),
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Length: 3\r\n\r\n<rss/>",
    "half a gzip stream": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    + gzip.compress(DOCUMENT)[:500],
}


@pytest.mark.parametrize("name", CUT)
def test_a_truncated_body_is_a_transient_failure(origin, get, name):
    with pytest.raises(TransientFetchError, match=r"incomplete response|no valid HTTP response"):
        get(origin.answer(CUT[name]))


def test_white_space_after_the_body_is_accepted(origin, get):
    url = origin.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>\r\n")
    assert get(url).body == b"<rss/>"


def test_bodies_framed_by_chunks_and_by_the_end_of_the_connection(origin, get):
    assert get(origin.answer(chunked(b"<rss", b"/>"))).body == b"<rss/>"
    assert get(origin.answer(b"HTTP/1.0 200 OK\r\n\r\n<rss/>")).body == b"<rss/>"


@pytest.mark.parametrize("coding", ["identity", "gzip", "deflate", "br", "zstd"])
def test_the_limit_counts_decoded_bytes_exactly(origin, get, make_reply, coding):
    url = origin.answer(make_reply(200, ENCODERS[coding](b"a" * 1000), f"Content-Encoding: {coding}"))
    assert len(get(url, max_bytes=1000).body) == 1000
    with pytest.raises(PermanentFetchError, match="larger than 999 bytes"):
        get(url, max_bytes=999)


def test_an_announced_length_beyond_the_limit_is_not_read(origin, get):
    url = origin.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
    with pytest.raises(PermanentFetchError, match="larger than 1 MiB"):
        get(url, max_bytes=MIB)


def endless(origin, head, piece, total=200 * MIB):
    def script(_):
        yield head
        for _ in range(total // len(piece)):
            yield piece

    return origin.answer(script)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 65536),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"a" * 65536 + b"\r\n"),
        # only empty members and ignored junk: the document stays empty, the response does not
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"x"), b"\0" * 65536),
    ],
    ids=["plain", "chunked", "junk after gzip"],
)
def test_an_endless_response_is_ended_at_the_limit(origin, get, head, piece):
    url = endless(origin, head, piece)
    with pytest.raises(PermanentFetchError, match="larger"):
        get(url, max_bytes=MIB, timeout_s=60.0)
    assert origin.sent_bytes < 32 * MIB  # the rest of 200 MiB was not sent


def test_a_body_in_countless_chunks_is_ended(origin, get):
    url = endless(origin, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 10_000)
    with pytest.raises(PermanentFetchError, match="100,000 chunks"):
        get(url, timeout_s=60.0)


def bomb(coding):
    packers = {"gzip": lambda: zlib.compressobj(9, zlib.DEFLATED, 31), "deflate": zlib.compressobj}
    if coding == "zstd":
        return zstandard.compress(b"a" * (64 * MIB))
    if coding == "br":
        return brotli.compress(b"a" * (64 * MIB), quality=3)
    packer = packers[coding]()
    return b"".join(packer.compress(b"a" * MIB) for _ in range(200)) + packer.flush()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_decompression_bomb_stays_within_the_memory_limit(origin, get, make_reply, coding):
    url = origin.answer(make_reply(200, bomb(coding), f"Content-Encoding: {coding}"))
    tracemalloc.start()
    try:
        with pytest.raises(PermanentFetchError, match="larger than 4 MiB"):
            get(url, max_bytes=4 * MIB, timeout_s=60.0)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 14 * MIB


def test_zstd_pieces_are_small_though_four_bytes_may_encode_128_kib():
    block = (128 * 1024 << 3 | 1 << 1).to_bytes(3, "little") + b"a"  # RFC 8878 section 3.1.1.2: RLE
    frame = b"\x28\xb5\x2f\xfd\x00\x58" + block * 500
    pieces = [len(piece) for piece in new_decoder("zstd").feed(frame)]
    assert sum(pieces) == 500 * 128 * 1024
    assert max(pieces) <= 4 * MIB


def test_a_result_can_be_pickled_and_has_its_cost(origin, get, make_reply):
    response = get(origin.answer(make_reply(226, b"<rss/>", "X-A: 1", "x-a: 2")))
    assert pickle.loads(pickle.dumps(response)) == response
    assert (response.status, response.body) == (226, b"<rss/>")
    assert response.headers["x-a"] == "1, 2"
    assert response.wire_bytes == origin.sent_bytes
    assert 0 < response.elapsed_s < 5
