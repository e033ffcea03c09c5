"""What an outlet changed in a text, in an editor's terms."""

import pytest

from worker.dedupe import paragraph_keys
from worker.dedupe.lineage import Correction, Edits, is_repeated, pick_bases, read_correction, trace_edits
from worker.records import Document

OPENING = "A ferry that carries 378 passengers began regular service to the islands on Tuesday."
BUILT = "The vessel was built in a yard at Geoje for 60 billion won and makes six round trips a day."
QUOTE = "“People here can see a doctor and be home for lunch,” said Kang, who heads the residents."
FARES = "Fares stay at 6,500 won for residents and rise slightly for visitors, the port authority said."
GROUPS = "Environmental groups asked the city to limit the number of day trippers after a littered summer."
LEAD = (OPENING, BUILT, QUOTE, FARES, GROUPS)
LOCAL = "Narin's only school will send its pupils across by the noon boat from next month, it says."


def trace(*paragraphs, title="Ferry links islands", lead=LEAD, furniture=()):
    head = Document("lead", "Ferry links islands", "\n\n".join(lead), "wire")
    return trace_edits(head, Document("copy", title, "\n\n".join(paragraphs), "desk"), (), furniture)


def changes(edits):
    """Return only the fields that differ from a verbatim copy."""
    names = ("title", "cut", "where", "moved", "added", "changed")
    return {name: getattr(edits, name) for name in names if getattr(edits, name)}


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        pytest.param(LEAD, {}, id="verbatim"),
        pytest.param(LEAD[:3], {"cut": 2, "where": "the end"}, id="cut from the end, as wire copy is cut"),
        pytest.param(LEAD[2:], {"cut": 2, "where": "the start"}, id="cut from the start"),
        pytest.param(LEAD[1:4], {"cut": 2, "where": "both ends"}, id="cut at both ends"),
        pytest.param((*LEAD[:1], *LEAD[3:]), {"cut": 2, "where": "the middle"}, id="cut in the middle"),
        pytest.param((LEAD[0], LEAD[2], LEAD[4]), {"cut": 2, "where": "several places"}, id="cut anywhere"),
        pytest.param((*LEAD, LOCAL), {"added": 1}, id="a local paragraph added"),
        pytest.param((OPENING, QUOTE, BUILT, FARES, GROUPS), {"moved": 1}, id="a paragraph moved is neither"),
        pytest.param((f"{OPENING} {BUILT}", QUOTE, FARES, GROUPS), {}, id="merged paragraphs"),
        pytest.param(
            (OPENING.replace("Tuesday", "Nov. 24"), *LEAD[1:]), {"changed": 2}, id="words exchanged in place"
        ),
        pytest.param((LOCAL,), {"cut": 5, "added": 1}, id="another text: all cut has no place"),
        pytest.param((), {"cut": 5}, id="no text"),
        pytest.param(("By Staff", f"BUSAN, Nov. 24 (Yonhap) -- {OPENING}", *LEAD[1:], "(Yonhap)"), {},
                     id="byline, dateline and credit line are no edits"),
        pytest.param((*LEAD, "(END)", "Sign up for our newsletter, and never miss a story."), {},
                     id="nor are end mark and boilerplate"),
    ],
)  # fmt: skip
def test_edits_are_counted_by_paragraphs_and_words(paragraphs, expected):
    assert changes(trace(*paragraphs)) == expected


def test_furniture_is_not_an_addition():
    slogan = "The Desk has been the voice of the coast since the year of the great storm."
    keys = paragraph_keys(Document("x", "", slogan))
    assert changes(trace(*LEAD, slogan)) == {"added": 1}
    assert changes(trace(*LEAD, slogan, furniture=keys)) == {}


def furniture_of(*paragraphs):
    return paragraph_keys(Document("x", "", "\n\n".join(paragraphs)))


@pytest.mark.parametrize(
    ("paragraphs", "worn", "expected"),
    [
        pytest.param(LEAD, (GROUPS,), {}, id="a paragraph that both have is text"),
        pytest.param((*LEAD[:4], f"{GROUPS} {LOCAL}"), (GROUPS,), {"changed": 17}, id="also within another"),
        pytest.param((*LEAD[:4], GROUPS.replace("city", "town")), (GROUPS,), {"changed": 1},
                     id="also in a few other words"),
        pytest.param((GROUPS, *LEAD[:4]), (GROUPS,), {"moved": 1}, id="also in another place"),
        pytest.param(LEAD[:4], (GROUPS,), {}, id="what only the outlet that repeats it has is left out"),
        pytest.param(LEAD[:3], (GROUPS,), {"cut": 1, "where": "the end"}, id="and nothing else is"),
    ],
)  # fmt: skip
def test_furniture_of_the_wire_is_ignored_only_if_the_copy_lacks_it(paragraphs, worn, expected):
    """A later story that repeats a wire's paragraph does not change the edits of an earlier one."""
    head = Document("lead", "Ferry links islands", "\n\n".join(LEAD), "wire")
    copy = Document("copy", head.title, "\n\n".join(paragraphs), "desk")
    assert changes(trace_edits(head, copy, furniture_of(*worn), ())) == expected


KOREAN = (
    "[서울=뉴시스] 홍길동 기자 = 한강 대교에 심야 도서관이 24일 문을 열었다고 서울시가 밝혔다.",
    "책 3천200권을 갖춘 도서관은 새벽 4시까지 문을 열며 택시기사는 음료를 무료로 받는다.",
)


@pytest.mark.parametrize(
    "bottom",
    ["◎공감언론 뉴시스", "◎공감언론 뉴시스 hong@newsis.com", "공감언론 뉴시스통신사", "(뉴시스)", "(끝)",
     "<저작권자ⓒ 공감언론 뉴시스통신사. 무단전재-재배포 금지.>"],
)  # fmt: skip
def test_the_sign_off_of_an_agency_is_not_a_paragraph(bottom):
    plain = trace(*KOREAN, lead=(*KOREAN, bottom))
    assert (changes(plain), plain.paragraphs) == ({}, 2)
    assert changes(trace(*KOREAN, bottom, "관련 기사: 도서관", lead=KOREAN)) == {}


def test_each_of_several_credit_lines_is_ignored():
    lines = ("(Yonhap)", "Reporting by Kim Min-ji; Editing by Park Joon", "(c) Yonhap News Agency")
    assert changes(trace(*LEAD, lead=(*LEAD, *lines))) == {}


def test_an_added_paragraph_is_shown_by_its_first_words_and_counted():
    edits = trace(*LEAD, LOCAL)
    assert edits.opening == "Narin's only school will send its pupils across by the noon…"
    assert (edits.added_words, edits.words - edits.lead_words) == (17, 17)


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("Ferry links islands", ""),
        ("(2nd LD) Ferry links islands", ""),
        ("Islands get a ferry", "Islands get a ferry"),
    ],
)
def test_a_headline_is_its_own_if_it_differs_by_more_than_a_take_mark(title, own):
    assert trace(*LEAD, title=title).title == own


def test_a_copy_of_a_lead_without_text_adds_everything():
    edits = trace(*LEAD[:2], lead=())
    assert edits == Edits("", edits.words, 0, 0, 0, "", 0, 2, edits.words, edits.opening, 0)


def test_paragraphs_without_spaces_are_compared_too():
    lead = ("首相は二十日に会見し、予算案を説明した。", "野党は反発している。")
    edits = trace("首相は二十日に会見し、予算案について説明した。", lead=lead)
    assert changes(edits) == {"cut": 1, "where": "the end", "changed": 4}


@pytest.mark.parametrize(
    ("links", "base"),
    [
        pytest.param([], 1, id="no link: the lead"),
        pytest.param([(3, 2, 1.9)], 2, id="the take it has the text of"),
        pytest.param([(2, 3, 1.9)], 2, id="whichever of them came later"),
        pytest.param([(3, 2, 1.2), (3, 1, 1.7)], 1, id="the nearer of two"),
        pytest.param([(3, 2, 1.7), (3, 1, 1.7)], 1, id="the lead when both are as near"),
        pytest.param([(3, 1, 1.7), (3, 2, 1.7)], 1, id="in any order"),
        pytest.param([(3, 4, 2.0)], 1, id="another outlet's copy is no base"),
    ],
)
def test_a_copy_is_compared_with_the_take_it_was_made_from(links, base):
    """Articles 1 (the lead) and 2 are the agency's, 3 and 4 are outlets'."""
    assert pick_bases(1, [1, 2, 3, 4], {1, 2}, links) == {1: 1, 2: 1, 3: base, 4: 1}


def state(title="Ferry links islands", *paragraphs):
    return Document("a", title, "\n\n".join(paragraphs or LEAD), "desk")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(state(), state("CORRECTED: Ferry links islands"), True, id="marked in the title"),
        pytest.param(state("정정"), state("[정정] 나린 여객선 취항"), True, id="in another language"),
        pytest.param(state(), state("Ferry links islands", *LEAD, "Correction: the fare is in won."), True,
                     id="a paragraph says so"),
        pytest.param(state(), state("Ferry links islands", *LEAD,
                                    "An earlier version of this story misstated the fare."), True,
                     id="in a sentence"),
        pytest.param(state(), state("Ferry links islands", *LEAD, LOCAL), False, id="an addition is none"),
        pytest.param(state(), state("Ferry links islands",
                                    *LEAD, "Correctional officers will travel free of charge."), False,
                     id="a word that begins alike is no mark"),
        *(
            pytest.param(state(), state("Ferry links islands", *LEAD, notice), True, id=notice)
            for notice in (
                "바로잡습니다", "[바로잡습니다: 장서 수를 고쳤습니다] 책 4천권",
                "책 [정정합니다: 4천권] 4천권",
                "장서 수를 바로잡습니다.", "訂正：人数", "【訂正】人数", "おわびして訂正します",
                "人数（訂正：三人）は",
                "更正：人数", "（更正）人数", "更正", "Seats (Corrected: there are 12) are few.",
            )
        ),
        *(
            pytest.param(state(), state("Ferry links islands", *LEAD, text), False, id=text)
            for text in (
                "정정합니다라고 그는 말했다.", "그는 잘못을 바로잡습니다라는 말을 남겼다.",
                "訂正案を議会に提出した。",
                "법원은 정정 보도를 명령했다.", "更正了错误的数据，委员会说。",
                "Figures (corrected for inflation) fell.",
            )
        ),
        pytest.param(state("CORRECTED: Ferry"), state("CORRECTED: Ferry", *LEAD, LOCAL), True,
                     id="another text under the mark"),
        pytest.param(state("CORRECTED: Ferry"), state("CORRECTED: Ferries"), True,
                     id="another headline under the mark"),
        pytest.param(state("CORRECTED: Ferry"), state("Ferry (Corrected)"), False,
                     id="another form of the mark"),
        pytest.param(state("CORRECTED: Ferry"), state("Ferry", *LEAD, LOCAL), False, id="the mark is gone"),
        pytest.param(state("Ferry", *LEAD, "Correction: 378."),
                     state("Ferry", *LEAD, LOCAL, "Correction: 378."), False, id="the note was there before"),
        pytest.param(state("Ferry", *LEAD, "Correction: 378."),
                     state("Ferry", *LEAD, "Correction: 378.", "Correction: in won."), True,
                     id="another note"),
    ],
)  # fmt: skip
def test_an_edit_is_a_correction_if_it_adds_the_mark(old, new, expected):
    assert (read_correction(old, new) is not None) is expected


NOTES = (
    "(Corrects metres in first paragraph)", "(Corrects to show the fare is in won.)",
    "(This Nov. 30 story corrects the fare in paragraph 2)", "(This story has been corrected to fix a name)",
    "(Eds: Corrects fare in lead)", "(Korrigiert Angabe im ersten Absatz)",
    "(Berichtigt den Namen.)",
    "(Corrige le nombre de places au 1er paragraphe)", "(Corrige cifra en el primer párrafo)",
    "(Rectifica el nombre)", "(Corrige valor no primeiro parágrafo)",
    "(Corregge la cifra nel primo capoverso)",
    "(Rättar antalet i första stycket)", "(Исправлена цифра в первом абзаце)",
    "(첫 문단의 수치를 바로잡습니다)", "（第1段落の数字を訂正しました）", "（更正第一段中的数字）",
)  # fmt: skip


@pytest.mark.parametrize("note", NOTES)
def test_an_agencys_note_of_correction_counts_when_it_comes_and_not_when_it_goes(note):
    """Alone, before the text in its paragraph, or behind it; under a mark in the headline as well."""
    glued, behind = (f"{note} {LEAD[0]}", *LEAD[1:]), (f"{LEAD[0]} {note}", *LEAD[1:])
    for paragraphs in ((note, *LEAD), (*LEAD, note), glued, behind):
        without, noted = state("Ferry", *LEAD), state("Ferry", *paragraphs)
        found = read_correction(without, noted)
        assert found == Correction(found.known_from, note)
        assert read_correction(noted, without) is None
        marked = state("CORRECTED: Ferry", *LEAD), state("CORRECTED: Ferry", *paragraphs)
        assert read_correction(*marked).note == note
        assert not is_repeated(read_correction(*marked), marked[1], [without, marked[0]])
        assert is_repeated(read_correction(*marked), marked[1], [marked[1], marked[0]])
        assert read_correction(*reversed(marked)) is None


@pytest.mark.parametrize("note", ["(Refiles to fix typo)", "(This story has been refiled to fix a name)"])
def test_a_note_of_filing_again_corrects_nothing(note):
    for paragraphs in ((note, *LEAD), (*LEAD, note), (f"{LEAD[0]} {note}", *LEAD[1:])):
        assert read_correction(state("Ferry", *LEAD), state("Ferry", *paragraphs)) is None


def test_a_correction_behind_the_last_sentence_of_a_summary_is_its_note():
    note = "Correction: The ferry holds 378 passengers."
    found = read_correction(state("Ferry", LEAD[0]), state("Ferry", f"{LEAD[0]} {note}"))
    assert found == Correction("text", note)


def test_another_text_under_the_mark_is_a_correction_also_if_its_note_goes():
    old = state("CORRECTED: Ferry", NOTES[0], *LEAD)
    found = read_correction(old, state("CORRECTED: Ferry", *LEAD[:-1], LOCAL))
    assert found == Correction("headline")


@pytest.mark.parametrize(
    "text",
    [
        "The model (corrects for inflation) shows growth.", "She corrects proofs (and hums).",
        "Lentille (corrige la myopie) vendue.", "He wrote “this story corrects nothing”.",
    ],
)  # fmt: skip
def test_brackets_within_a_sentence_are_no_note_of_correction(text):
    assert read_correction(state("Ferry", *LEAD), state("Ferry", *LEAD, text)) is None
