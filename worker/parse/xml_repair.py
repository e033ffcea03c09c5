"""Repairs of the text of XML documents: document types, bare &, HTML entities, undeclared prefixes."""

import html
import html.entities
import re

HEAD_CHARACTERS = 65_536  # a document type declaration must begin within this
MAX_EXPANSION = 1_000_000  # characters that entities declared in the document may add
CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)  # unclosed: to the end, without backtracking
REFERENCE = re.compile(r"&(?:#(\d{1,9});|#[xX]([0-9a-fA-F]{1,8});|([A-Za-z][A-Za-z0-9]{1,31});)?")
XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):[A-Za-z_]|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=")
DECLARED_PREFIX = re.compile(r"xmlns:([A-Za-z_][\w.-]*)\s*=")
ROOT_TAG = re.compile(r"<(?![?!])[^\s/>]+")
DOCTYPE_START = re.compile(r"<!DOCTYPE", re.IGNORECASE)
DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
XML_DECLARATION = re.compile(r"<\?xml\b[^<>]*\?>")
OWN_REFERENCE = re.compile(r"&(\w{1,40});")
ENTITY = re.compile(r"""<!ENTITY\s+(\w{1,40})\s+(?:"([^"&%]{0,200})"|'([^'&%]{0,200})')\s*>""")


def without_doctype(text: str) -> str:
    """Remove the XML declaration and DTD; plain entities are expanded, others never."""
    head = XML_DECLARATION.sub("", text[:HEAD_CHARACTERS], count=1)  # some follow a comment
    text = (head + text[HEAD_CHARACTERS:]).lstrip()
    start = DOCTYPE_START.search(text, 0, HEAD_CHARACTERS)
    doctype = DOCTYPE.match(text, start.start()) if start else None
    if not doctype:
        return text
    rest = (text[: doctype.start()] + text[doctype.end() :]).lstrip()
    own = {
        name: html.escape(double or single, quote=False)
        for name, double, single in ENTITY.findall(doctype[0])
    }
    if not own:
        return rest
    grows_by = sum(len(own.get(name, "")) for name in OWN_REFERENCE.findall(rest))
    is_small = grows_by < MAX_EXPANSION
    return OWN_REFERENCE.sub(lambda m: (own[m[1]] if is_small else "") if m[1] in own else m[0], rest)


def repair(text: str) -> str:
    """Repair the most common faults of feeds: bare &, HTML entities, undeclared prefixes."""
    parts = CDATA.split(text)
    parts[::2] = [REFERENCE.sub(_repair_reference, part) for part in parts[::2]]
    outside = "".join(parts[::2])
    used = {a or b for a, b in PREFIX.findall(outside)} - {"xml", "xmlns"}
    missing = sorted(used - set(DECLARED_PREFIX.findall(outside)))
    text = "".join(parts)
    root = ROOT_TAG.search(text)
    if missing and root:
        declared = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in missing[:50])
        text = text[: root.end()] + declared + text[root.end() :]
    return text


def _repair_reference(match: re.Match[str]) -> str:
    """Return an equivalent reference that is valid in XML."""
    decimal, hexadecimal, name = match.groups()
    if name:
        if name in XML_ENTITIES:
            return match[0]
        character = html.entities.html5.get(name + ";")
        return character if character and character not in "<&" else "&amp;" + match[0][1:]
    if decimal or hexadecimal:
        number = int(decimal) if decimal else int(hexadecimal, 16)
        is_legal = (
            number in {9, 10, 13}
            or 32 <= number < 0xD800
            or 0xE000 <= number < 0xFFFE
            or 0xFFFF < number < 0x110000
        )
        return match[0] if is_legal else ""
    return "&amp;"
