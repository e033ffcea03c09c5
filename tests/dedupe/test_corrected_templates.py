"""A correction in an entry of its own finds its original among briefs of the same form."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from worker.flows.cluster import run
from worker.records import Document

MOMENT = datetime(2026, 11, 30, 9, tzinfo=UTC)
# name -> language, mark, headline, text, facts of the original, what is corrected, facts of others, note
BRIEFS = {
    "quake": (
        "en", "CORRECTED-", "Magnitude {mag} earthquake strikes {area}",
        """An earthquake of magnitude {mag} struck {area} on Monday, the seismological centre said.

The quake was at a depth of {deep} km, and its epicentre was {km} km from {town}. It struck at {time} GMT.

Officials said that {homes} houses had been damaged and that power was cut in some districts. Schools were
closed as a precaution, and residents were told to stay away from old buildings.

Emergency crews were on their way to the area, the civil protection agency said in a statement.""",
        {"mag": "5.4", "area": "western Velmark", "deep": "12", "km": "31", "town": "Orsk", "time": "0917",
         "homes": "14"},
        {"mag": "5.2", "deep": "21"},
        [{"mag": "6.1", "area": "southern Tarn", "deep": "35", "km": "48", "town": "Areva", "time": "0412",
          "homes": "23"},
         {"mag": "5.9", "area": "western Velmark", "deep": "10", "km": "77", "town": "Manis", "time": "1440",
          "homes": "41"}],
        "(Corrects magnitude and depth)",
    ),
    "profit": (
        "en", "CORRECTED-", "{firm} third-quarter profit rises {rise}%",
        """{city}, Nov 30 (Reuters) - {firm} said on Monday its third-quarter net profit rose {rise}% to {sum}
million euros, helped by strong demand in its {line} business.

Revenue was {revenue} million euros, the company said in a statement. Analysts had expected less.

Chief Executive {head} said the company expected the trend to continue and confirmed its outlook.

Shares in the company were up in early trade on the news, outperforming the sector index.""",
        {"firm": "Nordmet", "city": "TURKU", "rise": "7", "sum": "96", "line": "mining", "revenue": "1,120",
         "head": "Eva Lind"},
        {"rise": "9", "sum": "98"},
        [{"firm": "Valtor", "city": "GHENT", "rise": "11", "sum": "214", "line": "pump", "revenue": "1,870",
          "head": "Jan Maes"},
         {"firm": "Ferrix", "city": "GHENT", "rise": "4", "sum": "31", "line": "steel", "revenue": "620",
          "head": "Luc Peet"}],
        "(Corrects profit in headline and paragraph 1)",
    ),
    "match": (
        "en", "CORRECTED-", "{home} beat {away} {score}",
        """{home} beat {away} {score} in the league on Monday, with {who} scoring twice in front of {crowd}
spectators.

{who} opened the scoring after {minute} minutes from close range, and {other} added another.

The victory lifts {home} to {points} points from 13 games. Coach {coach} said his side had deserved it.""",
        {"home": "Rovers", "away": "Albion", "score": "3-1", "who": "Kerr", "crowd": "14,210",
         "minute": "12", "other": "Dunne", "points": "28", "coach": "Tom Reid"},
        {"score": "3-2", "crowd": "14,120"},
        [{"home": "Athletic", "away": "County", "score": "2-0", "who": "Okoro", "crowd": "9,870",
          "minute": "31", "other": "Silva", "points": "19", "coach": "Jose Neves"}],
        "(Corrects score in headline and paragraph 1)",
    ),
    "rate": (
        "de", "Korrektur: ", "{land} erhöht Leitzins auf {rate} Prozent",
        """{city} (dpa) - Die Notenbank von {land} hat am Montag den Leitzins um {step} Punkte auf {rate}
Prozent angehoben. Das teilte sie nach der Sitzung ihres geldpolitischen Rates mit.

Die Inflation lag zuletzt bei {prices} Prozent. Die Notenbank strebt {aim} Prozent an.

Notenbankchef {head} sagte, weitere Erhöhungen seien möglich. Die Währung legte gegenüber dem Dollar zu.""",
        {"land": "Velmark", "city": "Orsk", "rate": "6,75", "step": "0,25", "prices": "4,3", "aim": "3,0",
         "head": "Gabor Kiss"},
        {"rate": "7,00", "step": "0,50"},
        [{"land": "Tarnien", "city": "Areva", "rate": "5,50", "step": "0,75", "prices": "3,9", "aim": "2,5",
          "head": "Jan Nowak"}],
        "(Korrektur: Leitzins 7,00 statt 6,75 Prozent)",
    ),
    "résultat": (
        "fr", "RECTIFICATIF - ", "{firm} : bénéfice net en hausse de {rise} % au troisième trimestre",
        """{city} (AFP) - Le groupe {firm} a annoncé lundi un bénéfice net en hausse de {rise} % à {sum}
millions d'euros au troisième trimestre, porté par la demande dans {line}.

Le chiffre d'affaires s'est établi à {revenue} millions d'euros, a précisé le groupe dans un communiqué.

Le directeur général, {head}, a confirmé les objectifs de l'année. L'action progressait à la Bourse.""",
        {"firm": "Armoris", "city": "Rennes", "rise": "12", "sum": "84", "line": "les équipements portuaires",
         "revenue": "960", "head": "Hélène Morvan"},
        {"rise": "14", "sum": "86"},
        [{"firm": "Valdor", "city": "Lyon", "rise": "7", "sum": "45", "line": "la chimie fine",
          "revenue": "512", "head": "Paul Garnier"}],
        "(RECTIFICATIF : bien lire 14 % et 86 millions au premier paragraphe)",
    ),
    "财报": (
        "zh", "更正：", "{firm}前三季度净利润增长{rise}%",
        """{firm}30日晚间发布公告，前三季度实现营业收入{revenue}亿元，净利润{sum}亿元，同比增长{rise}%。

公告称，业绩增长主要来自{line}业务的订单增加。公司预计第四季度需求保持稳定，全年目标不变。

公司董事长{head}在业绩说明会上表示，公司将继续加大研发投入，拓展海外市场。""",
        {"firm": "远航", "rise": "9", "revenue": "88.4", "sum": "6.2", "line": "船舶设备", "head": "陈立"},
        {"rise": "12", "sum": "6.5"},
        [{"firm": "华岭", "rise": "15", "revenue": "120.7", "sum": "11.3", "line": "新能源电池",
          "head": "王强"}],
        "（更正：净利润增幅应为12%）",
    ),
}  # fmt: skip


def brief(ident: str, name: str, facts: dict[str, str], minutes: int = 0, source: str = "wire") -> Document:
    lang, _, title, text, *_ = BRIEFS[name]
    at = MOMENT + timedelta(minutes=minutes)
    return Document(
        ident, title.format(**facts), text.format(**facts), source=source, lang=lang, published_at=at
    )


def corrected(name: str, note: str = "", **facts: str) -> Document:
    _, mark, _, _, own, changed, _, _ = BRIEFS[name]
    entry = brief("correction", name, {**own, **changed, **facts}, 40)
    return replace(entry, title=f"{mark}{entry.title}", text=f"{note}\n\n{entry.text}".strip())


def others_of(name: str, source: str = "wire") -> list[Document]:
    """The briefs of others in the same form."""
    rows = BRIEFS[name][6]
    return [brief(f"{source} {n}", name, facts, 1 + n, source) for n, facts in enumerate(rows)]


def stories(*documents: Document) -> dict[int | str, int | str]:
    return {one.id: one.story for one in run([(entry, entry.published_at) for entry in documents])}


@pytest.mark.parametrize("is_noted", [True, False])
@pytest.mark.parametrize("name", BRIEFS)
def test_a_correction_joins_its_original_and_no_other_brief_of_its_form(name: str, is_noted: bool) -> None:
    original = brief("original", name, BRIEFS[name][4])
    correction = corrected(name, BRIEFS[name][7] if is_noted else "")
    for before in ([original, *others_of(name)], [*others_of(name), original]):
        found = stories(*before, correction)
        assert found["correction"] == found["original"]
        assert len(set(found.values())) == len(before)


@pytest.mark.parametrize("name", BRIEFS)
def test_a_correction_whose_original_is_not_known_joins_no_brief_of_its_form(name: str) -> None:
    found = stories(*others_of(name), corrected(name, BRIEFS[name][7]))
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize("name", BRIEFS)
def test_summaries_are_corrected_in_two_figures(name: str) -> None:
    def first(entry: Document) -> Document:
        return replace(entry, text=entry.text.partition("\n\n")[0])

    before = [first(brief("original", name, BRIEFS[name][4])), *map(first, others_of(name)[:1])]
    found = stories(*before, first(corrected(name)))
    assert found["correction"] == found["original"]
    assert len(set(found.values())) == len(before)


def test_two_equally_plausible_originals_are_none() -> None:
    """One sentence on each of two quakes of one region within hours does not tell which is corrected."""
    text = "An earthquake of magnitude {} struck western Velmark on Monday, the seismological centre said."
    sent = [
        Document(n, f"{mark}Magnitude {n} earthquake strikes western Velmark", text.format(n),
                 source="wire", lang="en", published_at=MOMENT + timedelta(minutes=minutes))
        for n, mark, minutes in (("5.4", "", 0), ("5.9", "", 9), ("5.2", "CORRECTED-", 30))
    ]  # fmt: skip
    assert len(set(stories(*sent).values())) == 3
    assert len(set(stories(sent[0], sent[2]).values())) == 1


HALF_YEAR = {
    "second-quarter": "half-year", "27": "61", "25": "56", "410": "845", "0.83": "1.90",
}  # fmt: skip
RESULT = """{city} (Wire) - {firm} said on Monday its second-quarter net profit rose 8% to $27 million from
$25 million a year earlier, as demand for {line} stayed strong.

Revenue climbed to $410 million, the company said in a statement, above the average estimate of analysts.

Earnings per share came to 0.83 dollars. Chief executive {head} told analysts that orders were in line with
the plan, and that the board would decide on a dividend in February.

Shares of {firm} were up 2% in early trading. The company confirmed its outlook for the full year and said it
would open another plant near {city} next spring."""
FIRMS = [
    {"firm": "Ostrel", "city": "Ostby", "line": "pumps", "head": "Ida Holt"},
    {"firm": "Marn", "city": "Marnstad", "line": "ovens", "head": "Bo Ek"},
    {"firm": "Tolva", "city": "Tolvaby", "line": "winches", "head": "Pia Rask"},
]


@pytest.mark.parametrize("last", ["late", "half"])
@pytest.mark.parametrize("source", ["paper", "wire", "portal"])
@pytest.mark.parametrize("firm", FIRMS, ids=lambda firm: firm["firm"])
def test_a_correction_of_a_quarter_leaves_the_half_year_alone(
    firm: dict[str, str], source: str, last: str
) -> None:
    """Whether its outlet ran the first version itself (paper, wire) or not (portal)."""
    quarter = RESULT.format(**firm)
    half = quarter
    for old, new in HALF_YEAR.items():
        half = half.replace(old, new)
    false = quarter.replace("27", "26").replace("8%", "7%")
    name = firm["firm"]
    rows = [
        ("quarter", "wire", f"{name} second-quarter profit rises 7% to $26 million", false),
        ("half", "wire", f"{name} half-year profit rises 8% to $61 million", half),
        ("paper", "paper", f"{name} profit rises to $26 million", false),
        ("corrected", "wire", f"CORRECTED-{name} second-quarter profit rises 8% to $27 million", quarter),
        ("late", source, f"Correction: {name} profit rises to $27 million",
         f"{quarter}\n\nCorrection: An earlier version gave the profit as $26 million. It was $27 million."),
    ]  # fmt: skip
    found = stories(*[
        Document(ident, title, text, source=sent_by, lang="en", published_at=MOMENT + timedelta(hours=n))
        for n, (ident, sent_by, title, text) in enumerate(sorted(rows, key=lambda row: row[0] == last))
    ])  # fmt: skip
    assert found["late"] == found["corrected"] == found["paper"] == found["quarter"]
    assert found["half"] != found["late"]
