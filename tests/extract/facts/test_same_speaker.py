"""A quote whose attribution has no subject is of the speaker before; one of somebody else is not."""

import pytest

from worker.extract.facts.quotes import find_quotes

SAME = (
    (
        "es",
        "«El plan está listo», ha dicho la alcaldesa, Rosa Vidal. «Abriremos en mayo», ha añadido.",
        "Rosa Vidal",
    ),
    ("es", "«El plan está listo», dijo el ministro Luis Vega. «Abriremos en mayo», añadió.", "Luis Vega"),
    ("pt", "“O plano está pronto”, disse o prefeito Rui Melo. “Abrimos em maio”, acrescentou.", "Rui Melo"),
    ("it", "«Il piano è pronto», ha detto il sindaco Ugo Riva. «Apriamo a maggio», ha aggiunto.", "Ugo Riva"),
    ("cs", "„Plán je hotový,“ řekl ministr Jan Dvorský. „Otevřeme v květnu,“ dodal.", "Jan Dvorský"),
    ("sk", "„Plán je hotový,“ povedal minister Ján Hruška. „Otvoríme v máji,“ dodal.", "Ján Hruška"),
    ("pl", "„Plan jest gotowy” – powiedział minister Adam Lis. „Otworzymy w maju” – dodał.", "Adam Lis"),
    ("uk", "«План готовий», — сказав міністр Олег Бойко. «Відкриємо у травні», — додав він.", "Олег Бойко"),
    ("bg", "„Планът е готов сега“, каза кметът Петър Илиев. „Отваряме през май“, добави той.", "Петър Илиев"),
    ("hr", "„Plan je sada spreman”, rekao je župan Ivo Babić. „Otvaramo u svibnju”, dodao je.", "Ivo Babić"),
    (
        "ro",
        "„Planul este gata”, a spus primarul Dan Ionescu. „Deschidem în mai”, a adăugat acesta.",
        "Dan Ionescu",
    ),
    ("el", "«Το σχέδιο είναι έτοιμο», δήλωσε ο Νίκος Παπάς. «Ανοίγουμε τον Μάιο», πρόσθεσε.", "Νίκος Παπάς"),
    (
        "tr",
        'Başkan Ali Demir, "Plan artık hazır" dedi. Demir, "Mayısta burayı açacağız" diye konuştu.',
        "Ali Demir",
    ),
    ("id", '"Rencananya sudah siap," kata Budi Santoso. "Kami buka bulan Mei," tambahnya.', "Budi Santoso"),
    (
        "nl",
        "“Het plan is klaar”, zei wethouder Jan Bos. “We openen in mei”, voegde hij eraan toe.",
        "Jan Bos",
    ),
    ("da", "»Planen er klar nu«, siger borgmester Lars Holm. »Vi åbner i maj«, tilføjer han.", "Lars Holm"),
    ("ar", 'قال الوزير سامر الحديدي: "الخطة جاهزة منذ شهر". وأضاف: "سنبدأ العمل في مايو".', "سامر الحديدي"),
    (
        "ja",
        "山岡健一社長は「次の世代に任せる」と述べた。さらに「丁寧に引き継ぎたい」とも語った。",
        "山岡健一",
    ),
    (
        "ja",
        "山岡健一社長は「次の世代に任せる」と述べた。会見後には「丁寧に引き継ぎたい」と話した。",
        "山岡健一",
    ),
    ("zh", "市长李明表示：“计划已经准备好了。”他补充说：“我们将在五月开放。”", "李明"),
)
OTHERS = (
    (
        "es",
        "«El plan está listo», dijo el ministro Luis Vega. «No es verdad», añadió un vecino.",
        "Luis Vega",
    ),
    (
        "it",
        "«Il piano è pronto», ha detto il sindaco Ugo Riva. «Non è vero», ha aggiunto Eva Neri.",
        "Ugo Riva",
    ),
    (
        "ja",
        "山岡健一社長は「次の世代に任せる」と述べた。田中花子専務は「丁寧に引き継ぎたい」と話した。",
        "山岡健一",
    ),
    (
        "ar",
        'قال الوزير سامر الحديدي: "الخطة جاهزة منذ شهر". وقال علي حسن: "سنبدأ العمل في مايو".',
        "سامر الحديدي",
    ),
)
FORMS = (
    ("sv", "”Beslutet är tungt men nödvändigt”, skriver vd:n Nils Berg i ett brev.", "Nils Berg"),
    (
        "ro",
        "„Planul este gata acum”, a declarat ministrul Sănătății, Dan Ionescu. Lucrările încep luni.",
        "Dan Ionescu",
    ),
    ("ko", "“물 마실 시간도 없이 일했습니다.” 건설 노동자 최영식 씨는 이렇게 말했다.", "최영식"),
)


@pytest.mark.parametrize(("lang", "text", "speaker"), SAME)
def test_an_attribution_without_a_subject_keeps_the_speaker(lang, text, speaker):
    first, second = (quote.speaker for quote in find_quotes(text, lang))
    assert speaker in first
    assert second == first


@pytest.mark.parametrize(("lang", "text", "speaker"), OTHERS)
def test_a_quote_of_somebody_else_is_not_of_the_speaker_before(lang, text, speaker):
    assert speaker not in str(find_quotes(text, lang)[1].speaker)


@pytest.mark.parametrize(("lang", "text", "speaker"), FORMS)
def test_a_speaker_is_named_behind_a_title_and_a_colon(lang, text, speaker):
    assert find_quotes(text, lang)[0].speaker == speaker
