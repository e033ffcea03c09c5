"""Words for dates in German, French, Spanish, Portuguese, Italian, Dutch, Russian and Arabic."""

from dataclasses import dataclass, field

_ONE_TO_TEN: dict[str, str] = {
    "de": "ein(?:em|er|es)? zwei drei vier fünf sechs sieben acht neun zehn",
    "fr": "une? deux trois quatre cinq six sept huit neuf dix",
    "es": "una? dos tres cuatro cinco seis siete ocho nueve diez",
    "pt": "uma? d(?:ois|uas) três quatro cinco seis sete oito nove dez",
    "it": "un['ao]? due tre quattro cinque sei sette otto nove dieci",
    "nl": "een|één twee drie vier vijf zes zeven acht negen tien",
    "ru": "од(?:ин|ну|на) дв[ае] три четыре пять шесть семь восемь девять десять",
    "ar": "واحد اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
}
COUNTS = {lang: tuple(words.split()) for lang, words in _ONE_TO_TEN.items()}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language as regular expressions; tuples of weekdays begin with Monday.

    `lead` must be before a weekday that has no word such as "last" or "next" beside it; `recurring`,
    `not_before` and `not_after` are around words that are not dates.
    """

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    days: dict[str, int]
    last: str  # before or after a noun
    next: str
    this: str
    units: tuple[str, str, str, str]  # day, week, month, year
    ago: tuple[str, ...]  # {n} is a number with its unit
    ahead: str
    future: str
    past: str
    lead: str = ""
    month_lead: str = ""
    recurring: str = r"(?!)"  # before a weekday
    not_before: str = r"(?!)"  # before a word such as "today"
    not_after: str = r"(?!)"
    weekday_tail: str = ""
    ordinal: str = ""
    of: str = ""
    any_case: bool = False  # weekdays are written with and without a capital
    extra: dict[str, tuple[str, int]] = field(default_factory=dict)  # one word for a span: unit, steps


# Portuguese leaves "-feira" out before a pause or a time of day: "segunda" is also "second"
_FEIRA = r"(?:-feira|(?=\s?[.,;(]|\s(?:à noite|à tarde|de manhã|pela manhã)|\s?$))"
WORDS: dict[str, Words] = {
    "de": Words(
        weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag",
            "(?:Samstag|Sonnabend)", "Sonntag"),
        weekday_tail="(?:abend|morgen|vormittag|nachmittag|mittag|nacht|früh)?",
        months=(
            "(?:Januar|Jänner|Jan\\.)", "(?:Februar|Feber|Feb\\.)", "(?:März|Mrz\\.)",
            "(?:April|Apr\\.)", "Mai",
            "Juni", "Juli", "(?:August|Aug\\.)", "(?:September|Sept?\\.)", "(?:Oktober|Okt\\.)",
            "(?:November|Nov\\.)", "(?:Dezember|Dez\\.)",
        ),
        days={
            "vorgestern": -2, "gestern": -1, "(?<!von )[Hh]eute(?!\\svor\\b)": 0, "übermorgen": 2,
            "(?<!von )(?<!heute auf )morgen": 1,
            "Morgen(?=\\s(?:wird|werden|soll|sollen|will|wollen|beginnt|startet|findet|finden|tagt"
            "|ist)\\b)": 1,
        },
        last="(?:letzte|vergangene|vorige|verflossene|zurückliegende)[nrsm]?",
        next="(?:nächste|kommende|folgende)[nrsm]?",
        this="(?:diese[nrsm]?|laufende[nrsm]?)\\s",
        units=("Tage?n?", "Wochen?", "Monat(?:e?n?|s)?", "Jahr(?:e?n?|es)?"),
        ago=("[Vv]or {n}",),
        ahead="[Ii]n {n}",
        future=(
            "wird|werden|soll|sollen|will|wollen|muss|müssen|kann|können|könnten?|dürften?|beginnt|startet|findet"
            "|finden|tagt|trifft|treffen|entscheidet|geplant|vorgesehen|erwartet|angesetzt|öffnet|endet|eröffnet"
            "|verkündet|stimmt|reist|empfängt"
        ),
        past=(
            "hat|haben|hatten?|wars?|waren|wurden?|ist|sind|gab|kam|kamen|ging|gingen|fiel|starb|sprach|blieb|traf"
            "|erschien|rief|schrieb|[a-zäöüß]{3,}(?<!mög)(?<!könn)(?<!soll)(?<!dürf)(?<!heu)(?<!ers)(?<!letz)(?:te|ten)"
        ),
        lead="(?:[Aa]m|[Vv]om|[Zz]um|[Bb]is|[Ss]eit|[Aa]b|für|[Aa]uf|[Vv]or|[Zz]u)(?:\\s(?:frühen|späten|gestrigen))?\\s",
        month_lead="(?:[Ii]m|[Ss]eit|[Aa]b|[Bb]is|[Aa]nfang|[Mm]itte|[Ee]nde|vom)\\s",
        recurring="(?:Welt|Bild|NZZ|Kurier) am\\s|jede[nrsm]?\\s|[Jj]eden\\s|und\\s",
        not_before="(?:[Bb]is|[Nn]och|jede[nrsm]?|[Jj]eden|[Gg]estern|[Hh]eute|tag|[Aa]m|[Gg]uten)\\s",
        not_after="s?(?:\\s(?:noch|zutage|journal|show)\\b|-\\w|\\.\\w|\\s(?:bis|und|oder)\\s\\w+tags?\\b)",
        ordinal="\\.",
        extra={"[Hh]euer": ("year", 0), "[Ii]m Vorjahr": ("year", -1), "[Ii]m Vormonat": ("month", -1)},
    ),
    "fr": Words(
        weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        months=(
            "(?:janvier|janv\\.)", "(?:février|févr?\\.)", "mars", "(?:avril|avr\\.)", "mai", "juin",
            "(?:juillet|juil\\.)", "août", "(?:septembre|sept\\.)", "(?:octobre|oct\\.)",
            "(?:novembre|nov\\.)",
            "(?:décembre|déc\\.)",
        ),
        days={
            "avant-hier": -2, "hier": -1, "(?<!d['’])[Aa]ujourd['’]hui": 0, "après-demain": 2, "demain": 1,
            "ce matin": 0,
            "ce soir": 0, "cet après-midi": 0, "cette nuit": 0,
        },
        last="(?:derni(?:er|ère)|passée?|écoulée?)",
        next="(?:prochaine?|suivante?)",
        this="(?:ce|cet|cette)\\s",
        units=("jours?", "semaines?", "mois", "(?:ans?|années?)"),
        ago=("[Ii]l y a {n}",),
        ahead="[Dd]ans {n}",
        future=(
            "vont|va|doit|doivent|devrait|devraient|pourrait|pourraient|prévue?s?|attendue?s?|programmée?s?"
            "|[a-zéèêîôû]{2,}(?<!opé)(?<!camé)(?:ra|ront|rons|rai)|débute|commence|s['’]ouvre"
        ),
        past="a|ont|avaient|avait|est|sont|était|étaient|fut|furent|[a-zéèêîôû]{3,}(?:èrent|irent)",
        month_lead="(?:[Ee]n|[Dd]epuis|[Dd]ébut|[Ff]in|[Mm]i-|[Dd]ès|[Aa]u mois de|courant)\\s?",
        recurring="(?:[Cc]haque|[Tt]ous les|[Ll]es?|[Dd]u|[Aa]u)\\s",
        not_before=(
            "(?:[Cc]haque|[Tt]ous les|[Ll]es?|[Dd]u|[Dd]es|[Aa]u|[Dd]e lundi à"
            "|[Jj]usqu['’]à|(?:monde|ville|école|métiers?|énergies?|voiture) de)\\s?"
        ),
        not_after="s\\b|\\s(?:gras|saint|noir|en France|encore)\\b|\\s(?:à|au)\\s\\w+di\\b",
        ordinal="er",
        extra={"[Ll]['’]an(?:née)? (?:derni(?:er|ère)|passée?)": ("year",
        -1), "[Ll]['’]an prochain": ("year", 1)},
    ),
    "es": Words(
        weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        months=(
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
            "(?:septiembre|setiembre)",
            "octubre", "noviembre", "diciembre",
        ),
        days={
            "anteayer": -2, "antes de ayer": -2, "ayer": -1, "anoche": -1, "hoy": 0, "pasado mañana": 2,
            "esta (?:mañana|tarde|noche|madrugada)": 0, "(?<!de )[Mm]añana": 1,
        },
        last="(?:pasad[oa]|últim[oa])",
        next="(?:próxim[oa]|que viene|entrante)",
        this="est[ea]\\s",
        units=("días?", "semanas?", "mes(?:es)?", "años?"),
        ago=("[Hh]ace {n}",),
        ahead="[Dd]entro de {n}",
        future=(
            "van? a|prevé[na]?|previst[oa]s?|podrían?|deberán?|[a-záéíóúñ]{2,}(?:rá|rán|remos)"
            "|se espera|programad[oa]s?"
            "|comienza|empieza|arranca"
        ),
        past="ha|han|fue|fueron|había|habían|era|eran|[a-záéíóúñ]{2,}(?:ó|aron|ieron|jeron)|dijo|hizo|tuvo|estuvo|puso|vino",
        lead="(?:[Ee]l|[Dd]el|[Aa]l|[Ee]ste|[Hh]asta el|[Dd]esde el|[Pp]ara el|[Aa]yer|[Hh]oy),?\\s",
        month_lead="(?:[Ee]n|[Dd]esde|[Hh]asta|[Dd]e|[Aa] (?:principios|mediados|finales) de"
            "|[Ee]l (?:mes de)?)\\s",
        recurring="(?:[Cc]ada|[Ll]os|[Tt]odos los|\\w+s a|[Dd]e)\\s",
        not_before=(
            "(?:[Cc]ada|[Ll]os|[Tt]odos los|[Ll]a|[Uu]na|[Tt]oda la|[Dd]e la"
            "|[Dd]e lunes a|[Aa] la|[Hh]asta|[Ee]l)\\s"
        ),
        not_after="s\\b(?<!unes)(?<!artes)|\\s(?:[Ss]anto|[Nn]egro|en día|de (?:Ramos|Resurrección))\\b",
        ordinal="[º°]|ero",
        of="de",
    ),
    "pt": Words(
        weekdays=(
            f"segunda{_FEIRA}", f"terça{_FEIRA}", f"quarta{_FEIRA}", f"quinta{_FEIRA}", f"sexta{_FEIRA}",
            "sábado", "domingo",
        ),
        months=(
            "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto",
            "setembro", "outubro",
            "novembro", "dezembro",
        ),
        days={
            "anteontem": -2, "ontem": -1, "hoje": 0, "amanhã": 1, "depois de amanhã": 2,
            "(?:n?esta) (?:manhã|tarde|noite|madrugada)": 0,
        },
        last="(?:passad[oa]|últim[oa])",
        next="(?:próxim[oa]|que vem|seguinte)",
        this="[nd]?est[ea]\\s",
        units=("dias?", "semanas?", "m[êe]s(?:es)?", "anos?"),
        ago=("[Hh]á {n}", "{n} atrás"),
        ahead="[Dd]aqui a {n}",
        future=(
            "vai|vão|deve|devem|deverão|previst[oa]s?|marcad[oa]s?|poderão|[a-záâãéêíóôõúç]{2,}(?:rá|rão|remos)|começa"
            "|estreia"
        ),
        past=(
            "foi|foram|era|eram|tinha|tinham|havia|haviam|disse|fez|teve|esteve|[a-záâãéêíóôõúç]{2,}(?:ou|eu|iu|aram"
            "|eram|iram)"
        ),
        lead="(?:[Nn][ao]|[Dd][ao]|[Nn]est[ea]|[Dd]est[ea]|[Nn]ess[ea]|[Aa]t[ée] (?:[ao]\\s)?"
            "|[Pp]ara [ao]|[Dd]esde [ao]|(?:noite|manhã|tarde|madrugada)\\sde)\\s?",
        month_lead="(?:[Ee]m|[Dd]esde|[Aa]té|[Nn]o (?:início|final|fim|mês) de|[Dd]e)\\s",
        recurring="(?:[Tt]od[ao]s?(?: [ao]s?)?|[Cc]ada|[Aa]os|[ÀàAa]s|-feira a|\\w+a a)\\s",
        not_before=(
            "(?:[Tt]od[ao]s?(?: [ao]s?)?|[Cc]ada|[Aa]os|[ÀàAa]s|[Aa]té|[Dd]ias de|[Pp]ela|[Dd]a|"
            "(?:mundo|dia) de)\\s"
        ),
        not_after="s\\b|\\s(?:em dia|de [Rr]amos|[Ss]ant[ao])\\b|\\s(?:a|à)\\s\\w+ta\\b",
        ordinal="[º°]",
        of="de",
    ),
    "it": Words(
        weekdays=("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
        months=(
            "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
            "settembre", "ottobre",
            "novembre", "dicembre",
        ),
        days={
            "l['’]altro ieri": -2, "altroieri": -2, "ieri": -1, "oggi": 0, "domani": 1, "dopodomani": 2,
            "stamattina": 0, "stamani": 0, "stamane": 0, "stasera": 0, "stanotte": 0,
            "questa (?:mattina|sera|notte)": 0, "questo pomeriggio": 0,
        },
        last="(?:scors[oa]|passat[oa])",
        next="(?:prossim[oa]|ventur[oa])",
        this="quest(?:[oa]\\s|['’])",
        units=("giorn[oi]", "settiman[ae]", "mes[ei]", "ann[oi]"),
        ago=("{n} fa",),
        ahead="(?:[Tt]ra|[Ff]ra) {n}",
        future=(
            "dovrebbero|dovrebbe|potrebbero|potrebbe|deve|devono|previst[oaie]|in programma"
            "|convocat[oaie]|atteso|attesa"
            "|[a-zàèéìòù]{2,}(?:rà|ranno|remo)|inizia|comincia"
        ),
        past="ha|hanno|è|sono|era|erano|aveva|avevano|fu|furono|[a-zàèéìòù]{2,}(?:arono|irono)",
        month_lead="(?:[Aa]|[Ii]n|[Dd]a|[Ee]ntro|[Aa] fine|[Aa] inizio|[Nn]el mese di|[Dd]i|[Ff]ino a)\\s",
        recurring="(?:[Oo]gni|[Ii]l|[Ll]a|[Tt]utti i|[Tt]utte le|[Aa]l|[Dd]al|[Dd]alla|[Dd]i|[Uu]na?)\\s",
        not_before=(
            "(?:[Oo]gni|[Ii]l|[Ll]a|[Tt]utti i|[Tt]utte le|[Aa]l|[Dd]al|(?:mondo|giovani|società|Italia) di"
            "|[Gg]iorno d['’]|[Ff]ino ad?|[Aa]d?|d['’]|[Uu]n)\\s?"
        ),
        not_after="\\s(?:santo|grasso|nero|sera del|delle [Pp]alme)\\b",
        ordinal="[º°]",
    ),
    "nl": Words(
        weekdays=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
        weekday_tail="(?:avond|ochtend|morgen|middag|nacht)?",
        months=(
            "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
            "september", "oktober",
            "november", "december",
        ),
        days={
            "eergisteren": -2, "gisteren(?:avond|ochtend|middag)?": -1, "gister(?:avond|ochtend"
            "|middag|nacht)": -1,
            "(?<!van )[Vv]andaag": 0, "overmorgen": 2, "morgen(?:avond|ochtend"
            "|middag)?": 1, "vanmorgen": 0, "vanochtend": 0,
            "vanmiddag": 0, "vanavond": 0, "vannacht": 0,
        },
        last="(?:vorige?|afgelopen|voorbije)",
        next="(?:volgende?|komende?|aanstaande)",
        this="(?:deze|dit)\\s",
        units=("dag(?:en)?", "we(?:ek|ken)", "maand(?:en)?", "ja(?:ar|ren)"),
        ago=("{n} geleden",),
        ahead="[Oo]ver {n}",
        future=(
            "zal|zullen|gaat|gaan|moet|moeten|wil|willen|begint|beginnen|start|kan|kunnen|wordt|worden|doet|komt|komen"
            "|opent|verwacht|gepland|vindt|speelt|beslist"
        ),
        past="heeft|hebben|hadden|had|werden|werd|was|waren|is|zijn|kwam|ging|zei|bleek|[a-zë]{3,}(?:de|te|den|ten)",
        month_lead="(?:[Ii]n|[Ss]inds|[Vv]anaf|[Tt]ot|[Bb]egin|[Ee]ind|[Hh]alf|van)\\s",
        recurring="(?:[Ee]lke|[Ii]edere|[Gg]oede|[Zz]warte|[Bb]lack|tot)\\s",
        not_before="(?:[Ee]lke|[Ii]edere|[Tt]ot|[Gg]oede|[Dd]eze|[Zz]warte|[Bb]lack|['’]s)\\s",
        not_after="s\\b|en\\b|\\s(?:de dag|t/m)\\b|\\stot\\s(?:en met\\s)?\\w+dag",
    ),
    "ru": Words(
        weekdays=(
            "понедельник[ауе]?", "вторник[ауе]?", "сред[уыае]", "четверг[ауе]?", "пятниц[уыеа]",
            "суббот[уыеа]",
            "воскресень[еяю]",
        ),
        months=(
            "январ[ьяею]", "феврал[ьяею]", "март[аеу]?", "апрел[ьяею]", "ма[йяею]", "июн[ьяею]", "июл[ьяею]",
            "август[аеу]?", "сентябр[ьяею]", "октябр[ьяею]", "ноябр[ьяею]", "декабр[ьяею]",
        ),
        days={"позавчера": -2, "вчера": -1, "сегодня": 0, "завтра": 1, "послезавтра": 2},
        last="(?:прошл|минувш|прошедш)(?:ую|ой|ого|ом|ий|ый|ем|ее|ее|ей|его|ому)",
        next="(?:следующ|будущ|ближайш|предстоящ)(?:ую|ей|ого|его|ем|ий|ее)",
        this="(?:эт(?:ой|ого|ом|от|у)|текущ(?:ей|его|ем|ий|ую)|нынешн(?:ей|его|ем|ий))\\s",
        units=("(?:день|дня|дней)", "недел(?:я|ю|и|ь|е)", "месяц(?:а|ев|е)?", "(?:год(?:а|у)?|лет)"),
        ago=("{n} назад",),
        ahead="[Чч]ерез {n}",
        future=(
            "буд(?:ет|ут|ем)|состо(?:ится|ятся)|пройд(?:[её]т|ут)|начн(?:[её]тся|утся)|намерен[аы]?|планиру[её]т(?:ся)?"
            "|планируют|назначен[аоы]?|предстоит|ожида(?:ется|ются)|откро(?:ется|ются)|завершится|рассмотр(?:ит|ят)"
            "|провед[её]т|проведут|обсуд(?:ит|ят)|вступ(?:ит|ят)|встретится|встретятся|посетит|запланирован[аоы]?"
            "|сможе?т|смогут|получ(?:ит|ат)|примет|примут|прибуд(?:ет|ут)|выступит|представит|объявит"
        ),
        past="[а-яё]{2,}(?:л|ла|ло|ли|лся|лась|лось|лись)",
        lead="(?:[Вв]о?|[Нн]а|[Дд]о|[Сс]о?|[Кк]о?|[Пп]осле|вечером|утром|днем)\\s",
        month_lead="(?:[Вв]|[Сс]|[Дд]о|[Кк]|[Вв] (?:начале|середине|конце))\\s",
        recurring="(?:[Кк]ажд\\w+|[Пп]о|[Чч][её]рн\\w+)\\s",
        not_before="(?:[Кк]ажд\\w+|[Пп]о|Россия|[«\"]|[Чч][её]рн\\w+)\\s?",
        not_after="[«»]|\\sпо\\s\\w+",
        of="",
    ),
    "ar": Words(
        weekdays=("الاثنين|الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
        months=(
            "(?:يناير|كانون الثاني|جانفي)", "(?:فبراير|شباط|فيفري)", "(?:مارس|آذار)",
            "(?:أبريل|إبريل|نيسان|أفريل)",
            "(?:مايو|أيار|ماي)", "(?:يونيو|حزيران|جوان)", "(?:يوليو|تموز|جويلية)", "(?:أغسطس|آب|أوت|غشت)",
            "(?:سبتمبر|أيلول)", "(?:أكتوبر|تشرين الأول)", "(?:نوفمبر|تشرين الثاني)", "(?:ديسمبر|كانون الأول)",
        ),
        days={"أول أمس": -2, "أمس": -1, "اليوم": 0, "غد(?:ا|اً|ًا)": 1},
        last="(?:الماضي|الماضية|المنصرم|الفائت)",
        next="(?:المقبلة?|القادمة?)",
        this="(?:هذا|هذه)\\s",
        units=("أيام|يوما?", "الأسبوع|أسابيع", "الشهر|أشهر", "العام|السنة|سنوات|أعوام"),
        ago=("قبل {n}",),
        ahead="بعد {n}",
        future="س[يتن]\\w{3,}|سوف|المقرر|المتوقع|المرتقب",
        past="أعلن\\w*|قال\\w*|كان\\w*|أفاد\\w*|قت?ل\\w*|ذكر\\w*|شهد\\w*",
        lead="(?:يوم|مساء|صباح|فجر|أمس|ليلة|اليوم)\\s",
        month_lead="(?:في|منذ|خلال|شهر)\\s",
        recurring="(?:كل|أيام)\\s",
        not_before="(?:كل|هذا|ذلك|أيام|في|حتى|المصري|روسيا|صحيفة)\\s",
        not_after="\\s(?:السابع|الأول|الثاني|العالمي|الوطني|التالي|الدولي|نفسه|السابق)|\\w",
    ),
}  # fmt: skip
