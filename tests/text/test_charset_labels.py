"""An encoding is found under each of its names: all labels of the WHATWG table, and what publishers write."""

import pytest

from worker.text.charset import decode, find_codec

# WHATWG Encoding Standard, section 4.2: codec (or the superset that is used) -> labels
WHATWG = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": (
        "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"
    ),
    "iso8859-3": (
        "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"
    ),
    "iso8859-4": (
        "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"
    ),
    "iso8859-5": (
        "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988"
    ),
    "iso8859-6": (
        "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
        "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"
    ),
    "iso8859-7": (
        "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
        "iso_8859-7:1987 sun_eu_greek"
    ),
    "iso8859-8": (
        "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 "
        "iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical"
    ),
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1252": (
        "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 "
        "iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"
    ),
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": (
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
        "windows-1254 x-cp1254"
    ),
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": (
        "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030"
    ),
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022_jp_ext": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": (
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
        "windows-949"
    ),
}  # fmt: skip
# labels of no standard that templates and servers send
OTHERS = {
    "cp1251": "cp-1251 CP_1251 win-1251 win1251 windows1251 1251 ms1251 Windows_1251",
    "cp1252": "latin-1 28591 ANSI windows1252 ISO8859_1 20127",
    "cp949": "ms949 x-windows-949 euckr UHC cp-949 51949",
    "cp932": "cp-932 windows-932 MS932 x-ms-cp932",
    "gb18030": "cp936 ms936 windows-936 euc-cn 54936",
    "utf-8": "UTF_8 utf8mb4 x-utf8 65001 windows-65001 cp65001 unicode utf-8-sig",
    "koi8-r": "KOI8R 20866",
    "cp850": "ibm-850 dos-850 oem850",
    "cp862": "IBM862 csPC862LatinHebrew",
    "euc_jp": "eucjp ujis 51932",
}
PAIRS = [(codec, label) for table in (WHATWG, OTHERS) for codec in table for label in table[codec].split()]


@pytest.mark.parametrize(("codec", "label"), PAIRS, ids=[label for _, label in PAIRS])
def test_a_label_names_its_encoding(codec: str, label: str) -> None:
    assert find_codec(label) == find_codec(label.upper()) == codec


@pytest.mark.parametrize(
    "label",
    [
        "utf-16",
        "gzip",
        "compress",
        "br",
        "deflate",
        "zstd",
        "bzip2",
        "zip",
        "hex",
        "rot13",
        "base64",
        "foo",
        "x",
        "cp",
        "idna",
        "punycode",
        "undefined",
    ],
)
def test_other_names_are_no_encoding_of_a_document(label: str) -> None:
    assert find_codec(label) is None


DECLARATIONS = {
    "in an XML declaration": '<?xml version="1.0" encoding="{}"?><a>{}</a>',
    "with blanks": "<?xml version='1.0' encoding = ' {}' ?><a>{}</a>",
    "after a comment": '<!-- made by hand -->\n<?xml version="1.0" encoding="{}"?><a>{}</a>',
    "in a page": '<html><head><meta charset="{}"></head>{}',
    "in a page for older browsers": '<meta http-equiv="Content-Type" content="text/html; charset={}">{}',
}


@pytest.mark.parametrize("template", DECLARATIONS.values(), ids=DECLARATIONS)
@pytest.mark.parametrize(
    ("label", "encoding"), [("cp-1251", "cp1251"), ("koi8", "koi8-r"), ("dos-866", "cp866")]
)
def test_few_words_are_read_in_the_declared_encoding(template: str, label: str, encoding: str) -> None:
    assert "Мэр снял" in decode(template.format(label, "Мэр снял").encode(encoding)).text


def test_a_label_of_the_header_is_found_too() -> None:
    assert decode("Мэр снял".encode("cp1251"), "text/xml; charset=cp-1251").text == "Мэр снял"
