"""Month names of eighteen European languages and Indonesian."""

import unicodedata

# Names and usual short forms, without accents
# (CLDR, Gregorian calendar, format and stand-alone forms)
MONTHS = {
    1: (
        "january jan januar jaenner janner janvier janv enero ene gennaio gen janeiro januari styczen "
        "stycznia sty leden ledna jan tammikuu ocak ianuarie ιανουαριος ιανουαριου ιαν январь января "
        "янв"
    ),
    2: (
        "february feb februar februari fevrier fevr fev febrero febbraio fevereiro luty lutego lut "
        "unor unora helmikuu subat februarie februar φεβρουαριος φεβρουαριου φεβ февраль февраля фев"
    ),
    3: (
        "march mar marz maerz mrz mars marzo marco maart mrt marzec marca brezen brezna marcius marc "
        "maaliskuu mart martie maret μαρτιος μαρτιου μαρ март марта мар"
    ),
    4: (
        "april apr avril avr abril abr aprile kwiecien kwietnia kwi duben dubna aprilis huhtikuu "
        "nisan aprilie απριλιος απριλιου απρ апрель апреля апр"
    ),
    5: (
        "may mai mayo maggio mag maio mei maj maja kveten kvetna majus toukokuu mayis μαιος μαιου μαι май мая"
    ),
    6: (
        "june jun juni juin junio giugno giu junho czerwiec czerwca cze cerven cervna junius kesakuu "
        "haziran iunie ιουνιος ιουνιου ιουν июнь июня июн"
    ),
    7: (
        "july jul juli juillet juil julio luglio lug julho lipiec lipca lip cervenec cervence julius "
        "heinakuu temmuz iulie ιουλιος ιουλιου ιουλ июль июля июл"
    ),
    8: (
        "august aug aout agosto ago agustus augustus sierpien sierpnia sie srpen srpna augusztus "
        "elokuu agustos augusti αυγουστος αυγουστου αυγ август августа авг"
    ),
    9: (
        "september sep sept septembre septiembre settembre set setembro wrzesien wrzesnia wrz zari "
        "szeptember szept syyskuu eylul septembrie σεπτεμβριος σεπτεμβριου σεπ σεπτ сентябрь сентября "
        "сен сент"
    ),
    10: (
        "october oct oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz "
        "rijen rijna lokakuu ekim octombrie οκτωβριος οκτωβριου οκτ октябрь октября окт"
    ),
    11: (
        "november nov novembre noviembre novembro listopad listopada lis listopadu marraskuu kasim "
        "noiembrie nopember νοεμβριος νοεμβριου νοε ноябрь ноября ноя"
    ),
    12: (
        "december dec dezember dez decembre diciembre dic dicembre dezembro grudzien grudnia gru "
        "prosinec prosince joulukuu aralik decembrie desember des δεκεμβριος δεκεμβριου δεκ декабрь "
        "декабря дек"
    ),
}
MONTH_OF = {name: number for number, names in MONTHS.items() for name in names.split()}


def plain_word(word: str) -> str:
    """Returns the word in lower case without accents."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("ı", "i")
