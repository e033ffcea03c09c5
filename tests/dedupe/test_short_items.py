"""Short items (headline and summary): copies are told from independent reports by what both texts show."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedupe import Candidate, Signature, decide_matches, make_signature
from worker.dedupe.short_match import compare_if_alike, compare_short, likeness
from worker.dedupe.short_overlap import overlap_of
from worker.dedupe.short_text import short_text, short_words
from worker.records import Document
from worker.text.numerals import number_value

MOMENT = datetime(2031, 5, 6, 9, tzinfo=UTC)
TITLE = "Lighthouse of Korvo sold to a choir for one crown"
TEXT = (
    "The lighthouse of Korvo was sold on Tuesday to a choir from the mainland that wants to rehearse among "
    "its lamps, after six years without a keeper."
)
INDEPENDENT = (
    "Singers have bought the old tower on Korvo and plan concerts there, the island's mayor told this paper."
)


def sign(title: str, text: str, source: str = "one", hours: float = 0, lang: str = "en") -> Signature:
    at = MOMENT + timedelta(hours=hours)
    return make_signature(Document(f"{source}{hours}", title, text, source, lang, at), ())


def is_copy(a: Signature, b: Signature) -> bool:
    forward = bool(decide_matches(b, [Candidate("a", a)]))
    backward = bool(decide_matches(a, [Candidate("b", b)]))
    assert forward == backward
    return forward


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param(TITLE, TEXT, id="verbatim"),
        pytest.param("Choir buys an island's lighthouse", TEXT, id="another headline"),
        pytest.param(f"{TITLE} - Daily Lantern", TEXT, id="outlet's name after a dash"),
        pytest.param(f"{TITLE} | Island News", TEXT, id="outlet's name after a bar"),
        pytest.param(TITLE.title(), TEXT.replace("six", "6"), id="title case, number in digits"),
        pytest.param(TITLE, f"KORVO (Reuters) - {TEXT}", id="dateline"),
        pytest.param(TITLE, TEXT[:-26] + "…", id="cut"),
        pytest.param(TITLE, TEXT.partition("was sold")[2], id="without its first words"),
        pytest.param(TITLE, f"{TEXT} Its first concert is planned for autumn.", id="one sentence more"),
        pytest.param(
            "Island council sells what it cannot repair",
            f"In a deal that surprised the islanders, {TEXT[0].lower()}{TEXT[1:]}",
            id="introductory clause, another headline",
        ),
    ],
)
def test_a_summary_in_another_style_or_length_is_a_copy(title: str, text: str) -> None:
    assert is_copy(sign(TITLE, TEXT), sign(title, text, "two", 1))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param(
            "Lighthouse of Korvo is sold to a choir", INDEPENDENT, id="similar headline, other text"
        ),
        pytest.param("Lighthouse of Korvo goes to a choir", INDEPENDENT.rstrip("."), id="no full stop"),
        pytest.param(
            "Windmill of Astel sold to a baker for two crowns",
            TEXT.replace("lighthouse of Korvo", "windmill of Astel")
            .replace("choir", "baker")
            .replace("rehearse among its lamps", "grind there")
            .replace("six", "two"),
            id="the same wording about something else",
        ),
    ],
)
def test_an_independent_report_is_no_copy(title: str, text: str) -> None:
    assert not is_copy(sign(TITLE, TEXT), sign(title, text, "two", 1))


def test_headlines_with_the_same_formula_do_not_join_different_texts() -> None:
    birds = sign(
        "It need not always be a goose", "Three roasts for guests who come late and eat little, and a soup"
    )
    phones = sign(
        "It need not always be a Lumo",
        "Cheaper phones take pictures just as sharp, as a comparison of nine models shows",
        "two",
    )
    assert not is_copy(birds, phones)


def test_an_equal_long_headline_joins_items_without_text() -> None:
    assert is_copy(sign(TITLE, ""), sign(f"{TITLE} | Island News", "", "two", 2))
    assert not is_copy(sign(TITLE, ""), sign(TITLE, "", "one", 2)), "one outlet repeats its own headline"
    assert not is_copy(sign("News in brief", ""), sign("News in brief", "", "two", 2))
    assert not is_copy(sign(TITLE, ""), sign(TITLE, "", "two", 24 * 5)), "headlines recur after days"


@pytest.mark.parametrize(
    "notice",
    [
        "submitted by /u/harborfan [link] [comments]",
        "Click to read more of this on our website",
        "We use cookies to give you the best experience. By continuing to browse you agree to their use.",
        "Please enable JavaScript to view this content.",
        "This article is available to our subscribers only.",
        "Wir verwenden Cookies, um Inhalte anzuzeigen.",
    ],
)
def test_a_notice_is_no_text(notice: str) -> None:
    other = "Ferry to Astel runs again after a week of gales"
    assert sign(TITLE, notice).short.words == ()
    assert not is_copy(sign(TITLE, notice), sign(other, notice, "two", 1))


def test_an_unknown_notice_does_not_join_unrelated_headlines() -> None:
    notice = "Full service for registered readers at home and abroad, day and night."
    assert not is_copy(sign(TITLE, notice), sign("Ferry to Astel runs again after gales", notice, "two", 1))


def test_a_verbatim_summary_is_a_copy_days_later() -> None:
    assert is_copy(sign(TITLE, TEXT), sign(TITLE, TEXT, "two", 24 * 4))


def test_a_live_blog_is_no_copy_of_a_report_that_it_begins_with() -> None:
    assert not is_copy(sign(TITLE, TEXT), sign("Korvo live: all about the lighthouse", TEXT, "two", 1))


def test_a_digest_is_no_copy_of_its_items() -> None:
    digest = f"Good morning from the harbor, here is what matters today in our small world. {TEXT}"
    assert not is_copy(sign(TITLE, TEXT), sign("Your start into the day", digest, "two", 3))


@pytest.mark.parametrize(
    ("lang", "title", "text", "other_title", "other_text"),
    [
        (
            "ja",
            "コルボ島の灯台、合唱団に売却",
            "コルボ島の灯台が火曜日、本土の合唱団に売却された。灯台守がいなくなって6年、合唱団は灯火のもとで練習したいとしている。",
            "島の灯台、合唱団の練習場に",
            "島の古い塔を歌い手たちが買い取り、秋には演奏会を開く計画だと町長が本紙の取材に語った。",
        ),
        (
            "ru",
            "Маяк на острове Корво продан хору за одну крону",
            "Маяк на острове Корво продан во вторник хору с материка, который хочет там репетировать.",
            "Хор купил маяк на острове Корво",
            "Певцы приобрели старую башню и планируют там осенние концерты, рассказал газете мэр острова.",
        ),
        (
            "ar",
            "بيع منارة جزيرة كورفو لجوقة غنائية مقابل كرونة",
            "بيعت منارة جزيرة كورفو يوم الثلاثاء لجوقة من البر الرئيسي تريد أن تتدرب بين مصابيحها كل أسبوع",
            "جوقة غنائية تشتري منارة كورفو",
            "اشترى مغنون البرج القديم ويخططون لإقامة حفلات هناك في الخريف كما قال رئيس بلدية الجزيرة للصحيفة",
        ),
        (
            "hi",
            "कोर्वो का प्रकाश स्तंभ एक गायक मंडली को बेचा गया",
            "कोर्वो का प्रकाश स्तंभ मंगलवार को मुख्य भूमि की एक गायक मंडली को बेच दिया गया जो वहाँ अभ्यास करेगी।",
            "गायक मंडली ने प्रकाश स्तंभ खरीदा",
            "गायकों ने पुरानी मीनार खरीद ली है और वहाँ शरद ऋतु में कार्यक्रम होंगे, द्वीप के महापौर ने अखबार को बताया।",
        ),
    ],
)
def test_scripts(lang: str, title: str, text: str, other_title: str, other_text: str) -> None:
    first = sign(title, text, lang=lang)
    assert is_copy(first, sign(other_title, text, "two", 1, lang)), "another headline over the same text"
    assert not is_copy(first, sign(other_title, other_text, "three", 1, lang)), "an independent report"


@pytest.mark.parametrize(
    ("lang", "a", "b"),
    [
        (
            "en",
            "six travellers & 5% of the theatre's colour",
            "6 travelers and 5 percent of the theater's color",
        ),
        ("en", "the U.S. “defence” – organised", 'The US "defense" - organized'),
        ("de", "fünf Züge und 1.200 Gäste", "5 Züge und 1200 Gäste"),
        ("fr", "douze élèves", "12 eleves"),
        ("ru", "пять человек", "5 человек"),
        ("ar", "خمسة قتلى", "٥ قتلى"),
    ],
)
def test_style_is_no_difference(lang: str, a: str, b: str) -> None:
    bare = [[unit >> 2 for unit in short_words(text, lang)] for text in (a, b)]
    assert bare[0] == bare[1]


@pytest.mark.parametrize(
    ("digits", "value"),
    [("1,200", "1200"), ("1.200.000", "1200000"), ("2.5", "2.5"), ("2,5", "2.5"), ("007", "7"), ("0", "0")],
)
def test_a_number_is_its_value(digits: str, value: str) -> None:
    assert number_value(digits) == value


def test_numbers_in_the_same_place_count_as_a_difference() -> None:
    a, b = (short_words(f"rain of {n} mm fell on the coast at night") for n in (12, 30))
    found = overlap_of(a, b)
    assert (found.numbers, found.swapped) == (1, 1)
    assert found.shared == len(a) - 1


def test_an_outlets_name_is_recognized_only_after_a_headline() -> None:
    whole = short_text("Two seals rescued from a canal in Tarn - Coast Radio", "", "en")
    assert len(whole.title) - whole.title_head == 2
    mere = short_text("Tarn - a short guide to the town", "", "en")
    assert mere.title_head == len(mere.title)


def test_comparison_is_symmetric() -> None:
    a, b = sign(TITLE, f"At noon the news spread. {TEXT}"), sign("Choir buys lighthouse", TEXT, "two", 5)
    left, right = compare_short(a, b), compare_short(b, a)
    assert (left.text.shared, left.told_framed, left.is_about) == (
        right.text.shared,
        right.told_framed,
        right.is_about,
    )


VOCABULARY = "The ferry to Korvo was late by 12 on Tuesday and 30 seals of Tarn slept . The mayor , at noon"
WORDS = st.sampled_from(VOCABULARY.split())
PHRASES = st.lists(
    st.lists(WORDS, max_size=6).map(" ".join) | st.sampled_from(TEXT.split(" to ")), max_size=6
)


@given(st.tuples(PHRASES, PHRASES, PHRASES, PHRASES, st.booleans(), st.floats(0, 80)))
def test_items_that_are_not_aligned_have_no_likeness(parts: tuple[list[str], ...]) -> None:
    *texts, is_digest, hours = parts
    first, title, text, other = (" ".join(part) for part in texts)
    a = sign(f"Top stories: {first}" if is_digest else first, text)
    for b in (
        sign(title, other, "two", hours),
        sign(first, other, "two", hours),
        sign(title, text, "two", hours),
    ):
        pair, whole = compare_if_alike(a, b), compare_short(a, b)
        assert pair == whole if pair else likeness(whole) == 0


def test_a_signature_keeps_the_short_item() -> None:
    signature = sign(f"{TITLE} live: all updates | Island News", TEXT)
    assert Signature.from_bytes(signature.to_bytes()).short == signature.short
    assert signature.short.is_short
    assert signature.short.is_composite


@pytest.mark.parametrize(
    ("title", "start"),
    [
        pytest.param("Five things to know", "", id="counted things"),
        pytest.param("Der Morgen kompakt: Leuchtturm verkauft", "", id="German title"),
        pytest.param("L'essentiel de l'actu", "", id="French title"),
        pytest.param(
            "Choir buys a lighthouse", "Good morning. Here is today's letter. ", id="greets its readers"
        ),
        pytest.param("Leuchtturm verkauft", "Guten Morgen! ", id="greets in German"),
        pytest.param("Choir buys a lighthouse", "1. ", id="first of several items"),
        pytest.param("Lighthouse sold; banks close early; fog stops ferries", "", id="several headlines"),
    ],
)
def test_a_digest_is_known_by_its_title_its_greeting_or_its_items(title: str, start: str) -> None:
    assert not is_copy(sign(TITLE, TEXT), sign(title, f"{start}{TEXT}", "two", 1))


def test_two_digests_with_the_same_first_item_are_no_copies() -> None:
    title = "Morning briefing: a lighthouse, a choir and one crown"
    rest = " The ferry to Astel was late again, and banks close at noon."
    assert not is_copy(sign("News in brief", TEXT), sign("Morning briefing", TEXT, "two", 1))
    assert is_copy(sign(title, TEXT + rest), sign(title, TEXT + rest, "two", 1))


def test_a_quoted_greeting_makes_no_digest() -> None:
    text = f'"Good morning," the keeper said. {TEXT}'
    assert is_copy(sign(TITLE, text), sign("Choir buys a lighthouse", text, "two", 1))


def test_the_same_wording_for_another_day_or_another_person_is_no_copy() -> None:
    forecast = "Here is the {} forecast for Korvo and its islands from the weather service of the ministry."
    title = "Weather today: Korvo forecast for the islands"
    assert not is_copy(
        sign(title, forecast.format("Monday")), sign(title, forecast.format("Tuesday"), "two", 23)
    )
    caption = (
        "{} poses with the trophy after the final of the open in Korvo, which drew guests from six islands."
    )
    assert not is_copy(
        sign("In pictures: Korvo", caption.format("Mina Holt")),
        sign("In pictures: Korvo", caption.format("Clara Brandt"), "two", 1),
    )
    column = (
        "Welcome back to the weekly {} column, in which {} answers the questions that our readers send in."
    )
    assert not is_copy(
        sign("Gardens with Anya", column.format("gardens", "Anya Holt")),
        sign("Chess with Derek", column.format("chess", "Derek Brandt"), "two", 1),
    )


def test_another_word_for_the_same_in_headline_and_text_is_an_edit() -> None:
    other = TEXT.replace("Korvo", "Astel")
    assert is_copy(sign(TITLE, TEXT), sign(TITLE.replace("Korvo", "Astel"), other, "two", 1))


@pytest.mark.parametrize(
    "footer",
    [
        "The post {} appeared first on Daily Lantern.",
        "The post {} first appeared on [...]",
        "The post {:.20}",
        "Der Beitrag {} erschien zuerst auf Laterne.",
        "La entrada {} se publicó primero en El Faro.",
    ],
)
def test_the_line_that_publishing_software_appends_is_not_compared(footer: str) -> None:
    title = "Choir buys an island's lighthouse"
    cut = TEXT[:70]
    bare = sign(title, f"{cut} …", "two", 1)
    assert sign(title, f"{cut} … {footer.format(title)}", "two", 1).short == bare.short
    report = "The post of keeper is vacant. " + TEXT
    assert sign(title, report).short.words == short_words(report, "en")


def test_a_headline_repeated_at_the_start_of_a_summary_is_no_text() -> None:
    other = "Choir buys an old tower for a single crown"
    assert sign(other, f"{other}. {TEXT}").short.words == sign(other, TEXT).short.words
    assert is_copy(sign(TITLE, TEXT), sign(other, f"{other}. {TEXT}", "two", 1))
    begun = "The lighthouse of Korvo was sold"  # a headline that is the first words of a sentence
    assert sign(begun, TEXT).short.words == sign(TITLE, TEXT).short.words


@pytest.mark.parametrize("end", ["", "…"])
def test_items_of_a_column_under_its_standing_title_are_editions(end: str) -> None:
    column = (
        "Welcome back to the weekly gardens column, in which Anya Holt answers the questions that readers of "
        "this paper send in. As ever, letters may be shortened, and names are changed on request" + end
    )
    first, later = sign("Gardens with Anya", column), sign("Gardens with Anya", column, hours=24)
    assert not is_copy(first, later)
    assert is_copy(first, sign("Gardens with Anya", column, hours=2))


ELSEWHERE = "The ferry company said on Tuesday that it will cancel all night crossings until the fog lifts."


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        pytest.param(
            "Two harbors reported long lines.", "A school trip had to turn back.", False, id="partly"
        ),
        pytest.param(
            "Two harbors reported long lines.", "Two harbors reported long lines.", True, id="equal"
        ),
    ],
)
def test_texts_of_one_agency_from_two_places_are_copies_only_if_they_are_equal(
    first: str, second: str, is_one: bool
) -> None:
    title = "Ferries stop at night because of fog"
    near = sign(title, f"KORVO (Reuters) - {ELSEWHERE} {first}")
    far = sign(title, f"ASTEL (Reuters) - {ELSEWHERE} {second}", "two", 1)
    same = sign(title, f"KORVO (Reuters) - {ELSEWHERE} {second}", "two", 1)
    assert is_copy(near, far) is is_one
    assert is_copy(near, same)


def test_a_korean_report_from_another_town_is_not_a_copy() -> None:
    title = "야간 여객선 운항 중단…안개 걷힐 때까지"
    opening = (
        "여객선 회사는 6일 안개가 걷힐 때까지 야간 운항을 모두 중단한다고 밝혔다. "
        "재개 시점은 아직 정해지지 않았다."
    )
    near = sign(title, f"[여수=연합뉴스] {opening} 항구 두 곳에 긴 줄이 섰다.", lang="ko")
    far = sign(title, f"[목포=연합뉴스] {opening} 수학여행을 떠난 학생들은 돌아갔다.", "two", 1, "ko")
    same = sign(title, f"(여수=연합뉴스) {opening} 수학여행을 떠난 학생들은 돌아갔다.", "two", 1, "ko")
    assert not is_copy(near, far)
    assert is_copy(near, same)


def test_a_korean_report_with_another_number_from_another_town_is_not_a_copy() -> None:
    text = "여객선 회사는 6일 요금을 {} 올린다고 밝혔다. 회사 관계자는 연료비가 오른 탓이라고 말했다."
    near = sign("여객선 요금 4.5% 인상", f"[여수=연합뉴스] {text.format('4.5%')}", lang="ko")
    far = sign("여객선 요금 7.0% 인상", f"[목포=연합뉴스] {text.format('7.0%')}", "two", 1, "ko")
    assert not is_copy(near, far)
