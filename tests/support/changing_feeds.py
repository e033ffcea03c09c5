"""Documents of a feed as it changes from poll to poll, with whatever may make one item depend on another."""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

URL = "https://news.example/feed.xml"
SITE = "https://news.example/"
LONG = (
    "The harbour of the town is closed for the day, said the captain of the ferry to the people who wait. "
    * 4
)
HEADS = {
    "item": (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:media="http://search.yahoo.com/mrss/" '
        f"{{extra}}><channel><title>Harbour</title><link>{SITE}</link>{{language}}{{more}}"
        "<lastBuildDate>Mon, 30 Nov 2026 10:0{minute}:00 GMT</lastBuildDate>"
    ),
    "entry": (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" {extra}>'
        f'<title>Harbour</title><link href="{SITE}"/>{{language}}{{more}}'
        "<updated>2026-11-30T10:0{minute}:00Z</updated>"
    ),
}
TAILS = {"item": "</channel></rss>", "entry": "</feed>"}
LANGUAGES = (*["<language>en</language>"] * 5, "", "<language>en</language>", "<dc:language>de</dc:language>")
EXTRAS = ("", 'xml:lang="fr"', 'xml:base="https://other.example/x/"', 'xmlns:q="urn:q"')
MORE = (
    "", "<ttl>30</ttl>", "<image><url>i.png</url><title>Logo</title></image>", "<!-- made in 0.1 s -->",
    "<skipHours><hour>3</hour></skipHours>", "<media:title>Other</media:title>", "<dc:date>2026</dc:date>",
)  # fmt: skip
GAPS = (*["\n"] * 20, "", "<!-- between -->", "<title>Late</title>", "<link>https://late.example/</link>")
GUIDS = (None, "1", "2", "3", "4", "5", "6", SITE, "https://news.example/a")
LINKS = (None, SITE, "a", "https://news.example/b", "https://news.example/c?utm_source=rss", "d/", "/e#f")
TITLES = ("Ferry late", "Ferry late", "Harbour closed", "Storm at sea", LONG[:90], "")
TEXTS = ("", "Short.", LONG, LONG + "More.", "<p>Der Hafen ist f&#252;r den Tag geschlossen.</p>")
DATES = (None, "Mon, 30 Nov 2026 08:00:00 GMT", "2026-11-29T08:00:00Z", "soon")
# what one item may have that another has not
ODDITIES = (
    "<language>de</language>",
    "<dc:language>fr</dc:language>",
    "<title>Second title</title>",
    '<content type="html" xml:lang="nl"><div>loose</div><p>markup</p></content>',
    '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Text</p></div></content>',
    '<content type="xhtml"><rss xml:lang="es" xmlns="">x</rss></content>',
    '<content type="html"><svg></content>',
    '<content xml:base="https://base.example/" type="html">&lt;a href="r"&gt;</content>',
    '<content mode="base64">bm8=</content>',
    "<body><b>B</b></body>",
    "<source><title>S</title></source>",
    '<source xml:lang="it" url="u">S</source>',
    '<x xmlns="http://purl.org/dc/elements/1.1/"><creator>Ann</creator></x>',
    '<x:rss xmlns:x="http://purl.org/dc/elements/1.1/"><x:title>T</x:title></x:rss>',
    '<y:z xmlns:y="http://search.yahoo.com/mrss/"/>',
    '<media:thumbnail xmlns:media="urn:other" url="t.png"/>',
    "<media:group><media:title>M</media:title><link>g</link></media:group>",
    '<link xmlns="urn:l">https://news.example/l</link>',
    '<author xmlns="urn:a" b="c"/>',
    "<author><name>A</name></author>",
    "<dc:creator>Bo</dc:creator>",
    "<category>News</category>",
    "<q:guid>7</q:guid>",
    "<description><![CDATA[</item><item><title>No</title></item>]]></description>",
    "<description><![CDATA[<?xml version='1.0'?><!doctype html>]]></description>",
    "<!-- </item><item> --><!-- </entry> -->",
    "<?pi <item></item> ?>",
    '<enclosure url="a.mp3" title="&gt;</item>"/>',
    "<summary>]]&gt; &amp;amp;</summary>",
    "<image/>",
    "<image><link>https://news.example/i</link></image>",
    "<textInput><title>T</title></textInput>",
    "<entry/>",
    "<item></item>",
    "<Item>x</Item>",
    "<svg>",
    "<skipDays><day>Monday</day></skipDays>",
    "<ttl>7</ttl>",
    "<pubDate>Sun, 29 Nov 2026 07:00:00 GMT</pubDate>",
    "&nbsp;",
    "]]>",
)

Document = tuple[str, str, tuple[str, ...], str, str]  # tag, head, items, gap, tail


def _tag(name: str, text: str | None) -> str:
    return "" if text is None else f"<{name}>{text}</{name}>"


def _item(tag: str, fields: Sequence[str | None], odd: str, attributes: str) -> str:
    guid, link, title, text, date = fields
    text = text.replace("<", "&lt;") if text else text
    if tag == "entry":
        where = f'<link href="{link}"/>' if link else ""
        body = _tag("id", guid) + where + _tag("title", title) + _tag("published", date)
        body += f'<summary type="html">{text}</summary>' if text else ""
    else:
        body = _tag("guid", guid) + _tag("link", link) + _tag("title", title) + _tag("pubDate", date)
        body += _tag("description", text)
    return f"<{tag}{attributes}>{body}{odd}</{tag}>"


@st.composite
def _items(draw: st.DrawFn, tag: str) -> str:
    """Return an item: most are plain and unlike all others, the rest are odd in one way or two."""
    number, is_odd = draw(st.integers(0, 99)), draw(st.integers(0, 3)) == 3
    fields = [
        f"urn:{number}",
        f"https://news.example/{number}",
        f"Report {number}",
        LONG + str(number),
        DATES[1],
    ]
    odd, attributes = "", ""
    if is_odd and draw(st.booleans()):
        place = draw(st.integers(0, 4))
        fields[place] = draw(st.sampled_from((GUIDS, LINKS, TITLES, TEXTS, DATES)[place]))
    elif is_odd:
        odd = draw(st.sampled_from(ODDITIES))
        attributes = draw(st.sampled_from(("",) * 8 + (' xml:lang="sv"', ' xmlns:z="urn:z"', ' a=">"')))
    return _item(tag, fields, odd, attributes)


def _heads(tag: str) -> st.SearchStrategy[str]:
    parts = {
        "extra": st.sampled_from((*[""] * 8, *EXTRAS)), "language": st.sampled_from(LANGUAGES),
        "more": st.sampled_from((*[""] * 8, *MORE)), "minute": st.integers(0, 9),
    }  # fmt: skip
    return st.builds(HEADS[tag].format, **parts)


def _edits(tag: str) -> st.SearchStrategy[Callable[[Document], Document]]:
    """Return changes of a document: of one of its parts."""
    at, one, odd = st.integers(0, 30), _items(tag), st.sampled_from(ODDITIES)

    def of_items(edit: Callable[[list[str], int, str], object]) -> Callable[[int, str], object]:
        def make(place: int, item: str) -> Callable[[Document], Document]:
            def change(document: Document) -> Document:
                items = list(document[2])
                edit(items, place % (len(items) or 1), item)
                return (*document[:2], tuple(items), *document[3:])

            return change

        return make

    def replace_letter(items: list[str], place: int, item: str) -> None:
        text, letter = items[place], hash(item) % len(items[place])
        items[place] = text[:letter] + "<>&x]-"[place % 6] + text[letter + 1 :]

    def insert_text(items: list[str], place: int, item: str) -> None:
        close = items[place].rindex("</") if "</" in items[place] else 0
        items[place] = items[place][:close] + item + items[place][close:]

    def move(items: list[str], place: int, _: str) -> None:
        items.insert(0, items.pop(place))

    def of_place(number: int, strategy: st.SearchStrategy[str]) -> st.SearchStrategy[Callable[..., Document]]:
        return strategy.map(lambda new: lambda document: (*document[:number], new, *document[number + 1 :]))

    def guarded(edit: Callable[[list[str], int, str], object]) -> Callable[[list[str], int, str], object]:
        return lambda items, place, item: edit(items, place, item) if items else None

    added = [
        st.builds(of_items(lambda items, _, item: items.insert(0, item)), at, one),
        st.builds(of_items(lambda items, place, item: items.insert(place, item)), at, one),
        st.builds(of_items(guarded(lambda items, place, _: items.pop(place))), at, one),
        st.builds(of_items(guarded(move)), at, one),
    ]
    built = [
        st.builds(of_items(guarded(lambda items, place, _: items.insert(0, items[place]))), at, one),
        st.builds(of_items(guarded(insert_text)), at, odd),
        st.builds(of_items(guarded(replace_letter)), at, one),
    ]
    rare = [
        of_place(1, _heads(tag)), of_place(3, st.sampled_from(GAPS)),
        of_place(4, st.sampled_from((TAILS[tag], f"<!-- 2 s -->{TAILS[tag]}<!-- 3 s -->", "", "<b>L</b>"))),
    ]  # fmt: skip
    return st.one_of(*added, *added, *added, *built, *rare)


def _write(document: Document) -> bytes:
    _, head, items, gap, tail = document
    return (head + gap + gap.join(items) + gap + tail).encode()


@st.composite
def changing_feeds(draw: st.DrawFn) -> list[bytes]:
    """Return the documents of one feed, each after a few edits of the one before."""
    tag = draw(st.sampled_from(("item", "entry")))
    items = tuple(draw(st.lists(_items(tag), min_size=1, max_size=6)))
    document: Document = (tag, draw(_heads(tag)), items, draw(st.sampled_from(GAPS)), TAILS[tag])
    documents = [_write(document)]
    for _ in range(draw(st.integers(1, 3))):
        for edit in draw(st.lists(_edits(tag), min_size=1, max_size=3)):
            document = edit(document)
        documents.append(_write(document))
    return documents
