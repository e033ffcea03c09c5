"""Speakers named in full elsewhere, in the sentence behind the quote, or behind any verb of speech."""

import pytest

from worker.extract.facts.quotes import find_quotes

# language, text, the speakers in order
SPEAKERS = (
    # the full name that the text gives before a title with a surname
    (
        "en",
        "Mr Lionel Marwood, the club's treasurer, left. “I am tired,” Mr Marwood said.",
        ["Lionel Marwood"],
    ),
    ("en", 'Dr Ada Quist opened the ward. "It was overdue," Dr. Quist said.', ["Ada Quist"]),
    ("en", 'Zookeeper Edie Marsh fed the bears. "They were hungry," Marsh said.', ["Edie Marsh"]),
    ("en", 'Sir Alan Boyd sold the ship. "It had to go," Sir Alan said.', ["Alan Boyd"]),
    ("en", 'Ann Holt and her son Rob Holt sold it. "It had to go," Mrs Holt said.', ["Mrs Holt"]),
    ("en", 'The mayor spoke. "It had to go," Ms Holt said.', ["Ms Holt"]),
    ("en", 'On Monday Jan van Dijk resigned. "It had to be," Mr van Dijk said.', ["Mr van Dijk"]),
    ("de", "Die Wirtin Gerda Pohl schließt. „Es reicht mir nun“, sagte Frau Pohl.", ["Gerda Pohl"]),
    ("de", "Küster Hans Raab läutet. „Das ist laut genug“, sagte Raab.", ["Hans Raab"]),
    ("fr", "Paule Roux quitte le club. « Je suis fatiguée », a déclaré Mme Roux.", ["Paule Roux"]),
    ("es", "Inés Robledo dejó el club. «Estoy cansada», dijo la señora Robledo.", ["Inés Robledo"]),
    ("ru", "Игнат Лаптев починил крышу. «Работы было много», — сказал Лаптев.", ["Игнат Лаптев"]),
    ("pl", "Hanna Wilk zamknęła sklep. „Mam już dość”, powiedziała pani Wilk.", ["Hanna Wilk"]),
    ("ja", "山田花子さんは店を閉めた。「もう限界です」と山田さんは話した。", ["山田花子"]),
    # the sentence behind the quote
    ("en", '"The flies never slept." That was how camper Ilse Pryor summed up her week.', ["Ilse Pryor"]),
    ("en", '"The flies never slept." Those were the words of camper Ilse Pryor.', ["Ilse Pryor"]),
    ("en", '"The flies never slept." Such was the verdict of camper Ilse Pryor.', ["Ilse Pryor"]),
    ("en", '"The flies never slept." That is how the week ended.', [None]),
    ("de", "„Die Mücken schliefen nie.“ So lautete das Fazit von Camperin Ilse Prym.", ["Ilse Prym"]),
    (
        "de",
        "„Die Mücken schliefen nie.“ So fasste die Camperin Ilse Prym ihre Woche zusammen.",
        ["Ilse Prym"],
    ),
    (
        "fr",
        "« Les mouches sont là. » C'est en ces termes que la campeuse Ilse Prévot a résumé sa semaine.",
        ["Ilse Prévot"],
    ),
    (
        "fr",
        "« Les mouches ne dormaient jamais. » C'est ainsi qu'a réagi la campeuse Ilse Prévot.",
        ["Ilse Prévot"],
    ),
    ("es", "«Las moscas no dormían nunca.» Así resumió la campista Inés Prieto su semana.", ["Inés Prieto"]),
    ("es", "«Las moscas no dormían nunca.» Son palabras de la campista Inés Prieto.", ["Inés Prieto"]),
    (
        "pt",
        "“As moscas nunca dormiam.” Foi assim que a campista Inês Prado resumiu a semana.",
        ["Inês Prado"],
    ),
    (
        "it",
        "«Le mosche non dormivano mai.» Così ha riassunto la campeggiatrice Ines Prati la sua settimana.",
        ["Ines Prati"],
    ),
    ("nl", "‘De muggen sliepen nooit.’ Zo vatte kampeerster Ilse Prins haar week samen.", ["Ilse Prins"]),
    ("sv", "”Myggen sov aldrig.” Så sammanfattade camparen Ilse Pettersson veckan.", ["Ilse Pettersson"]),
    ("pl", "„Komary nigdy nie spały.” Tak podsumowała tydzień turystka Ilza Prus.", ["Ilza Prus"]),
    ("cs", "„Komáři nikdy nespali.“ Tak shrnula týden tábornice Ilsa Procházková.", ["Ilsa Procházková"]),
    ("ru", "«Комары не спали никогда». Так подытожила неделю туристка Ильза Прохорова.", ["Ильза Прохорова"]),
    (
        "uk",
        "«Комарі не спали ніколи». Так підсумувала тиждень туристка Ілона Прокопенко.",
        ["Ілона Прокопенко"],
    ),
    # an occupation between any verb and the name
    ("ru", "«Мы починим крышу к зиме», — пообещал кровельщик Игнат Лаптев.", ["Игнат Лаптев"]),
    ("ru", "«Мы починим крышу к зиме», — пошутила директор школы Анна Лаптева.", ["Анна Лаптева"]),
    ("ru", "«Мы починим крышу к зиме», — вздохнул Лаптев.", ["Лаптев"]),
    ("uk", "«Ми полагодимо дах до зими», — пообіцяв покрівельник Гнат Лапко.", ["Гнат Лапко"]),
    ("uk", "«Ми полагодимо дах до зими», — зітхнула Лапко.", ["Лапко"]),
    ("pl", "„Naprawimy dach do zimy” – obiecał dekarz Jan Łapa.", ["Jan Łapa"]),
    ("pl", "„Naprawimy dach do zimy” – westchnął Łapa.", ["Łapa"]),
    ("cs", "„Střechu opravíme do zimy,“ slíbil pokrývač Jan Lapka.", ["Jan Lapka"]),
    ("de", "„Wir flicken das Dach bis zum Winter“, versprach Dachdecker Jan Lapp.", ["Jan Lapp"]),
    ("de", "„Wir flicken das Dach bis zum Winter“, scherzte Lapp.", ["Lapp"]),
    ("fr", "« Nous réparerons le toit », a promis le couvreur Jean Lappe.", ["Jean Lappe"]),
    ("fr", "« Nous réparerons le toit », a soupiré Lappe.", ["Lappe"]),
    ("nl", "“We maken het dak voor de winter”, beloofde dakdekker Jan Lap.", ["Jan Lap"]),
    ("nl", "“We maken het dak voor de winter”, grapte Lap.", ["Lap"]),
    ("sv", "”Vi lagar taket före vintern”, lovade takläggaren Jan Lapp.", ["Jan Lapp"]),
    ("sv", "”Vi lagar taket före vintern”, suckade Lapp.", ["Lapp"]),
    ("fi", "”Korjaamme katon ennen talvea”, lupasi kattomestari Jani Lappi.", ["Jani Lappi"]),
    ("it", "«Ripareremo il tetto», ha promesso il muratore Gianni Lappi.", ["Gianni Lappi"]),
    ("es", "«Repararemos el tejado», bromeó el albañil Juan Lapa.", ["Juan Lapa"]),
    ("hu", "„A tetőt télig megjavítjuk” – ígérte Lap János.", ["Lap János"]),
    ("en", '"We will mend the roof," sighed Lapp.', ["Lapp"]),
    ("en", '"We will mend the roof," grumbled the roofer, John Lapp.', ["John Lapp"]),
)


@pytest.mark.parametrize(("lang", "text", "due"), SPEAKERS)
def test_a_speaker_is_named_as_fully_as_the_text_does(lang, text, due):
    """A surname stays alone where the text gives it to two persons or to nobody."""
    assert [quote.speaker for quote in find_quotes(text, lang)] == due
