"""What sites send where an article's page should be: answers as bytes, or as scripts that yield them."""

import gzip
import json
import time
import zlib
from collections.abc import Iterable, Iterator

from tests.fetch.conftest import reply

PAGE, TITLE = "/news/2026/tide.html", "Port Alder to raise its sea wall"
HTML = "text/html; charset=utf-8"
TIMEOUT_S = 0.3
TEXT = (
    "PORT ALDER, Nov. 24 (Yonhap) -- The harbor board voted on Tuesday to raise the sea wall by a meter.",
    "Engineers told the board that winter tides had come within a hand of the top three times since 2019.",
    '"We can build now or bail later," said Greta Amundsen, who chairs the board and owns the fish market.',
    "The work will cost 14 million and close the promenade from February to June, the board said.",
    "Shopkeepers along the front asked for a footbridge, and for the market to be moved meanwhile.",
)
IN_OTHER_LETTERS = {
    "cp949": (
        "부산 앞바다의 작은 섬 주민들이 24일 새 여객선을 맞았다. 배는 하루 네 차례 섬과 육지를 오간다.",
        "섬에는 병원이 없어 그동안 주민들은 날씨가 나쁘면 며칠씩 진료를 미뤄야 했다고 말했다.",
        "이장은 아침에 나가 점심 전에 돌아올 수 있게 된 것이 가장 큰 변화라고 설명했다.",
    ),
    "shift_jis": (
        "東京湾の小さな島の住民は二十四日、新しい定期船を迎えた。船は一日に四往復する。",
        "島には病院がなく、これまで住民は天候が悪いと診察を何日も延ばさなければならなかったという。",
        "町長は、朝に出かけて昼前に帰れるようになったことが一番大きな変化だと話した。",
    ),
    "gb18030": (
        "东海一座小岛的居民二十四日迎来了新的客轮。客轮每天往返小岛与陆地四次。",
        "岛上没有医院，居民们说，以前天气不好的时候，看病往往要推迟好几天。",
        "村长表示，早上出门、中午之前就能回来，这是最大的变化。",
    ),
    "cp1252": (
        "Le conseil du port a décidé mardi de relever la digue d’un mètre, après trois hivers très éprouvés.",
        "« Nous bâtissons aujourd’hui ou nous écopons demain », a déclaré la présidente à l’assemblée.",
        "Les travaux coûteront quatorze millions et fermeront la promenade de février à l’été prochain.",
    ),
    "cp1251": (
        "Совет порта во вторник решил поднять набережную на один метр после трёх тяжёлых зим подряд.",
        "По словам инженеров, с 2019 года вода трижды подходила к самому краю старой стены.",
        "Работы обойдутся в четырнадцать миллионов и закроют набережную с февраля по июнь.",
    ),
    "utf-16-be": TEXT,
}
IN_OTHER_LETTERS |= {"utf-16-le": IN_OTHER_LETTERS["cp949"], "euc_jp": IN_OTHER_LETTERS["shift_jis"]}


def page_of(paragraphs: Iterable[str] = TEXT, head: str = "") -> str:
    """An outlet's page of an article, without any word on its encoding."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html><head><title>{TITLE} | The Coast Courier</title>{head}</head><body>"
        "<nav><a href='/'>Home</a> <a href='/login'>Log in</a> <a href='/s'>Sport</a></nav>"
        f"<main><article><h1>{TITLE}</h1>{text}</article></main>"
        "<footer><p>© The Coast Courier. We use cookies. Cookie settings</p></footer></body></html>"
    )


def jsonld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


def shown(body: str | bytes, kind: str = HTML, *fields: str, status: int = 200) -> bytes:
    """The answer that brings a page."""
    data = body.encode() if isinstance(body, str) else body
    return reply(status, data, *([f"Content-Type: {kind}"] if kind else []), *fields)


def endless(_: object) -> Iterator[bytes]:
    """Chunks of a page without end."""
    yield reply(200, b"", f"Content-Type: {HTML}", "Transfer-Encoding: chunked", length=False)
    data = b"<p>The tide rose and fell and rose again.</p>" * 1_500
    while True:
        yield b"%x\r\n%s\r\n" % (len(data), data)


def dripped(_: object) -> Iterator[bytes]:
    """A page that never ends, a word at a time."""
    yield reply(200, b"<html><body><p>", f"Content-Type: {HTML}", length=False)
    while True:
        time.sleep(TIMEOUT_S / 10)
        yield b"tide "


def dripped_head(_: object) -> Iterator[bytes]:
    """A header that never ends."""
    yield b"HTTP/1.1 200 OK\r\nX-Tide: "
    while True:
        time.sleep(TIMEOUT_S / 10)
        yield b"y"


def bomb() -> bytes:
    """48 MiB of a page in a few kB."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b"<p>tide</p>" * 95_325) for _ in range(48)) + packer.flush()


def moved(to: str) -> bytes:
    return reply(302, b"", f"Location: {to}")


ITEMS = "".join(f"<item><title>News {n}</title><description>{TEXT[n]}</description></item>" for n in range(5))
RSS = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title>{ITEMS}</channel></rss>'
JSON = json.dumps({"headline": TITLE, "articleBody": " ".join(TEXT)})
MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00" + bytes(range(256)) * 40


def wall_of(*lines: str, title: str = "The Coast Courier", head: str = "") -> bytes:
    text = "".join(f"<p>{line}</p>" for line in lines)
    return shown(f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{text}</body></html>")


LONG = reply(200, b"x", f"Content-Type: {HTML}", "Content-Length: 52428800", length=False)
CUT = reply(200, page_of().encode(), f"Content-Type: {HTML}", "Content-Length: 9000", length=False)
CHAIN = {PAGE: moved("/0"), **{f"/{n}": moved(f"/{n + 1}") for n in range(12)}}
TWICE = shown(gzip.compress(bomb()), HTML, "Content-Encoding: gzip, gzip")
BLOCKED = shown("<title>Just a moment...</title>", HTML, "cf-mitigated: challenge", status=403)
CHALLENGED = shown("", HTML, "x-amzn-waf-action: challenge", status=202)
COOKIES = "We and our 842 partners use cookies and process personal data. Accept all or manage your choices."
SIGN_IN = wall_of("Email address", "Password", "Forgot your password?", title="Sign in")
FRONT = shown(page_of(f"Another story altogether, number {n}, of a town on the coast." for n in range(40)))
FORWARD = '<meta http-equiv="Refresh" content="0; url=/tide-2.html">'
PAID = shown(page_of(TEXT[:2], jsonld(isAccessibleForFree=False)))
ELSEWHERE = page_of(head='<link rel="canonical" href="https://other.example/tide">')
AMP = page_of(head=f'<link rel="canonical" href="{PAGE}?id=7">').replace("<html>", "<html ⚡>")
BROKEN = page_of(head='<script type="application/ld+json">{"@type": "NewsArticle", </script>')
YEAR_ONE = page_of(head=jsonld(datePublished="0001-01-01T00:00:00Z"))
