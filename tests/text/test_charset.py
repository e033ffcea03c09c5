"""Decoding of feeds and pages."""

import time

import pytest

from worker.text.charset import decode

KOREAN = "갈매기가 항구로 돌아왔다. 어민들은 그물을 걷었다."


@pytest.mark.parametrize(
    ("body", "content_type", "charset"),
    [
        (KOREAN.encode(), "text/html; charset=iso-8859-1", "utf-8"),  # valid UTF-8 outranks a wrong header
        (KOREAN.encode("cp949"), "text/html; charset=EUC-KR", "cp949"),
        (b'<meta charset="euc-kr">' + KOREAN.encode("cp949"), "", "cp949"),
        (b'<meta charset="euc-kr">' + KOREAN.encode("cp949"), "text/html; charset=utf-8", "cp949"),
        (KOREAN.encode("utf-16"), "", "utf-16-le"),
        (b"\xef\xbb\xbf" + KOREAN.encode(), "text/html; charset=euc-kr", "utf-8"),
        ((KOREAN * 20).encode("cp949"), "", "cp949"),  # nothing is declared: detected
    ],
)
def test_the_encoding_that_fits_is_found(body, content_type, charset):
    """Byte order mark, valid UTF-8, header, meta tag, then detection; unsuitable ones are skipped."""
    decoded = decode(body, content_type)
    assert decoded.encoding == charset
    assert KOREAN in decoded.text


@pytest.mark.parametrize("label", ["no-such-charset", "base64", "rot13", "\u0130", "utf-8" * 9])
def test_a_senseless_label_is_ignored(label):
    """A label that names no text encoding neither raises nor decodes."""
    assert decode(b"caf\xe9 au lait, s'il vous plait", f"text/html; charset={label}").text.startswith("caf")


def test_a_line_of_half_a_million_bytes_is_read_in_linear_time():
    line = b"x" * 500_000  # a script on one line; each byte once more for each one would take an hour
    page = b"<p>" + line + b"</p><p>\xe9t\xe9</p><p>" + "Straße über Äcker".encode() + b"</p>"
    started = time.process_time()
    decoded = decode(page)
    assert time.process_time() - started < 30
    assert "été" in decoded.text
    assert "Straße über Äcker" in decoded.text
