"""The notes by which a text says that it was corrected, and lines that look like them."""

from pathlib import Path

import pytest

from worker.agencies.correction_labels import HEADLINE_ONLY, LABELS
from worker.agencies.correction_marks import CORRECTIONS
from worker.agencies.correction_notes import is_refile, is_request, split_note
from worker.agencies.correction_notices import is_notice

LABELED = [
    "Clarified: The fare is in won.",
    "Erratum: the ferry holds 378 passengers.",
    "Errata – two names in the list of crews.",
    "Corrected version: adds the name of the port",
    "Story corrected: the bridge opened in 1987",
    "Korrigiert: Die Brücke wurde 1987 eröffnet.",
    "Berichtigt: Name des Hafens",
    "Richtigstellung: Die Fähre gehört der Stadt.",
    "Erratum : le pont a été ouvert en 1987.",
    "Rectificación: el puente se abrió en 1987.",
    "Fe de errores: el puerto es Velm.",
    "Correção: a ponte abriu em 1987.",
    "Erramos: a ponte abriu em 1987.",
    "Correzione: il ponte è del 1987.",
    "Errata corrige: il ponte è del 1987.",
    "Rectificatie: de brug is van 1987.",
    "Rättelse: bron öppnade 1987.",
    "Rettelse: Broen åpnet i 1987.",
    "Oikaisu: silta avattiin 1987.",
    "Sprostowanie: most otwarto w 1987 roku.",
    "Исправление: мост открыт в 1987 году.",
    "Уточнення: міст відкрито 1987 року.",
    "Düzeltme: Köprü 1987'de açıldı.",
    "Korrekturhinweis: Die Brücke wurde 1987 eröffnet.",
]
DATED = [
    "Correction, Dec. 1: The ferry holds 378 passengers.",
    "Correction (Dec. 1): The ferry holds 378 passengers.",
    "Correction 1 December 2026: The ferry holds 378 passengers.",
    "Correction, December 1, 2026: The ferry holds 378 passengers.",
    "Correction appended, Dec. 1: the bridge opened in 1987.",
    "Clarification on 2 Dec: the fare is in won.",
    "Korrektur vom 1. Dezember: Die Fähre fasst 378 Fahrgäste.",
    "Berichtigung (1.12.2026): Die Fähre fasst 378 Fahrgäste.",
    "Rectificatif du 1er décembre : le ferry compte 378 places.",
    "Corrección del 1 de diciembre de 2026: son 378 plazas.",
    "Rettifica del 1 dicembre: i posti sono 378.",
    "10:55 Correction: The ferry holds 378 passengers.",
    "10.55am GMT – Correction: The ferry holds 378 passengers.",
    "14.05 Uhr: Korrektur: Die Fähre fasst 378 Fahrgäste.",
    "14h05 - Rectificatif : le ferry compte 378 places.",
]
WORDED = [
    "A correction was made on Dec. 1, 2026: The ferry holds 378 passengers.",
    "A correction has been added to this page.",
    "This article was amended on 1 December 2026 to correct the number of passengers.",
    "• This article was amended on 1 December 2026. The ferry holds 378 passengers.",
    "This article was amended because an earlier version gave another fare.",
    "This story has been updated to correct the name of the port.",
    "This story was changed to fix the year in which the bridge opened.",
    "This post has been revised to reflect the correct fare.",
    "This version corrects the fare to 12 dollars, not 21.",
    "This story corrects the spelling of the captain's name.",
    "This story has been corrected.",
    "The headline has been corrected.",
    "In a story Nov. 30 about the ferry, The Associated Press erroneously reported the number of passengers.",
    "In stories Nov. 29 and 30 about the ferry, Reuters incorrectly named the port.",
    "In an earlier version we misspelled the captain's name.",
    "Editor's note: An earlier version of this story gave a wrong fare.",
    "Editor’s Note: A previous version of this article said the bridge opened in 1978.",
    "Editor's note: This story has been corrected.",
    "An earlier version of this article said the bridge opened in 1978.",
    "A previous headline on this story misstated the fare.",
    "Earlier versions of this story failed to name the captain.",
    "Due to an editing error, an earlier version gave another fare.",
    "Because of a production error, the caption named another port.",
    "Anmerkung der Redaktion: In einer früheren Version des Textes hieß es, die Brücke sei von 1978.",
    "Anm. d. Red.: Wir haben den Namen des Hafens korrigiert.",
    "In einer früheren Fassung dieses Artikels war der Name falsch geschrieben.",
    "In einer früheren Version hieß es, die Brücke sei 1978 eröffnet worden.",
    "Dieser Beitrag wurde am 1. Dezember korrigiert.",
    "Wir haben die Angabe zur Zahl der Fahrgäste korrigiert.",
    "Cet article a été modifié le 1er décembre : une version précédente indiquait à tort 387 places.",
    "Cet article a été corrigé.",
    "Une première version de cet article mentionnait un autre port.",
    "Una versión anterior de este artículo indicaba otro puerto.",
    "En una versión anterior se dio por error otra cifra.",
    "Esta noticia ha sido corregida.",
    "Uma versão anterior desta reportagem informava outro porto.",
    "Una versione precedente di questo articolo indicava un altro porto.",
    "In een eerdere versie van dit artikel stond een andere haven.",
    "I en tidigare version av artikeln angavs en annan hamn.",
    "I en tidligere versjon av artikkelen sto det en annen havn.",
    "W poprzedniej wersji artykułu błędnie podaliśmy nazwę portu.",
    "В предыдущей версии статьи был указан другой порт.",
    "У попередній версії новини було вказано інший порт.",
    "【訂正しておわびします】橋の開通は1987年でした。",
    "＜訂正＞橋の開通は1987年でした。",
    "‹정정> 다리는 1987년에 개통됐다.",
    "<정정> 다리는 1987년에 개통됐다.",
]  # fmt: skip
ASKING = [
    "Corrections: write to the newsroom.",
    "Corrections: contact the editors.",
    "Corrections: call 555 0100 or telephone: 555 0101",
    "Corrections: call toll-free, at any hour.",
    "Corrections: we strive for accuracy.",
    "Corrections: see page 2.",
    "Corrections: our policy is to mend errors at once.",
    "Correction: found a mistake? desk@herald.example",
    "Korrektur: Fehler gefunden? https://herald.example/fehler",
]
OTHER = [
    "Corrections and clarifications: see page 2",
    "Correction policy: we mend errors at once.",
    "Corrections officers struck on Monday: no one was hurt.",
    "Correctional staff: 200 more are to be hired.",
    "This story will be updated and corrected as needed.",
    "This story will be updated with corrected figures.",
    "This article may be corrected later.",
    "This article was amended by parliament in 1999 and is in force.",
    "This story has been updated.",
    "This story has been updated with comments from the mayor.",
    "This article has been translated. It might contain wrong information.",
    "This version of the ferry holds 378 passengers.",
    "An earlier version of the software ran on phones.",
    "An earlier version of the bill said that fares are free.",
    "An earlier version of the report said the bridge was safe.",
    "A previous version of this column appeared in the Velm Gazette.",
    "Editor's note: This is the second of three parts.",
    "Editor's note: A previous version of this essay ran in the Velm Gazette.",
    "Editor's note: she answered each question correctly.",
    "In a report on Monday, inspectors said the harbor had wrongly raised fares.",
    "In a story on the ferry, the mayor is the hero.",
    "Due to a technical error, the ferry stopped.",
    "Because of an error, the ferry stopped.",
    "Some versions of the model are wrong for the harbor.",
    "A correction of 10 percent: what it means for savers",
    "A correction was due, traders said.",
    "Market correction deepens: shares fall again.",
    "The correction: shares fall again.",
    "Corrective action: the harbor hires divers.",
    "Korrekturen am Haushalt: Die Stadt spart.",
    "Korr.: Erna Beispiel, Velm",
    "Refile: the desk",
    "Anmerkung der Redaktion: Die Autorin ist Kapitänin.",
    "In einer früheren Fassung des Gesetzes waren Fähren frei.",
    "In einer früheren Version war das Gerät schwerer.",
    "Dieser Artikel wurde am Montag veröffentlicht.",
    "Cet article a été modifié par le Sénat.",
    "Une version précédente du texte prévoyait la gratuité.",
    "La primera versión del proyecto incluía otro puerto.",
    "Uma versão anterior do projeto incluía outro porto.",
    "Una versione precedente della legge era più severa.",
    "In een eerdere versie van de wet was de veerboot gratis.",
    "I en tidigare version av lagen var färjan gratis.",
    "В предыдущей версии закона паромы были бесплатными.",
    "정정당당하게 겨룬 두 팀이 비겼다.",
    "訂正可能な番号を選ぶ。",
]


def test_labels_are_those_of_headlines_except_for_the_named_ones():
    assert {*CORRECTIONS} - {*LABELS} == {*HEADLINE_ONLY}


def test_the_manual_lists_the_words_that_count_in_headlines_or_in_texts_only():
    manual = (Path(__file__).parents[2] / "docs" / "corrections.md").read_text(encoding="utf-8")
    in_headlines, in_texts = (
        manual.partition(before)[2].partition(after)[0].split(", ")
        for before, after in (
            ("In headlines only count ", ", the words of the last column"),
            ("Within a text, not in headlines, these count too: ", ".\n"),
        )
    )
    assert sorted(in_headlines) == sorted(HEADLINE_ONLY)
    assert sorted(in_texts) == sorted({*LABELS} - {*CORRECTIONS})


@pytest.mark.parametrize("word", LABELS)
def test_each_label_begins_a_note_in_any_case(word):
    for spelled in (word, word.capitalize(), word.upper()):
        assert is_notice(f"{spelled}: 378")
        assert is_notice(f"{spelled} (1.12.2026): 378")
        assert split_note(f"({spelled}: 378, 387)") == (f"({spelled}: 378, 387)", "")


@pytest.mark.parametrize("note", [*LABELED, *DATED, *WORDED])
def test_a_paragraph_that_tells_of_a_correction_is_a_notice_and_no_request(note):
    assert is_notice(note)
    assert not is_request(note)


@pytest.mark.parametrize("line", ASKING)
def test_a_line_that_asks_for_corrections_is_a_request(line):
    assert is_request(line)


@pytest.mark.parametrize("line", OTHER)
def test_a_paragraph_with_similar_words_is_no_note(line):
    assert not is_notice(line)
    assert split_note(line) == ("", line)


@pytest.mark.parametrize(
    "note",
    [
        "Correction: the email was sent on Monday.", "Correction: the call came at noon.",
        "In a story Nov. 30 about a call for help, The Associated Press erroneously named the port.",
        "Correction: a contact of the mayor said so.",
        "Correction: the bank's policy rate is 4 percent, not 5.", "Correction: the team strives to win.",
    ],
)  # fmt: skip
def test_a_note_about_calls_and_letters_is_no_request(note):
    assert is_notice(note)
    assert not is_request(note)


@pytest.mark.parametrize(
    "note",
    [
        "Correction: It holds 378.", "CORRECTION: It holds 378.", "Clarification (Dec. 1): It holds 378.",
        "Korrektur: Sie fasst 378.", "Rectificatif : il compte 378 places.", "Corrección: son 378.",
        "Errata corrige: sono 378.", "Исправление: 378 мест.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["The ferry sailed.", "“It sailed.”", "Did it sail?"])
def test_a_label_behind_the_last_sentence_begins_a_note(text, note):
    assert split_note(f"{text} {note}") == (note, text)


@pytest.mark.parametrize(
    "text",
    [
        "The ferry sailed, correction: it holds 378.", "The market correction: shares fell.",
        "The ferry sailed. A correction: it holds 378.", "The ferry sailed. Correction policy: see below.",
        "The ferry sailed. correction: it holds 378.", "He is head of Correction: the Movie.",
        "The ferry sailed. Correction officers: 200 more.",
    ],
)  # fmt: skip
def test_a_label_within_a_sentence_begins_no_note(text):
    assert split_note(text) == ("", text)


@pytest.mark.parametrize(
    "note",
    ["(Refiles to fix spelling)", "(This story has been refiled to fix a name)", "(This story refiles)"],
)
def test_a_note_of_filing_again_is_left_out_and_tells_of_no_correction(note):
    assert split_note(note) == (note, "")
    assert is_refile(note)
    assert not is_refile("(Corrects fare; refiles)")
