"""What servers send by mistake and does no harm is read; what may hide a message's end is refused."""

import gzip

import pytest

from worker.errors import FetchError, PermanentFetchError, TransientFetchError
from worker.records import FetchRequest

BODY = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
LENGTH = b"Content-Length: %d" % len(BODY)


def send(origin, *fields, status=b"200 OK", body=BODY):
    head = b"\r\n".join([b"HTTP/1.1 " + status, *fields, b"Connection: close", b"", b""])
    origin.answer(lambda _: [head + body])


def get(fetcher, origin):
    return fetcher.fetch(FetchRequest(origin.url(), allow_private=("127.0.0.1",)))


# ---- content codings
@pytest.mark.parametrize(
    "coding",
    [
        b"aws-chunked", b"utf-8", b"UTF-8", b"none", b"binary", b"identity", b"", b"8bit", b"text/xml",
        b"iso-8859-1", b"aws-chunked, identity", b"windows-1251", b"amz-1.0", b"identity;q=1",
        b'"none"', b"cp-1251, none",
    ],
)  # fmt: skip
def test_a_coding_that_names_no_compression_is_ignored(origin, fetcher, coding):
    send(origin, b"Content-Encoding: " + coding, LENGTH)
    assert get(fetcher, origin).body == BODY


@pytest.mark.parametrize(
    "coding", [b"aws-chunked, gzip", b"gzip,aws-chunked", b"utf-8, GZIP", b"identity, x-gzip", b"gzip, none"]
)
def test_a_compression_beside_other_values_is_decoded(origin, fetcher, coding):
    body = gzip.compress(BODY)
    send(origin, b"Content-Encoding: " + coding, b"Content-Length: %d" % len(body), body=body)
    assert get(fetcher, origin).body == BODY


@pytest.mark.parametrize("coding", ["compress", "lzma", "bzip2", "xz", "sdch", "dcb", "exi", "base64", "foo"])
def test_an_unknown_compression_is_refused_by_name(origin, fetcher, coding):
    send(origin, b"Content-Encoding: aws-chunked, " + coding.encode(), LENGTH)
    with pytest.raises(PermanentFetchError, match=coding):
        get(fetcher, origin)


def test_two_compressions_are_refused(origin, fetcher):
    send(origin, b"Content-Encoding: gzip, aws-chunked, br", LENGTH)
    with pytest.raises(PermanentFetchError, match="encoded twice"):
        get(fetcher, origin)


# ---- header lines
@pytest.mark.parametrize(
    "line",
    [
        b"get-ban-to-cache-result/forum.php: userdata not support", b"no colon here", b": no name", b"X Y: z",
        b"X-Name : z", b"X-\xc3\x96: z", b"X-Nul: a\x00b", b"<b>Warning</b>: in header.php on line 3",
        b"HTTP/1.1 200 OK", b"X(1): z", b"no colon\r\n but a folded line: too", b"=====",
        b'X: "a\x0bb"', b"Last-Modified: yesterday\rX-Evil: 1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_first", [True, False])
def test_one_malformed_header_line_is_skipped(origin, fetcher, line, is_first):
    fields = [line, b"ETag: kept"] if is_first else [b"ETag: kept", line]
    send(origin, *fields, LENGTH)
    response = get(fetcher, origin)
    assert (response.body, response.headers["etag"]) == (BODY, "kept")
    assert set(response.headers) == {"etag", "content-length", "connection"}


def test_a_malformed_line_is_skipped_in_an_interim_head_and_with_bare_line_feeds(origin, fetcher):
    head = b"HTTP/1.1 103 Early Hints\r\nnot a field\r\n\r\nHTTP/1.1 200 OK\nnot a field\nETag: kept\n\n"
    origin.answer(lambda _: [head[:30], head[30:60], head[60:] + BODY])
    response = get(fetcher, origin)
    assert (response.body, response.headers["etag"]) == (BODY, "kept")


@pytest.mark.parametrize(
    "line",
    [
        b"Content-Length : 5", b"Content Length: 5", b" Content-Length: 5", b"Content-Length 5",
        b"Content-Length\x0b: 5", b"Transfer-Encoding : chunked", b"Transfer-Encoding\x00: chunked",
        b"X: a\rTransfer-Encoding: chunked", b"Content-Length: 5\x00", b"(Content-Length): 5",
    ],
)  # fmt: skip
def test_a_malformed_line_about_framing_refuses_the_response(origin, fetcher, line):
    send(origin, line, LENGTH)
    with pytest.raises(TransientFetchError, match="no valid HTTP response"):
        get(fetcher, origin)


def test_a_head_without_end_is_refused(origin, fetcher):
    origin.answer(lambda _: [b"HTTP/1.1 200 OK\r\n", *([b"not a field " * 100 + b"\r\n"] * 200)])
    with pytest.raises(FetchError):
        get(fetcher, origin)


# ---- statuses
@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 207, 208, 218, 226, 299])
def test_any_2xx_with_a_body_is_a_document(origin, fetcher, status):
    send(origin, LENGTH, status=b"%d Fine" % status)
    assert (get(fetcher, origin).status, get(fetcher, origin).body) == (status, BODY)


@pytest.mark.parametrize("status", [201, 202, 204, 205, 206])
def test_a_2xx_without_a_body_is_a_failure(origin, fetcher, status):
    send(origin, *([] if status == 204 else [b"Content-Length: 0"]), status=b"%d Empty" % status, body=b"")
    with pytest.raises(PermanentFetchError, match=str(status)):
        get(fetcher, origin)


@pytest.mark.parametrize(
    ("shown", "is_whole"), [(b"0-59/60", True), (b"0-59/*", True), (b"0-59/900", False), (b"9-59/60", False)]
)
def test_a_206_is_a_document_only_as_a_whole(origin, fetcher, shown, is_whole):
    send(origin, b"Content-Range: bytes " + shown, LENGTH, status=b"206 Partial Content")
    if is_whole:
        assert get(fetcher, origin).body == BODY
    else:
        with pytest.raises(TransientFetchError, match="206"):
            get(fetcher, origin)


def test_a_challenge_under_202_is_named(origin, fetcher):
    send(
        origin,
        b"x-amzn-waf-action: challenge",
        b"Content-Length: 9",
        status=b"202 Accepted",
        body=b"<html>...",
    )
    with pytest.raises(PermanentFetchError, match="bot protection"):
        get(fetcher, origin)
