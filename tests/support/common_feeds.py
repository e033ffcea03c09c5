"""Feeds of common elements, and of odd ones in places where common ones are."""

from collections.abc import Iterable

from hypothesis import strategies as st

URL = "https://news.example/feed.xml"
VOCABULARIES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "yt": "http://www.youtube.com/xml/schemas/2015",
}
WRONG = (
    "urn:other",
    "http://purl.org/DC/elements/1.1/",
    "https://purl.org/dc/elements/1.1",
    *VOCABULARIES.values(),
)
BOTH = (
    "title", "link", "category", "author", "content:encoded", "dc:date", "dc:creator", "media:title",
    "media:description", "media:thumbnail", "media:group", "media:content", "slash:comments",
    "feedburner:origLink", "yt:videoId",
)  # fmt: skip
NAMES = {  # of a feed and of an entry
    "rss": (
        (
            "title", "link", "description", "language", "ttl", "lastBuildDate", "generator", "category",
            "image", "atom:link", "sy:updatePeriod", "sy:updateFrequency", "yt:channelId", "copyright",
        ),
        (
            *BOTH, "guid", "description", "pubDate", "enclosure", "source", "comments", "atom:link",
            "atom:updated",
        ),
    ),
    "feed": (
        (
            "title", "link", "id", "updated", "subtitle", "author", "generator", "icon", "rights",
            "yt:channelId",
        ),
        (*BOTH, "id", "summary", "content", "published", "updated"),
    ),
}  # fmt: skip
REPEATED = {"category", "link", "atom:link", "enclosure", "dc:creator", "media:title", "media:content"}
GROUPS = {
    "author": ("name", "email", "uri"),
    "media:group": ("media:title", "media:description", "media:content", "media:thumbnail", "title"),
    "media:content": ("media:title", "media:description", "media:credit", "title"),
    "image": ("title", "url", "link", "description"),
}
HREF = 'href="https://news.example/a?b=1&amp;c;=2"'
ODD = (
    "item", "entry", "feed", "rss", "channel", "media:feed", "image", "textInput", "itunes:image",
    "itunes:author", "itunes:owner", "media:keywords", "media:category", "dc:title", "dc:language", "Title",
    "GUID", "tags", "body",
    "name", "url", "yt:encoded", "yt:content", "yt:item", "skipHours", "svg", "contributor", "expirationDate",
)  # fmt: skip
PARTS = (
    "name",
    "email",
    "uri",
    "media:title",
    "media:description",
    "media:content",
    "media:group",
    "title",
    "link",
)
ATTRIBUTES = (
    'type="html"', 'type="text"', 'type="HTML"', 'type="xhtml"', 'type="text/plain"', 'type="image/png"',
    'mode="base64"', 'href="https://news.example/a?b=1&amp;c;=2"', 'href="b/c"', 'href=""', 'rel="alternate"',
    'rel="Self"', 'rel="enclosure"', 'url="https://news.example/i.jpg"', 'isPermaLink="false"',
    'isPermaLink=" TRUE "', 'isPermaLink=""', 'ispermalink="false"', 'term="T"', 'term=""', 'label="L"',
    'scheme="S"', 'domain="D"', 'xml:lang="de_AT"', 'xml:lang=""', 'xml:base="https://other.example/x/"',
    'lang="fr"', 'base="/y/"', 'media:feed="x"', 'length="1"', 'lastmod="2026-11-30"', 'xmlns:n="urn:n"',
    'xmlns:m="http://www.w3.org/2005/Atom"', 'xmlns:dc="http://purl.org/dc/elements/1.1/"', 'xmlns=""',
)  # fmt: skip
TEXTS = (
    "", " ", "Words", "\n Words \n", "&lt;p&gt;Words&lt;/p&gt;", "<![CDATA[<p>Words</p>]]>",
    "A<!-- b -->c<?d e?>f",
    "https://news.example/a?b=1&amp;c;=2&amp;amp;d", "www.news.example/a", "a/b", "#", "http://[half",
    "ann@news.example (Ann)", "Ann", "Bo, Cy", "2026-11-30T10:00:00Z", "Mon, 30 Nov 2026 10:00:00 GMT", "60",
    "daily", "en", "\u00c3\u00a9", "\u0096 \u00e9", "\u00a0x\u00a0", "x" * 1_001, "x" * 8_193, "]]&gt;",
    "&lt;![CDATA[a]]&gt;", "<b>bold</b>", "<!-- none -->",
)  # fmt: skip


USUAL = {
    "rss": {
        "guid": ('isPermaLink="false"', 'isPermaLink="true"', 'isPermaLink=""', 'isPermaLink=" TRUE "'),
        "enclosure": (
            'url="https://news.example/i.jpg"',
            'type="Image/JPEG" url="i.jpg" length="1"',
            'url=""',
        ),
        "category": ('domain="D"', 'term="T"', 'label="L" scheme="S"'),
        "source": ('url="https://wire.example/"',),
        "media:thumbnail": ('url="https://news.example/t.jpg" width="1"',),
        "atom:link": (f'rel="self" {HREF}', f'rel="Alternate" {HREF}', f'type="text/html" {HREF}'),
    },
    "feed": {
        "title": ('type="html"', 'type="text"', 'type="HTML"'),
        "summary": ('type="html"', 'type="text/html"', 'xml:lang="de_AT"'),
        "content": ('type="html"', 'type="html" xml:base="/x/" xml:lang="nl"'),
        "link": (
            HREF,
            f'rel="enclosure" {HREF}',
            f'rel="alternate" type="application/json" {HREF}',
            'href=""',
        ),
        "category": ('term="T"', 'term="T" label="L" scheme="S"', 'label="L"', 'term=""'),
    },
}
HAVING_HREF = {"rss": {"atom:link"}, "feed": {"link", "atom:link"}}


def _write(name: str, attributes: Iterable[str], inner: str) -> str:
    unique = {attribute.partition("=")[0]: attribute for attribute in attributes}
    return f"<{' '.join((name, *unique.values()))}>{inner}</{name}>"


@st.composite
def _odd(draw: st.DrawFn, names: tuple[str, ...]) -> str:
    """Return an element with any attributes, and any text or elements."""
    texts = st.sampled_from(TEXTS)
    parts = st.lists(st.builds(_write, st.sampled_from(PARTS), st.just([]), texts), min_size=1, max_size=3)
    inner = draw(st.one_of(texts, parts.map("".join)))
    return _write(
        draw(st.sampled_from((*names, *ODD))), draw(st.lists(st.sampled_from(ATTRIBUTES), max_size=2)), inner
    )


@st.composite
def _usual(draw: st.DrawFn, root: str, names: tuple[str, ...]) -> str:
    """Return an element with the attributes that it usually has."""
    name = draw(st.sampled_from(names))
    if name in GROUPS and draw(st.booleans()):
        parts = draw(st.lists(st.sampled_from(GROUPS[name]), min_size=1, max_size=3, unique=True))
        return _write(name, [], "".join(_write(part, [], draw(st.sampled_from(TEXTS))) for part in parts))
    attributes = USUAL[root].get(name, ())
    chosen = (
        draw(st.sampled_from(attributes if name in HAVING_HREF[root] else ("", *attributes)))
        if attributes
        else ""
    )
    return _write(name, [chosen] if chosen else [], draw(st.sampled_from(TEXTS)))


@st.composite
def _children(draw: st.DrawFn, root: str, names: tuple[str, ...]) -> str:
    """Return usual elements, each once but those that may be repeated, and one in five times an odd one."""
    found = draw(st.lists(_usual(root, names), max_size=6, unique_by=_once))
    if draw(st.integers(0, 4)) == 4:
        found.insert(draw(st.integers(0, len(found))), draw(_odd(names)))
    return "\n".join(found)


def _once(element: str) -> str:
    name = element[1:].partition(">")[0].partition(" ")[0]
    return element if name in REPEATED else name


@st.composite
def common_feeds(draw: st.DrawFn) -> str:
    """Return the text of a feed in RSS or Atom."""
    root = draw(st.sampled_from(("rss", "feed")))
    declared = dict(VOCABULARIES)
    if draw(st.integers(0, 9)) == 9:
        declared[draw(st.sampled_from((*declared, "title", "DC")))] = draw(st.sampled_from(WRONG))
    attributes = [f'xmlns:{prefix}="{uri}"' for prefix, uri in declared.items()]
    attributes += ['xmlns="http://www.w3.org/2005/Atom"'] if root == "feed" else ['version="2.0"']
    attributes += draw(st.sampled_from(((),) * 4 + (('xml:lang="de_AT"',), ('xml:base="/y/"',), ('a="b"',))))
    entry, (own, inside) = ("entry" if root == "feed" else "item"), NAMES[root]
    entries = [
        _write(
            entry, draw(st.sampled_from(((),) * 19 + (('xml:lang="sv"',),))), draw(_children(root, inside))
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    after = draw(_children(root, own)) if draw(st.integers(0, 9)) == 9 else ""
    inner = "\n".join((draw(_children(root, own)), *entries, after))
    return _write(root, attributes, inner if root == "feed" else _write("channel", [], inner))
