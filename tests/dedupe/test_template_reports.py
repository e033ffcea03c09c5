"""Reports that agencies write from one template: two events, and states of one event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from worker.dedupe import Candidate, decide_matches, make_signature
from worker.records import Document

MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)

# name -> headline, text, and the facts of two events
TEMPLATES = {
    "earthquake": (
        "Magnitude {mag} quake shakes {town} coast, no damage reported",
        """An earthquake of magnitude {mag} struck off {town} on Monday morning, the weather agency said.

The epicenter was {km} kilometers east of {town} at a depth of {deep} kilometers.
No tsunami is expected.

The fire service had {calls} calls from residents whose windows rattled, but nobody was hurt.

The agency asked people to keep away from shelves, as smaller tremors may follow.""",
        {"mag": "4.8", "town": "Varsund", "km": "14", "deep": "9", "calls": "96"},
        {"mag": "4.3", "town": "Odrava", "km": "38", "deep": "21", "calls": "37"},
    ),
    "sentence": (
        "Court sends {who} to prison for {years} years over forged permits",
        """A court in {town} has sentenced {who} to {years} years in prison for selling forged permits.

The judges found that he had sold {count} permits for {sum} crowns and hidden the money in a garage.

The defense said it would appeal. The prosecutor had asked for a longer term, as the houses are unsafe.

The ministry of housing has begun to check all permits that the office issued since last summer.""",
        {"who": "Aron Weld", "years": "4", "town": "Tarn", "count": "63", "sum": "210,000"},
        {"who": "Petr Holub", "years": "7", "town": "Osk", "count": "118", "sum": "940,000"},
    ),
    "warning": (
        "Orange wind warning issued for {county}",
        """The weather bureau has issued an orange wind warning for {county}, in effect from 6 p.m. Sunday to
3 a.m. Monday.

Westerly winds of 40 to 50 miles an hour are expected, with gusts of {gusts} on exposed hills.

Some {homes} homes are in the warned area. Residents should secure loose objects and keep a torch at hand.

Ferries between Moss Bay and Orrin are canceled until Monday. The next statement is due at 9 p.m.""",
        {"gusts": "70", "homes": "14,000", "county": "Kellan County"},
        {"gusts": "65", "homes": "9,200", "county": "Brae County"},
    ),
    "지진": (
        "{town} 앞바다서 규모 {mag} 지진…피해 신고 없어",
        """23일 오전 {town} 앞바다에서 규모 {mag}의 지진이 발생했다고 기상청이 밝혔다.

진앙은 동쪽 {km}㎞ 해역이고 발생 깊이는 {deep}㎞로 추정된다. 지진해일이 일어날 가능성은 없다.

소방당국에는 "창문이 흔들렸다"는 전화 {calls}건이 들어왔으나 다친 사람은 확인되지 않았다.

기상청은 여진이 이어질 수 있으니 물건이 떨어지기 쉬운 곳을 피해 달라고 당부했다.""",
        {"mag": "4.8", "town": "가람도", "km": "14", "deep": "9", "calls": "96"},
        {"mag": "4.3", "town": "솔뫼만", "km": "38", "deep": "21", "calls": "37"},
    ),
    "새 도서관": (
        "밤에만 여는 도서관, {town} 골목에 생긴다",
        """해가 진 뒤에만 문을 여는 작은 도서관이 {town} 골목에 들어선다고 시가 밝혔다.

책 {count}권과 혼자 앉는 자리 {mag}개가 있고 오후 {km}시에 문을 연다. 옛 인쇄소를 고쳐 지었다.

공사에는 {deep}억원이 들었다. 인쇄소에서 쓰던 활자 {calls}개는 벽을 채우는 전시물이 됐다.

주민들은 골목이 밤늦게 붐빌까 걱정하기도 했다. 시는 소음을 줄이기 위해 입장 인원을 묶기로 했다.""",
        {"town": "느티동", "count": "4200", "mag": "24", "km": "6", "deep": "11", "calls": "380"},
        {"town": "바람골", "count": "8900", "mag": "58", "km": "7", "deep": "28", "calls": "120"},
    ),
    "Unfall": (
        "{count} Verletzte bei Unfall auf der {road} bei {town}",
        """Bei einem Unfall auf der Autobahn {road} nahe {town} sind am Montag {count} Menschen verletzt.

Ein Lastwagen war nach Angaben der Polizei um {hour} Uhr auf ein Stauende gefahren und hatte {cars}
Autos ineinander geschoben. Die Strecke blieb bis zum Abend gesperrt.

Der Sachschaden wird auf {sum} Euro geschätzt. Warum der Fahrer nicht bremste, wird noch ermittelt.

Rettungskräfte brachten die Verletzten in umliegende Krankenhäuser. Lebensgefahr besteht bei keinem.""",
        {"count": "5", "road": "A91", "town": "Ostermark", "hour": "7.40", "cars": "3", "sum": "60.000"},
        {"count": "9", "road": "A88", "town": "Kreutzau", "hour": "16.15", "cars": "6", "sum": "145.000"},
    ),
}
NAMES = list(TEMPLATES)


def match(first, second, *, source="b"):
    a, b = (make_signature(document, ()) for document in (first, second))
    return next(iter(decide_matches(b, [Candidate(1, a)])), None)


def filled(name, facts, source="a", hours=0.0, mark=""):
    title, text = TEMPLATES[name][:2]
    at = MOMENT + timedelta(hours=hours)
    return Document(hours, mark + title.format(**facts), text.format(**facts), source, published_at=at)


@pytest.mark.parametrize("source", ["a", "b"])
@pytest.mark.parametrize("name", NAMES)
def test_two_events_of_one_template_are_no_copies(name, source):
    first, second = TEMPLATES[name][2:]
    assert match(filled(name, first), filled(name, second, source, 9)) is None


BRIEF = Document(
    1,
    "Weather in Lisse: rain until evening",
    "Rain is expected in Lisse until the evening, with wind from the west of up to 40 kilometers an hour.",
    "a",
    published_at=MOMENT,
)


@pytest.mark.parametrize("mark", ["", "CORRECTED: ", "WITHDRAWN: ", "Correction: "])
def test_the_mark_of_a_brief_of_a_template_makes_it_no_copy_of_another(mark):
    other = replace(BRIEF, id=2, title=mark + BRIEF.title.replace("Lisse", "Breda"))
    assert match(BRIEF, replace(other, text=BRIEF.text.replace("Lisse", "Breda")), source="a") is None
    same = replace(BRIEF, id=2, title=mark + BRIEF.title, text=BRIEF.text.replace("40", "60"))
    assert match(BRIEF, same, source="a") is not None


FIRE = replace(
    BRIEF,
    title="Harbor fire in Velm kills 7",
    text="Seven people died in a fire at the harbor of Velm on Monday, the fire service said.",
)
RECOUNTED = (
    "Five people died in a fire at the harbor of Velm on Monday, the service said, correcting its toll of 7."
)
REWORDED = (
    "An earlier version of this report was wrong about the number of the dead. Officials have revised it "
    "since, after they had counted the workers of the night shift again. We regret that error."
)
KOREAN = replace(
    FIRE, title="벨름 항구 화재로 7명 사망", text="월요일 항구에서 불이 나 작업자 7명이 숨졌다고 밝혔다."
)
MARK = "CORRECTED: Harbor fire in Velm kills"


@pytest.mark.parametrize(
    ("first", "title", "text", "hours", "is_copy"),
    [
        (FIRE, f"{MARK} 5, not 7", RECOUNTED, 2, True),
        (FIRE, f"{MARK} 7", REWORDED, 2, True),
        (KOREAN, "[정정] 벨름 항구 화재로 5명 사망", KOREAN.text.replace("7명이", "5명이 정정해"), 2, True),
        (FIRE, "Harbor fire in Velm kills 7", REWORDED, 2, False),
        (FIRE, f"{MARK} 7", REWORDED, 25, False),
        (FIRE, f"{MARK} 5".replace("Velm", "Tarn"), RECOUNTED.replace("Velm", "Tarn"), 2, False),
        (KOREAN, "[정정] 타른 공항 화재로 5명 사망", KOREAN.text.replace("항구", "공항"), 2, False),
    ],
)
def test_a_summary_corrects_what_has_its_headline_or_the_same_with_one_other_number(
    first, title, text, hours, is_copy
):
    at = MOMENT + timedelta(hours=hours)
    correction = replace(first, id=2, title=title, text=text, published_at=at)
    assert (match(first, correction, source="a") is not None) == is_copy


@pytest.mark.parametrize("source", ["a", "b"])
@pytest.mark.parametrize("fact", ["first", "last"])
@pytest.mark.parametrize("name", NAMES)
def test_one_fact_corrected_leaves_the_story_one(name, fact, source):
    first, second = TEMPLATES[name][2:]
    changed = list(first)[0 if fact == "first" else -1]
    assert match(filled(name, first), filled(name, first | {changed: second[changed]}, source, 2)) is not None


@pytest.mark.parametrize("name", NAMES)
def test_a_take_may_change_the_headlines_figure_and_another_one(name):
    first, second = TEMPLATES[name][2:]
    figures = [key for key, value in second.items() if value[0].isdigit()]
    changed = {key: second[key] for key in (figures[0], figures[-1])}
    take = filled(name, first | changed, hours=2, mark="(2nd LD) ")
    assert match(filled(name, first), take) is not None


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_under_an_outlets_own_headline_is_found(name):
    first = TEMPLATES[name][2]
    copy = filled(name, first, "b", 3)
    renamed = Document(2, "What we know this evening", copy.text, "b", published_at=copy.published_at)
    assert match(filled(name, first), renamed) is not None
