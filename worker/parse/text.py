"""Convert markup to text, and clean text."""

import html
import re
import unicodedata

from lxml import etree
from lxml import html as lxml_html

from worker.text.invisible import keep_spelled_joiners

MAX_MARKUP_CHARACTERS = 500_000
# Unicode: controls (Cc but tab, line feed), zero-width and bidi controls, soft hyphen, lone surrogates,
# noncharacters. Not the joiners, which are spelling in some scripts.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
# Candidates for stacked combining marks: neither word characters, white space nor Latin. Normalizing n marks
# in a row takes O(n²); Unicode's Stream-Safe Text Format (UAX 15, section 13) allows 30.
MAX_MARKS = 30
STACKED_MARKS = re.compile(r"[^\w\s\x00-\u02ff]{31,}")
LINE_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
BLANKS = re.compile(r"[^\S\n]+")
MANY_BREAKS = re.compile(r" ?\n(?: ?\n)+ ?| ?\n ?")
MARKUP = re.compile(r"[<&]")
ENTITY = re.compile(r"&(?:#\d|#[xX][0-9a-fA-F]|[A-Za-z])")
# elements whose names do not occur in angle brackets in the text of headlines
TAG = re.compile(
    r"</?(?:a|abbr|acronym|address|area|article|aside|audio|b|base|bdi|bdo|big|blink|blockquote|body|br|button|canvas"
    r"|caption|center|cite|code|col|dd|del|dfn|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|frame"
    r"|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|map|mark|marquee|meta|nobr|noscript"
    r"|object|ol|option|p|param|pre|q|rp|rt|ruby|s|samp|section|select|small|source|span|strike|strong|sub|sup|svg"
    r"|table|tbody|td|textarea|tfoot|th|thead|time|tr|tt|u|ul|var|video|wbr)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
# A tag of any name is markup too if it has an attribute or is closed: <details open ontoggle=f()>
ANY_TAG = re.compile(r"<(/?)([a-z][\w:-]{0,60})(?:\s[^<>=]*(=)[^<>]*|\s*(/?))>", re.IGNORECASE)
BLOCK_TAG = re.compile(r"<(?:p|div|br|li|h[1-6]|td|blockquote|pre|section|article)\b", re.IGNORECASE)
SILENT_BLOCK = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
# breaks of lines and blocks, which are spaces in a headline
BREAK_TAG = re.compile(
    r"</?(?:br|p|div|li|ul|ol|dl|dd|dt|h[1-6]|hr|table|thead|tbody|tr|td|th|blockquote|section|article|header|footer"
    r"|figure|figcaption|center|pre|caption|option)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
# a CDATA section that was escaped or nested is markup; parsers of HTML turn it into a comment
CDATA_MARK = re.compile(r"<!(?:--)?\[CDATA\[|\]\](?:--)?>", re.IGNORECASE)
ESCAPED_CDATA = re.compile(r"\s*&lt;!\[CDATA\[", re.IGNORECASE)
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
SILENT = {
    "script",
    "style",
    "template",
    "head",
    "noembed",
    "noframes",
    "applet",
    "object",
    "embed",
    "textarea",
    "iframe",
    "select",
}
BLOCKS = {
    "address", "article", "aside", "blockquote", "br", "center", "dd", "div", "dl", "dt", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul", "caption", "fieldset", "summary",
    "details", "body",
}  # fmt: skip
PARAGRAPHS = BLOCKS - {"br", "td", "th", "li", "tr", "dd", "dt"}
PARSER = lxml_html.HTMLParser(huge_tree=True)  # without it everything nested deeper than 256 is lost
BREAKS = {"\n", "\n\n"}
MAX_UNESCAPES = 3
MAX_TAG_CHARACTERS = 4_096  # parsers compare each attribute of a tag with all previous ones
GIANT_TAG = re.compile(rf"<(/?[A-Za-z][\w:-]{{0,40}})(?=[^<>]{{{MAX_TAG_CHARACTERS}}})[^<>]*")
DEEP = 500  # tags


def clean_line(text: str, limit: int) -> str:
    """Return the text as one line in NFC without invisible characters, at most `limit` characters."""
    return _cut(" ".join(_visible(text).split()), limit)


def clean_text(text: str, limit: int) -> str:
    """Return the text in NFC with paragraphs, without invisible characters, at most `limit` characters."""
    text = BLANKS.sub(" ", LINE_BREAKS.sub("\n", _visible(text)))
    text = MANY_BREAKS.sub(lambda m: "\n\n" if m[0].count("\n") > 1 else "\n", text)
    return _cut(text.strip(), limit)


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = keep_spelled_joiners(INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", STACKED_MARKS.sub(_unstack, text))


def _unstack(match: re.Match[str]) -> str:
    """Drop combining marks beyond MAX_MARKS on one letter."""
    kept, height = [], 0
    for character in match[0]:
        height = height + 1 if unicodedata.combining(character) else 0
        if height <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rstrip()


def html_to_text(markup: str, limit: int) -> str:
    """Return the visible text of HTML, with blocks on their own lines, at most `limit` characters."""
    markup = drop_cdata(markup)
    if not MARKUP.search(markup):
        return clean_text(markup, limit)
    if "<" not in markup:
        return clean_text(html.unescape(markup), limit)
    markup = markup[: 2 * MAX_MARKUP_CHARACTERS]
    if "\n\n" in markup and not BLOCK_TAG.search(markup):
        markup = markup.replace("\n\n", "<p>")  # text with blank lines and some inline tags
    root = _parse(markup)
    text = clean_text("".join(_walk(root)), limit) if root is not None else ""
    if not text and markup.count("<") > DEEP:  # nested too deeply for the parser
        text = clean_text(html.unescape(_strip_tags(markup)), limit)
    return text


def drop_cdata(text: str) -> str:
    """Return a text without the marks of CDATA sections, which show that it was escaped once too often."""
    if "]]" not in text and "CDATA" not in text:
        return text
    if ESCAPED_CDATA.match(text):
        text = html.unescape(text)
    if "[CDATA[" in text.upper():
        return CDATA_MARK.sub("", text)
    return text.rstrip().removesuffix("]]>")


def _parse(markup: str) -> etree._Element | None:
    markup = GIANT_TAG.sub(r"<\1", INVISIBLE.sub("", markup))
    try:
        root: etree._Element = lxml_html.document_fromstring(f"<div>{markup}</div>", parser=PARSER)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    return root


def _walk(root: etree._Element) -> list[str]:
    """Return the pieces of text in document order with line breaks around blocks; not recursive."""
    pieces: list[str] = [""]
    depth = {"silent": 0, "pre": 0}
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        is_start = event == "start"
        kind = "silent" if tag in SILENT else tag
        if kind in depth:
            depth[kind] += 1 if is_start else -1
        if depth["silent"]:
            continue
        if tag in BLOCKS:
            _break(pieces, tag, is_start=is_start)
        words = node.text if is_start else node.tail
        if words and not (words.isspace() and pieces[-1] in BREAKS):
            pieces.append(words if depth["pre"] else _flow(words))
    return pieces


def _break(pieces: list[str], tag: str, *, is_start: bool) -> None:
    """Add a line break around a block, a blank line around a paragraph, and a line break per br."""
    if tag == "br":
        if not is_start:
            pieces.append("\n")
    elif tag in PARAGRAPHS:
        pieces.append("\n\n")
    elif pieces[-1] not in BREAKS:
        pieces.append("\n")


def _flow(words: str) -> str:
    """Replace line breaks in running text by spaces (HTML); runs of spaces are collapsed at the end."""
    return words.replace("\n", " ").replace("\r", " ") if "\n" in words or "\r" in words else words


def plain_to_line(value: str, limit: int) -> str:
    """Return a plain-text headline as one line: words in angle brackets stay, references are decoded.

    No format allows references in plain text, but many publishers escape it twice.
    """
    return clean_line(html.unescape(drop_cdata(value)), limit)


def title_to_text(value: str, limit: int) -> str:
    """Return a headline as one line: unescaped up to three times, without markup."""
    for _ in range(MAX_UNESCAPES):
        value = drop_cdata(value)
        stripped = _strip_tags(value) if "<" in value else value
        if not ENTITY.search(stripped):
            value = stripped
            break
        value = html.unescape(stripped)
    return clean_line(_strip_tags(value), limit)


def _strip_tags(text: str) -> str:
    """Return the text without markup; a break between blocks or lines becomes a space."""
    if "<" not in text:
        return text
    text = SILENT_BLOCK.sub("", COMMENT.sub("", text))
    text = TAG.sub("", BREAK_TAG.sub(" ", text))
    return _strip_other_tags(text) if "<" in text else text


def _strip_other_tags(text: str) -> str:
    """Return the text without tags of other names; a word in angle brackets without a closing tag stays."""
    tags = list(ANY_TAG.finditer(text))
    closed = {tag[2].lower() for tag in tags if tag[1]}
    return ANY_TAG.sub(
        lambda tag: "" if tag[1] or tag[3] or tag[4] or tag[2].lower() in closed else tag[0], text
    )
