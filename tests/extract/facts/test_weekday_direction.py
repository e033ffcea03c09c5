"""Weekdays from which something holds, and participles of events: the last or the next such day."""

from datetime import date, timedelta

import pytest

from worker.extract.facts.dates import find_dates

DAY = date(2026, 11, 25)  # a Wednesday
# language, sentence, ISO dates in order
FROM = (
    (
        "en",
        "The wall gave way on Monday and from Thursday walkers may cross again.",
        ["2026-11-23", "2026-11-26"],
    ),
    ("en", "Fares rise from Friday.", ["2026-11-27"]),
    ("en", "From Saturday, visitors pay ten euros.", ["2026-11-28"]),
    ("en", "From Saturday, visitors paid ten euros.", ["2026-11-21"]),
    ("en", "Oil was down from Friday.", ["2026-11-20"]),
    ("en", "Footage from Friday showed an empty street.", ["2026-11-20"]),
    ("en", "The road was closed from Friday.", ["2026-11-20"]),
    ("en", "As of Monday, dogs need a ticket.", ["2026-11-30"]),
    ("en", "The station recorded no tremors until Friday.", ["2026-11-20"]),
    ("en", "The road will not reopen until Friday.", ["2026-11-27"]),
    (
        "nl",
        "Eergisteren zakte de weg weg en vanaf zaterdag mag er weer verkeer over.",
        ["2026-11-23", "2026-11-28"],
    ),
    ("nl", "Vanaf vrijdag rijden de treinen weer.", ["2026-11-27"]),
    ("nl", "De straten zijn vanaf vrijdag weer open.", ["2026-11-27"]),
    ("nl", "Vanaf vrijdag was de brug dicht.", ["2026-11-20"]),
    ("de", "Gestern brach der Damm, ab Freitag dürfen wieder Boote fahren.", ["2026-11-24", "2026-11-27"]),
    ("de", "Ab Montag gelten neue Regeln.", ["2026-11-30"]),
    ("de", "Die Brücke ist ab Freitag gesperrt.", ["2026-11-27"]),
    ("de", "Die Brücke war ab Freitag gesperrt.", ["2026-11-20"]),
    ("de", "Die Brücke ist seit Freitag gesperrt.", ["2026-11-20"]),
    ("de", "Vom Samstag an fahren Busse statt Bahnen.", ["2026-11-28"]),
    (
        "fr",
        "La digue a cédé lundi et à partir de jeudi les péniches passent de nouveau.",
        ["2026-11-23", "2026-11-26"],
    ),
    ("fr", "Dès vendredi, les automobilistes doivent contourner la ville.", ["2026-11-27"]),
    ("fr", "Dès vendredi, les secours ont évacué la vallée.", ["2026-11-20"]),
    ("fr", "Le pont est fermé à partir de vendredi.", ["2026-11-27"]),
    (
        "es",
        "El dique cedió el lunes y a partir del jueves pasan otra vez los barcos.",
        ["2026-11-23", "2026-11-26"],
    ),
    ("es", "Desde el viernes los perros pagan billete.", ["2026-11-27"]),
    ("es", "El puente está cerrado desde el viernes.", ["2026-11-20"]),
    ("es", "Desde el viernes será obligatorio.", ["2026-11-27"]),
    ("es", "A partir del viernes cerró la frontera.", ["2026-11-20"]),
    (
        "pt",
        "O dique cedeu na segunda-feira e a partir de quinta-feira os barcos passam de novo.",
        ["2026-11-23", "2026-11-26"],
    ),
    ("pt", "A partir de sábado o ingresso custa dez reais.", ["2026-11-28"]),
    ("it", "Da venerdì i cani pagano il biglietto.", ["2026-11-27"]),
    ("it", "Il ponte è chiuso da venerdì.", ["2026-11-20"]),
    ("it", "A partire da sabato entrano in vigore le nuove regole.", ["2026-11-28"]),
    ("pl", "Od piątku kierowcy jeżdżą objazdem.", ["2026-11-27"]),
    ("pl", "Od piątku trwa strajk.", ["2026-11-20"]),
    ("pl", "Od piątku padało.", ["2026-11-20"]),
    ("cs", "Od pátku platí nová pravidla.", ["2026-11-27"]),
    ("sv", "Från och med fredag gäller nya regler.", ["2026-11-27"]),
    ("sv", "Från lördag kostar biljetten mer.", ["2026-11-28"]),
    ("sv", "Bilder från lördag visar en tom gata.", ["2026-11-21"]),
    ("da", "Fra fredag koster billetten mere.", ["2026-11-27"]),
    ("no", "Fra og med fredag er veien stengt.", ["2026-11-27"]),
    ("no", "Veien er stengt fra fredag.", ["2026-11-27"]),
    ("fi", "Perjantaista alkaen lippu maksaa enemmän.", ["2026-11-27"]),
    ("hu", "Péntektől drágább a jegy.", ["2026-11-27"]),
    ("hu", "Péntektől tart a sztrájk.", ["2026-11-20"]),
    ("ru", "С пятницы проезд дорожает.", ["2026-11-27"]),
    ("ru", "С пятницы продолжается забастовка.", ["2026-11-20"]),
    ("ru", "С пятницы закрыли мост.", ["2026-11-20"]),
    ("uk", "З п'ятниці проїзд дорожчає.", ["2026-11-27"]),
    ("uk", "З п'ятниці триває страйк.", ["2026-11-20"]),
    ("tr", "Cuma gününden itibaren biletler on lira.", ["2026-11-27"]),
    ("tr", "Perşembeden itibaren köprü kapalı.", ["2026-11-26"]),
    ("tr", "Perşembeden itibaren köprü kapatıldı.", ["2026-11-19"]),
    ("tr", "Perşembeden beri kar yağıyor.", ["2026-11-19"]),
    ("id", "Mulai Jumat tiket naik.", ["2026-11-27"]),
    ("ar", "ابتداء من الجمعة يدفع الزوار رسوما.", ["2026-11-27"]),
)
ATTRIBUTES = (
    ("tr", "Salı günü çöken köprünün onarımı 7 Aralık'ta bitecek.", ["2026-11-24", "2026-12-07"]),
    ("tr", "Cuma günü İzmir'de düzenlenen törene bakan da katılacak mı bilinmiyor.", ["2026-11-20"]),
    ("tr", "Cuma günü yapılacak seçim için hazırlıklar tamamlandı.", ["2026-11-27"]),
    ("tr", "Pazartesi günü ölen işçi toprağa verilecek.", ["2026-11-23"]),
    ("tr", "Pazar günü başlayacak olan festivalin programı açıklandı.", ["2026-11-29"]),
    ("de", "Die am Freitag eingestürzte Mauer wird neu gebaut.", ["2026-11-20"]),
    ("de", "Die am Freitag gestohlene Statue soll versichert sein.", ["2026-11-20"]),
    ("de", "Das am Freitag beginnende Turnier hat einen neuen Sponsor.", ["2026-11-27"]),
    ("de", "Der für Freitag geplante Streik hat viele überrascht.", ["2026-11-27"]),
    ("de", "Am Freitag wird ein umgebautes Museum eröffnet.", ["2026-11-27"]),
    ("nl", "De vrijdag ingestorte muur wordt herbouwd.", ["2026-11-20"]),
    ("nl", "Het vrijdag beginnende toernooi heeft een nieuwe sponsor.", ["2026-11-27"]),
    ("fi", "Perjantaina sortunut silta korjataan ensi viikolla.", ["2026-11-20", "2026-W49"]),
    ("fi", "Perjantaina alkava turnaus on saanut uuden sponsorin.", ["2026-11-27"]),
    ("fi", "Perjantaina järjestettävä juhla on peruttu.", ["2026-11-27"]),
    ("hu", "A pénteken leomlott falat újjáépítik, ami sokba fog kerülni.", ["2026-11-20"]),
    ("hu", "A pénteken kezdődő verseny új szponzort kapott.", ["2026-11-27"]),
    ("es", "El muro derrumbado el viernes será reconstruido.", ["2026-11-20"]),
    ("es", "El museo será inaugurado el viernes.", ["2026-11-27"]),
    ("pt", "O muro derrubado na sexta-feira será reconstruído.", ["2026-11-20"]),
    ("ru", "Обрушившуюся в пятницу стену восстановят.", ["2026-11-20"]),
    ("ru", "Назначенное на пятницу голосование перенесли.", ["2026-11-27"]),
    ("ko", "금요일 무너진 담장은 다음 달 복구된다.", ["2026-11-20", "2026-12"]),
    ("ko", "금요일 열릴 공청회를 앞두고 주민들이 모였다.", ["2026-11-27"]),
    ("ko", "금요일 오후 발생한 화재의 원인은 곧 발표될 예정이다.", ["2026-11-20"]),
    ("ja", "日曜日に行われる市長選の候補者が出そろった。", ["2026-11-29"]),
    ("ja", "金曜日に崩れた塀は来月に建て直す。", ["2026-11-20", "2026-12"]),
    ("zh", "周五倒塌的围墙将于下月重建。", ["2026-11-20", "2026-12"]),
)
NUMERIC = (
    # day of publication, offset of the zone in hours, text, ISO dates
    (date(2026, 11, 10), 0, "The letter, dated 06/11/2026, was read out.", ["2026-11-06"]),
    (date(2026, 11, 10), -5, "The letter, dated 06/11/2026, was read out.", ["2026-06-11"]),
    (date(2026, 6, 14), 0, "The letter, dated 06/11/2026, was read out.", ["2026-06-11"]),
    (date(2026, 11, 10), 10, "It was signed on 3/4/2026.", ["2026-04-03"]),
    (date(2026, 9, 14), -4, "Filed on 8/30/2026 in Boston.", ["2026-08-30"]),
    (date(2026, 9, 14), 1, "Filed on 30/8/2026 in Leeds.", ["2026-08-30"]),
    (date(2026, 9, 14), 1, "Filed on 30-08-2026 in Leeds.", ["2026-08-30"]),
    (date(2026, 9, 14), -4, "Filed on 30.8.2026 in Leeds.", ["2026-08-30"]),
    (date(2026, 9, 14), -4, "Filed on 2026/8/30, it says.", ["2026-08-30"]),
    (date(2026, 9, 14), 0, "Filed on 2026-08-30, it says.", ["2026-08-30"]),
    (date(2026, 9, 14), 0, "Build 12.5.2026 of Windows 10.11.2026 costs 3/4 of 2026/27.", []),
    (date(2026, 9, 14), 0, "Case no. 04/11/2026 and version 1.2.2026 are closed.", []),
    (date(2026, 9, 14), 0, "They won 6/4/2, at odds of 5/2, on 31/13/2026 or 45/8/2026.", []),
    (date(2026, 9, 14), 0, "See example.org/2026/08/30/fair and 192.10.8.2026.", []),
)


@pytest.mark.parametrize(("lang", "sentence", "due"), FROM)
def test_a_day_from_which_something_holds_is_the_next_one_unless_its_verb_is_past(lang, sentence, due):
    """Beside a verb of state the word means "since" in the languages that have one word for both."""
    assert [found.date for found in find_dates(sentence, DAY, lang)] == due


@pytest.mark.parametrize(("lang", "sentence", "due"), ATTRIBUTES)
def test_the_participle_beside_a_day_decides_before_the_verb_of_the_sentence(lang, sentence, due):
    assert [found.date for found in find_dates(sentence, DAY, lang)] == due


@pytest.mark.parametrize(("day", "hours", "text", "due"), NUMERIC)
def test_a_day_in_digits_is_read_by_what_is_possible_then_by_zone_then_by_distance(day, hours, text, due):
    """Fractions, odds, versions, file numbers and addresses are not dates."""
    assert [found.date for found in find_dates(text, day, "en", timedelta(hours=hours))] == due
