"""Names of the days of the week in European languages, Indonesian and Turkish."""

# names of at least four letters, without accents, Monday first (CLDR, format and stand-alone forms)
_NAMES = """
monday tuesday wednesday thursday friday saturday sunday
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miercoles jueves viernes sabado domingo
lunedi martedi mercoledi giovedi venerdi domenica
segunda terca quarta quinta sexta segunda-feira terca-feira quarta-feira quinta-feira sexta-feira
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
mandag tirsdag onsdag torsdag fredag lordag sondag manag tisdag lordag
maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
poniedzialek wtorek sroda srode czwartek piatek sobota sobote niedziela niedziele
pondeli utery streda stredu ctvrtek patek nedele nedeli
hetfo kedd szerda csutortok pentek szombat vasarnap
luni marti miercuri joi vineri sambata duminica
понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье
понедiлок вiвторок четвер пятниця субота недiля
δευτερα τριτη τεταρτη πεμπτη παρασκευη σαββατο κυριακη
pazartesi sali carsamba persembe cuma cumartesi pazar
senin selasa rabu kamis jumat sabtu minggu
"""
WEEKDAYS = frozenset(_NAMES.split())
