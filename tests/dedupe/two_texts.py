"""Pairs of unrelated texts, which an outlet may print one after the other."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """Two (headline, text) and the headline of both in one."""

    first: tuple[str, str]
    second: tuple[str, str]
    headline: str

    @property
    def both(self) -> str:
        return f"{self.first[1]}\n\n{self.second[1]}"


ENGLISH = Pair(
    (
        "Beekeepers in Aldermoor lose half of their hives",
        (
            "Beekeepers around Aldermoor have lost 2,300 hives since the first frost, nearly half of all in "
            "the valley, their association reported.\n\n"
            "Chairwoman Isolde Farrant blamed a mite that arrived with queens imported in spring, and asked "
            "the county for 640,000 pounds.\n\n"
            "Growers of cherries fear for the blossom, since most of them rent hives by the week."
        ),
    ),
    (
        "Goalkeeper Lindqvist to leave Karlsund after 17 seasons",
        (
            "Goalkeeper Henrik Lindqvist will leave Karlsund when his contract ends, the handball club said "
            "after its defeat by Vesterås.\n\n"
            "The captain, who is 38, won four titles and played 511 matches without missing one through "
            "injury.\n\n"
            "He intends to train children in his home town and to finish the boat that he began to build."
        ),
    ),
    "Two reports from our correspondents",
)
GERMAN = Pair(
    (
        "Imker in Aldermoor verlieren die Hälfte ihrer Völker",
        (
            "Die Imker rund um Aldermoor haben seit dem ersten Frost 2300 Völker verloren, fast die Hälfte "
            "aller im Tal, wie ihr Verband berichtet.\n\n"
            "Vorsitzende Isolde Farrant machte eine Milbe verantwortlich, die im Frühjahr mit eingeführten "
            "Königinnen kam, und bat den Kreis um 640.000 Euro.\n\n"
            "Obstbauern bangen um die Kirschblüte, weil die meisten von ihnen Bienen wochenweise mieten."
        ),
    ),
    (
        "Torwart Lindqvist verlässt Karlsund nach 17 Spielzeiten",
        (
            "Torhüter Henrik Lindqvist wird Karlsund nach Ablauf seines Vertrags verlassen, teilte der "
            "Handballklub im Anschluss an die Niederlage gegen Vesterås mit.\n\n"
            "Der 38 Jahre alte Kapitän gewann vier Titel und bestritt 511 Spiele, ohne einmal verletzt zu "
            "fehlen.\n\n"
            "Künftig will er in seinem Heimatort Kinder trainieren und ein Boot fertig bauen, das er vor "
            "Jahren begonnen hat."
        ),
    ),
    "Zwei Berichte unserer Korrespondenten",
)
KOREAN = Pair(
    (
        "알더무어 양봉 농가, 벌통 절반 잃어",
        (
            "알더무어 일대 양봉 농가들이 첫서리 이후 벌통 2천300개를 잃었으며 이는 골짜기 전체의 절반에 "
            "가깝다고 양봉협회가 밝혔다.\n\n"
            "한서윤 협회장은 봄에 수입한 여왕벌과 함께 들어온 진드기를 원인으로 꼽고 군청에 6억4천만원의 "
            "지원을 요청했다.\n\n"
            "체리 재배 농민들은 대부분 벌통을 일주일 단위로 빌려 쓰기 때문에 꽃이 필 때 열매가 맺히지 않을까 "
            "걱정하고 있다."
        ),
    ),
    (
        "골키퍼 도민재, 17시즌 만에 팀 떠난다",
        (
            "핸드볼 골키퍼 도민재가 계약이 끝나는 대로 팀을 떠난다고 구단이 원정 경기 패배 뒤 발표했다.\n\n"
            "올해 서른여덟 살인 주장은 우승컵을 네 번 들어 올렸고 부상으로 빠진 적 없이 511경기를 뛰었다.\n\n"
            "그는 고향에서 어린이들을 가르치면서 몇 해 전에 짓기 시작한 나무배를 마저 완성할 "
            "생각이라고 말했다."
        ),
    ),
    "특파원이 보내온 소식 두 편",
)
PAIRS = {"en": ENGLISH, "de": GERMAN, "ko": KOREAN}
