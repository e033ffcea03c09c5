"""Words for dates in German, Dutch, Russian and Arabic."""

from worker.extract.facts.date_words import Words

ONE_TO_TEN: dict[str, str] = {
    "de": "ein(?:em|er|es)? zwei drei vier fünf sechs sieben acht neun zehn",
    "nl": "een|één twee drie vier vijf zes zeven acht negen tien",
    "ru": "од(?:ин|ну|на) дв[ае] три четыре пять шесть семь восемь девять десять",
    "ar": "واحد اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
}
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
        ago=("[Vv]or (?:genau |knapp |rund |etwa |fast |gut |erst |bereits |schon )?{n}",),
        ahead="[Ii]n {n}",
        future=(
            "(?:ist|sind)(?:\\s[\\w-]+){0,5}\\s(?:geplant|vorgesehen|angesetzt|terminiert)|wird|werden"
            "|soll|sollen|will|wollen|muss|müssen|kann|können|könnten?|dürften?|beginnt|startet|findet"
            "|finden|tagt|trifft|treffen|entscheidet|geplant|vorgesehen|erwartet|angesetzt|öffnet|endet"
            "|eröffnet"
            "|verkündet|stimmt|reist|empfängt"
        ),
        past=(
            "hat|haben|hatten?|wars?|waren|wurden?|ist|sind|gab|kam|kamen|ging|gingen|fiel|starb|sprach"
            "|blieb|traf"
            "|erschien|rief|schrieb|(?!(?:gelten|halten|bieten|treten|arbeiten|starten|warten|leisten"
            "|kosten|bitten|(?:be)?raten|enthalten|erhalten|verbieten|streiten|dürften)\\b)[a-zäöüß]{3,}"
            "(?<!mög)(?<!könn)(?<!soll)(?<!dürf)(?<!heu)(?<!ers)(?<!letz)(?:te|ten)"
        ),
        lead="(?:[Aa]m|[Vv]om|[Vv]on(?=\\s\\w+\\s(?:auf|bis|zu|an)\\s)|[Zz]um|[Bb]is|[Ss]eit|[Aa]b|[Ff]ür"
            "|[Aa]uf|[Vv]or|[Zz]u)(?:\\s(?:frühen|späten|gestrigen))?\\s",
        month_lead="(?:[Ii]m|[Ss]eit|[Aa]b|[Bb]is|[Aa]nfang|[Mm]itte|[Ee]nde|vom)\\s",
        recurring="(?:Welt|Bild|NZZ|Kurier) am\\s|(?<=[“”«»\"])\\sam\\s|jede[nrsm]?\\s|[Jj]eden\\s|und\\s",
        not_before="(?:[Bb]is|[Nn]och|jede[nrsm]?|[Jj]eden|[Gg]estern|[Hh]eute|tag|[Aa]m|[Gg]uten)\\s",
        not_after="s?(?:\\s(?:noch|zutage|journal|show)\\b|-\\w|\\.\\w|\\s(?:bis|und|oder)\\s\\w+tags?\\b)",
        ordinal="\\.",
        extra={"[Hh]euer": ("year", 0), "[Ii]m Vorjahr": ("year", -1), "[Ii]m Vormonat": ("month", -1)},
        days_numbered="(?<!v)(?<![\\d.,:])(?P<whole>(?P<number>[0-3]?\\d)\\.\\s?(?P<month>1[0-2]"
            "|0?[1-9])\\.)(?!\\s?\\d)",
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
            "zal|zullen|gaat|gaan|moet|moeten|wil|willen|begint|beginnen|start|kan|kunnen|wordt|worden"
            "|doet|komt|komen"
            "|opent|verwacht|gepland|vindt|speelt|beslist"
        ),
        past="heeft|hebben|hadden|had|werden|werd|was|waren|is|zijn|kwam|ging|zei|bleek|mocht(?:en)?|kon"
            "(?:den)?|ging(?:en)?|kwam(?:en)?|reed|reden|stond(?:en)?|zat(?:en)?|bleef|bleven"
        "|(?!(?:rijden|worden|vinden|houden|bieden|laten|zitten|weten|moeten|gelden|treden|eten|sluiten"
        "|starten|wachten|melden|leiden"
        "|zetten|praten|staten|steden|tijden|straten|boten|beide|einde|grote|laatste|eerste|goede"
        "|mogen)\\b)[a-zë]{3,}(?:de|te|den|ten)",
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
        days={"накануне(?=,|\\s(?:вечером|ночью|утром|дн[её]м|в\\s|на\\s|стало|сообща))": -1,
        "позавчера": -2, "вчера": -1, "сегодня": 0, "завтра": 1, "послезавтра": 2},
        last="(?:прошл|минувш|прошедш)(?:ую|ой|ого|ом|ий|ый|ем|ее|ее|ей|его|ому)",
        next="(?:следующ|будущ|ближайш|предстоящ)(?:ую|ей|ого|его|ем|ий|ее)",
        this="(?:эт(?:ой|ого|ом|от|у)|текущ(?:ей|его|ем|ий|ую)|нынешн(?:ей|его|ем|ий))\\s",
        units=("(?:день|дня|дней)", "недел(?:я|ю|и|ь|е)", "месяц(?:а|ев|е)?", "(?:год(?:а|у)?|лет)"),
        ago=("{n} назад",),
        ahead="[Чч]ерез {n}",
        extra={
            "(?<![а-яё\\d] )[Нн]еделю назад": ("week", -1), "(?<![а-яё\\d] )[Мм]есяц назад": ("month", -1),
            "(?<![а-яё\\d] )[Гг]од назад": ("year", -1), "[Чч]ерез неделю(?! после)": ("week", 1),
            "[Чч]ерез месяц(?! после)": ("month", 1), "[Чч]ерез год(?! после)": ("year", 1),
        },
        future=(
            "буд(?:ет|ут|ем)|состо(?:ится|ятся)|пройд(?:[её]т|ут)|начн(?:[её]тся|утся)|намерен[аы]?"
            "|планиру[её]т(?:ся)?"
            "|планируют|назначен[аоы]?|(?:назначенн|запланированн|намеченн|предстоящ|ожидаем)\\w+"
            "|предстоит|ожида(?:ется|ются)|откро(?:ется|ются)|завершится|рассмотр(?:ит|ят)"
            "|провед[её]т|проведут|обсуд(?:ит|ят)|вступ(?:ит|ят)|встретится|встретятся|посетит"
            "|запланирован[аоы]?"
            "|сможе?т|смогут|получ(?:ит|ат)|примет|примут|прибуд(?:ет|ут)|выступит|представит|объявит"
            "|подорожа[ею]т|закро(?:ет|ют|ется|ются)|появ[яи]тся"
            "|измен[яи]тся|вырас(?:тет|тут)|сниз[яи]тся|запуст[яи]т|введ[уе]т|перекро(?:ет|ют)"
            "|заработа[ею]т|повыс[яи]тся"
            "|возобнов[ия]т(?:ся)?|верн[уёе]т(?:ся)?|отправ[ия]т(?:ся)?|приступ[ия]т|законч[иа]т(?:ся)?"
            "|заверш[иа]т(?:ся)?|проголосу[ею]т|подпиш[уе]т"
            "|прилет[ия]т|прид[уёе]т|выйд[уе]т|переда(?:ст|дут)|покаж[уе]т|достав[ия]т|восстанов[ия]т"
            "|отмен[ия]т|перенес[уе]т|реш[иа]т|опублику[ею]т"
            "|обещают|прибавят|продолж[аи]т(?:ся)?|станет|станут|сыгра[ею]т|пройд[уе]т"
        ),
        past=(
            "(?!(?:школа|сила|дела?|дело|зал|стол|отдел|раздел|канал|генерал|протокол|сигнал|материал"
            "|персонал|капитал|футбол|волейбол"
            "|тела|тело|число|около|если|или|скала|угол|пол|журнал|вокзал|филиал|терминал|фестиваль|село"
            "|масло|стекло|кресло|начало"
            "|финал|полуфинал|скандал|металл|балл|мало|тепло|правила|посол|престол|квартал|портал|сериал"
            "|потенциал)(?!\\w))"
            "[а-яё]{2,}(?:л|ла|ло|ли|лся|лась|лось|лись)"
        ),
        done="[а-яё]{3,}(?:вш(?:ий|ая|ее|ие|его|ей|их|ую|ем|им)(?:ся)?|(?:анн|енн|ённ)(?:ый|ая|ое|ые|ого"
            "|ой|ых|ую|ом|ым))",
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
        days={"و?أول أمس": -2, "و?أمس": -1, "و?اليوم": 0, "و?غد(?:ا|اً|ًا)": 1},
        last="(?:الماضي|الماضية|المنصرم|الفائت)",
        next="(?:المقبلة?|القادمة?)",
        this="(?:هذا|هذه)\\s",
        units=("أيام|يوما?", "الأسبوع|أسابيع", "الشهر|أشهر", "العام|السنة|سنوات|أعوام"),
        ago=("قبل {n}",),
        ahead="بعد {n}",
        future="و?ف?س[يتنأ]\\w{3,}|سوف|المقرر|المتوقع|المرتقب",
        past="أعلن\\w*|قال\\w*|كان\\w*|أفاد\\w*|قت?ل\\w*|ذكر\\w*|شهد\\w*",
        lead="(?=(?:الاثنين|الإثنين|الأحد|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت))|(?:منذ|حتى|يوم|مساء|صباح|فجر|أمس|ليلة|اليوم)\\s",
        month_lead="و?(?:في|منذ|خلال|شهر)\\s",
        recurring="(?:كل|أيام|صلاة|خطبة|سوق|مسجد|جامع|إمام)\\s",
        not_before="(?:كل|هذا|ذلك|أيام|في|حتى|المصري|روسيا|صحيفة)\\s",
        not_after="\\s(?:السابع|الأول|الثاني|العالمي|الوطني|التالي|الدولي|نفسه|السابق)|\\w",
    ),
}  # fmt: skip
