"""Dates in German, French, Spanish, Portuguese, Italian, Dutch, Russian and Arabic text."""

from datetime import date

import pytest

from worker.extract.facts.dates import find_dates

DAY = date(2026, 11, 25)  # a Wednesday
# language, sentence, ISO dates in order
DATES = (
    ("de", "Der Rat beschloss am Montag den Plan.", ["2026-11-23"]),
    ("de", "Der Rat will am Freitag entscheiden.", ["2026-11-27"]),
    ("de", "Die Sitzung, die am Freitag beginnen soll, dauert lange.", ["2026-11-27"]),
    ("de", "Am vergangenen Samstag brannte ein Haus.", ["2026-11-21"]),
    ("de", "Das Gericht entscheidet am kommenden Dienstag.", ["2026-12-01"]),
    ("de", "In der Nacht wurde am Sonntagabend ein Mann verletzt.", ["2026-11-22"]),
    ("de", "Vorgestern und gestern regnete es, übermorgen soll es schneien.", ["2026-11-23",
    "2026-11-24", "2026-11-27"]),
    ("de", "Das Schiff wird morgen erwartet.", ["2026-11-26"]),
    ("de", "Das Gesetz gilt ab dem 1. Januar.", ["2027-01-01"]),
    ("de", "Er starb am 3. Oktober 2019 in Berlin.", ["2019-10-03"]),
    ("de", "Am Freitag, dem 20. November, trat er zurück.", ["2026-11-20"]),
    ("de", "Vor zwei Wochen wurde die Brücke gesperrt.", ["2026-W46"]),
    ("de", "Nächste Woche tagt der Rat, im letzten Jahr fiel er aus.", ["2026-W49", "2025"]),
    ("de", "Im Oktober stieg die Zahl der Gäste.", ["2026-10"]),
    ("de", "Der Vertrag vom 05.11.2026 ist gültig.", ["2026-11-05"]),
    ("fr", "Le maire a annoncé lundi la fermeture du pont.", ["2026-11-23"]),
    ("fr", "Le conseil se réunira vendredi à Lyon.", ["2026-11-27"]),
    ("fr", "Le vote aura lieu mardi prochain.", ["2026-12-01"]),
    ("fr", "L'incendie de samedi dernier a fait deux morts.", ["2026-11-21"]),
    ("fr", "Hier matin, la route était fermée ; elle rouvrira demain.", ["2026-11-24", "2026-11-26"]),
    ("fr", "La loi entrera en vigueur le 1er janvier.", ["2027-01-01"]),
    ("fr", "Le lundi 23 novembre, il a démissionné.", ["2026-11-23"]),
    ("fr", "Il y a deux semaines, le pont a été fermé.", ["2026-W46"]),
    ("fr", "La semaine dernière, puis l'an dernier, il a échoué.", ["2026-W47", "2025"]),
    ("fr", "Les prix ont baissé en octobre.", ["2026-10"]),
    ("es", "El alcalde anunció el lunes el cierre del puente.", ["2026-11-23"]),
    ("es", "El consejo se reunirá el viernes en Madrid.", ["2026-11-27"]),
    ("es", "El pasado sábado hubo un incendio.", ["2026-11-21"]),
    ("es", "Ayer por la mañana llovió y mañana habrá sol.", ["2026-11-24", "2026-11-26"]),
    ("es", "Antes de ayer cerró y pasado mañana abrirá.", ["2026-11-23", "2026-11-27"]),
    ("es", "La ley entrará en vigor el 1 de enero.", ["2027-01-01"]),
    ("es", "Murió el 3 de octubre de 2019.", ["2019-10-03"]),
    ("es", "Este martes 24 se aprobó el plan.", ["2026-11-24"]),
    ("es", "Hace dos semanas cerró el puente.", ["2026-W46"]),
    ("es", "La semana pasada y el año pasado fracasó.", ["2026-W47", "2025"]),
    ("pt", "O prefeito anunciou na segunda-feira (23) o plano.", ["2026-11-23"]),
    ("pt", "O conselho vai votar na sexta-feira.", ["2026-11-27"]),
    ("pt", "O jogo será no próximo domingo.", ["2026-11-29"]),
    ("pt", "Anteontem choveu e depois de amanhã haverá sol.", ["2026-11-23", "2026-11-27"]),
    ("pt", "A lei entra em vigor em 1º de janeiro.", ["2027-01-01"]),
    ("pt", "Há duas semanas a ponte foi fechada.", ["2026-W46"]),
    ("pt", "No mês passado os preços caíram.", ["2026-10"]),
    ("it", "Il sindaco ha annunciato lunedì la chiusura.", ["2026-11-23"]),
    ("it", "Il consiglio si riunirà venerdì a Roma.", ["2026-11-27"]),
    ("it", "Sabato scorso un incendio ha distrutto la casa.", ["2026-11-21"]),
    ("it", "Ieri pioveva, domani ci sarà il sole.", ["2026-11-24", "2026-11-26"]),
    ("it", "La legge entrerà in vigore il 1º gennaio.", ["2027-01-01"]),
    ("it", "Due settimane fa il ponte è stato chiuso.", ["2026-W46"]),
    ("nl", "De raad besloot maandag tot sluiting.", ["2026-11-23"]),
    ("nl", "De raad zal vrijdag stemmen.", ["2026-11-27"]),
    ("nl", "Afgelopen zaterdag woedde er brand.", ["2026-11-21"]),
    ("nl", "Gisteravond viel de stroom uit, morgen wordt hij hersteld.", ["2026-11-24", "2026-11-26"]),
    ("nl", "De wet geldt vanaf 1 januari.", ["2027-01-01"]),
    ("nl", "Twee weken geleden werd de brug gesloten.", ["2026-W46"]),
    ("ru", "Мэр объявил о закрытии моста в понедельник.", ["2026-11-23"]),
    ("ru", "Заседание состоится в пятницу.", ["2026-11-27"]),
    ("ru", "В минувшую субботу произошел пожар.", ["2026-11-21"]),
    ("ru", "Вчера шел дождь, а завтра будет солнце.", ["2026-11-24", "2026-11-26"]),
    ("ru", "Закон вступит в силу 1 января.", ["2027-01-01"]),
    ("ru", "На прошлой неделе мост закрыли.", ["2026-W47"]),
    ("ar", "أعلنت الوزارة يوم الاثنين الخطة.", ["2026-11-23"]),
    ("ar", "أعلنت الوزارة أمس الخطة.", ["2026-11-24"]),
)  # fmt: skip
NO_DATES = (
    ("de", "Der Markt findet jeden Montag statt."),
    ("de", "Die Bild am Sonntag und das heute-journal berichteten darüber."),
    ("de", "Geöffnet ist montags, und am Morgen ist es kühl."),
    ("de", "Die Straße des 17. Juni war gesperrt."),
    ("de", "Am Black Friday und am Karfreitag ist viel los."),
    ("fr", "Le musée ouvre le lundi et ferme chaque mardi."),
    ("fr", "Il habite rue du 8 mai, on fête mardi gras."),
    ("es", "El museo abre los lunes y de martes a viernes."),
    ("es", "Plácido Domingo cantó en Santo Domingo por la mañana."),
    ("es", "Vive en la Plaza 25 de Mayo."),
    ("pt", "A segunda etapa e a quarta rodada foram boas."),
    ("pt", "O museu abre aos domingos e toda segunda-feira."),
    ("it", "Il museo apre ogni lunedì e la domenica."),
    ("nl", "Het museum is elke maandag open; goedemorgen!"),
    ("ru", "Музей открыт каждый понедельник."),
    ("ru", "Агентство «Россия сегодня» сообщило об этом."),
    ("ar", "نشرت صحيفة اليوم السابع النص."),
)


@pytest.mark.parametrize(("lang", "sentence", "dates"), DATES)
def test_dates_are_resolved_by_words_and_tense(lang, sentence, dates):
    assert [found.date for found in find_dates(sentence, DAY, lang)] == dates


@pytest.mark.parametrize(("lang", "sentence"), NO_DATES)
def test_recurring_days_names_and_streets_are_not_dates(lang, sentence):
    assert find_dates(sentence, DAY, lang) == []
