"""Words for dates in Slovak, Croatian and Bosnian, Serbian, Slovene and Bulgarian."""

from worker.extract.facts.date_words import Words

ONE_TO_TEN: dict[str, str] = {
    "sk": "jedným|jednou|jeden dv(?:oma|omi|a|e) (?:troma|tromi|tri) štyr(?:mi|i) (?:piatimi|päť)"
    " (?:šiestimi|šesť) (?:siedmimi|sedem) (?:ôsmimi|osem) (?:deviatimi|deväť) (?:desiatimi|desať)",
    "hr": "jedan|jednu|jedno dva|dvije tri četiri pet šest sedam osam devet deset",
    "sr": "(?:један|једну|jedan|jednu) (?:два|две|dva|dve) (?:три|tri) (?:четири|četiri) (?:пет"
    "|pet) (?:шест|šest)"
    " (?:седам|sedam) (?:осам|osam) (?:девет|devet) (?:десет|deset)",
    "sl": "en(?:im|o) dve(?:ma)? tr(?:emi|i) štiri(?:mi)? pet(?:imi)? šest(?:imi)? sedem|sedmimi osem|osmimi"
    " devet(?:imi)? deset(?:imi)?",
    "bg": "един|една|едно два|две|двама три четири пет шест седем осем девет десет",
}  # fmt: skip
_NUMBERED = (
    "(?<!v)(?<![\\d.,:])(?P<whole>(?P<number>[0-3]?\\d)\\.\\s?(?P<month>1[0-2]|0?[1-9])\\.)(?!\\s?\\d)"
)
WORDS: dict[str, Words] = {
    "sk": Words(
        weekdays=(
            "pondel(?:ok|ka|ku|kom)", "utor(?:ok|ka|ku|kom)", "stred[auy]", "štvrt(?:ok|ka|ku|kom)",
            "piat(?:ok|ka|ku|kom)", "sobot[auy]", "nede(?:ľ[aue]|li)",
        ),
        months=(
            "január[ai]?", "február[ai]?", "mar(?:ec|ca|ci)", "apríl[ai]?", "máj[ai]?", "jún[ai]?",
            "júl[ai]?", "august[ae]?", "septemb(?:er|ra|ri)", "októb(?:er|ra|ri)", "novemb(?:er|ra|ri)",
            "decemb(?:er|ra|ri)",
        ),
        days={"predvčerom": -2, "včera": -1, "dnes": 0, "zajtra": 1, "pozajtra": 2},
        last="(?:minul|uplynul)(?:ý|ú|om|ého|á|é|ej)",
        next="(?:budúc|nadchádzajúc|najbližš)(?:i|í|u|ú|om|eho|ej|a)",
        this="(?:tento|túto|tomto|tejto|tohto)\\s",
        units=(
            "deň|dňa|dni|dní|dňami", "týžd(?:eň|ňa|ni|ne|ňov|ňami|ňoch)", "mesiac(?:a|i|e|ov|mi|och)?",
            "rok(?:u|y|ov|mi|och)?",
        ),
        ago=("[Pp]red {n}",),
        ahead="(?:[Oo]|[Zz]a) {n}",
        future="bude|budú|má|majú|chce|chcú|čaká|platí|začína|začne|začnú|plánuj\\w+|rozhodne|môže|môžu"
            "|musí|musia"
            "|potrvá|otvor(?:í|ia)|zasadne|uskutoční|obnov(?:í|ia)|príde|prídu",
        past="[a-záäčďéíĺľňóôŕšťúýž]{2,}(?:l|la|lo|li)",
        lead="(?:[Vv]o?|[Oo]d|[Dd]o|[Nn]a|[Pp]red|[Pp]o|[Zz]o?)\\s",
        month_lead="(?:[Vv]o?|[Oo]d|[Dd]o|[Kk]oncom|[Zz]ačiatkom)\\s",
        recurring="(?:[Kk]ažd\\w+)\\s",
        ordinal="\\.",
        extra={"[Vv]lani": ("year", -1), "[Tt]ohto roku": ("year", 0), "[Pp]red rokom": ("year", -1)},
        days_numbered=_NUMBERED,
    ),
    "hr": Words(
        weekdays=(
            "ponedjelj(?:ak|ka|ku)", "utor(?:ak|ka|ku)", "srijed[aue]", "četvrt(?:ak|ka|ku)",
            "pet(?:ak|ka|ku)",
            "subot[aue]", "nedjelj[aue]",
        ),
        months=(
            "(?:siječ(?:anj|nja|nju)|januar[au]?)", "(?:veljač[aeiu]|februar[au]?)",
            "(?:ožuj(?:ak|ka|ku)|mart[au]?)", "(?:trav(?:anj|nja|nju)|april[au]?)",
            "(?:svib(?:anj|nja|nju)|maj[au]?)",
            "(?:lip(?:anj|nja|nju)|jun[aiu]?)", "(?:srp(?:anj|nja|nju)|jul[aiu]?)",
            "(?:kolovoz[au]?|a[uv]gust[au]?)",
            "(?:ruj(?:an|na|nu)|septemb(?:ar|ra|ru))", "(?:listopad[au]?|oktob(?:ar|ra|ru))",
            "(?:studen(?:i|oga?|ome?)|novemb(?:ar|ra|ru))", "(?:prosin(?:ac|ca|cu)|decemb(?:ar|ra|ru))",
        ),
        days={
            "prekjučer?": -2, "jučer?": -1, "sinoć": -1, "danas": 0, "jutros": 0, "večeras": 0, "noćas": 0,
            "sutra(?!šnj)": 1, "prekosutra": 2,
        },
        last="(?:prošl|minul|protekl)(?:i|oga?|e|u|oj|a|ome?)",
        next="(?:sljedeć|iduć|nadolazeć|naredn)(?:i|ega?|oga?|e|u|oj|em|om|a)",
        this="ov(?:aj|oga?|e|u|oj|ome?)\\s",
        units=("dana?", "tjed(?:an|na|nu|ana)|sedmic[aeiu]", "mjesec(?:a|i|u|e|eva)?", "godin(?:a|e|u|i|om)"),
        ago=("[Pp]rije {n}",),
        ahead="[Zz]a {n}",
        future="će|ćemo|planira(?:ju)?|namjerava\\w*|treba(?:ju)?|mora(?:ju)?|očekuj\\w+|počinj[eu]"
            "|najavljen\\w*"
            "|predviđen\\w*|zakazan\\w*|kreć[eu]|otvara(?:ju)?|može|mogu",
        past="je|su|bio|bil[aoi]|[a-zčćžšđ]{2,}(?:ao|io|uo|eo|la|lo|li|le)",
        lead="(?:[Uu]|[Oo]d|[Dd]o|[Zz]a|[Pp]rije|[Nn]akon|[Pp]oslije)\\s",
        month_lead="(?:[Uu]|[Oo]d|[Dd]o|[Pp]očetkom|[Kk]rajem|[Ss]redinom|[Tt]ijekom)\\s",
        recurring="(?:[Ss]vak\\w+)\\s",
        ordinal="\\.",
        extra={"[Ll]ani": ("year", -1)},
        days_numbered=_NUMBERED,
    ),
    "sr": Words(
        weekdays=(
            "(?:понедељ(?:ак|ка|ку)|ponedelj(?:ak|ka|ku))", "(?:утор(?:ак|ка|ку)|utor(?:ak|ka|ku))",
            "(?:сред[ауе]|sred[aue])", "(?:четврт(?:ак|ка|ку)|četvrt(?:ak|ka|ku))",
            "(?:пет(?:ак|ка|ку)|pet(?:ak|ka|ku))", "(?:субот[ауе]|subot[aue])", "(?:недељ[ауе]|nedelj[aue])",
        ),
        months=(
            "(?:јануар[ау]?|januar[au]?)", "(?:фебруар[ау]?|februar[au]?)", "(?:март[ау]?|mart[au]?)",
            "(?:април[ау]?|april[au]?)", "(?:мај[ау]?|maj[au]?)", "(?:јун[аиу]?|jun[aiu]?)",
            "(?:јул[аиу]?|jul[aiu]?)",
            "(?:август[ау]?|avgust[au]?)", "(?:септемб(?:ар|ра|ру)|septemb(?:ar|ra|ru))",
            "(?:октоб(?:ар|ра|ру)|oktob(?:ar|ra|ru))", "(?:новемб(?:ар|ра|ру)|novemb(?:ar|ra|ru))",
            "(?:децемб(?:ар|ра|ру)|decemb(?:ar|ra|ru))",
        ),
        days={
            "(?:прекјуче|prekjuče)": -2, "(?:јуче|juče)": -1, "(?:синоћ|sinoć)": -1, "(?:данас|danas)": 0,
            "(?:јутрос|jutros)": 0, "(?:вечерас|večeras)": 0, "(?:сутра|sutra)": 1, "(?:прекосутра"
            "|prekosutra)": 2,
            "(?:Прекјуче|Prekjuče)": -2, "(?:Јуче|Juče)": -1, "(?:Синоћ|Sinoć)": -1, "(?:Данас|Danas)": 0,
            "(?:Јутрос|Jutros)": 0, "(?:Вечерас|Večeras)": 0, "(?:Сутра|Sutra)": 1,
        },
        last="(?:прошл(?:и|ог|е|у|ој|а|ом)|протекл(?:и|ог|е|у|ој)|prošl(?:i|og|e|u|oj|a|om)|protekl(?:i"
            "|og|e|u|oj))",
        next="(?:следећ(?:и|ег|е|у|ој|ем)|наредн(?:и|ог|е|у|ој|ом)|sledeć(?:i|eg|e|u|oj|em)|naredn(?:i|og"
            "|e|u|oj|om))",
        this="(?:ов(?:ај|ог|е|у|ој|ом)|ov(?:aj|og|e|u|oj|om))\\s",
        units=("дана?|dana?", "седмиц[аеиу]|sedmic[aeiu]", "месец(?:а|и|у|е|и)?|mesec(?:a|i|u|e)?",
            "годин(?:а|е|у|и|ом)|godin(?:a|e|u|i|om)"),
        ago=("(?:[Пп]ре|[Pp]re) {n}",),
        ahead="(?:[Зз]а|[Zz]a) {n}",
        future="ће|[а-яјљњћђџ]{2,}ће|планира\\w*|треба(?:ју)?|очекуј\\w+|почињ[еу]|заказан\\w*"
            "|предвиђен\\w*|мора(?:ју)?"
            "|će|[a-zčćžšđ]{2,}će|planira\\w*|treba(?:ju)?|očekuj\\w+|počinj[eu]|zakazan\\w*"
            "|predviđen\\w*|mora(?:ju)?",
        past="је|су|био|бил[аои]|[а-яјљњћђџ]{2,}(?:ао|ио|уо|ео|ла|ло|ли|ле)|je|su|bio|bil[aoi]"
            "|[a-zčćžšđ]{2,}(?:ao|io|uo|eo|la|lo|li|le)",
        lead="(?:[Уу]|[Оо]д|[Дд]о|[Зз]а|[Пп]ре|[Нн]акон|[Пп]осле|[Uu]|[Oo]d|[Dd]o|[Zz]a|[Pp]re|[Nn]akon"
            "|[Pp]osle)\\s",
        month_lead="(?:[Уу]|[Оо]д|[Дд]о|[Пп]очетком|[Кк]рајем|[Uu]|[Oo]d|[Dd]o|[Pp]očetkom|[Kk]rajem)\\s",
        recurring="(?:[Сс]вак\\w+|[Ss]vak\\w+)\\s",
        ordinal="\\.",
        extra={"(?:[Лл]ане|[Ll]ane|[Pp]rošle godine|[Пп]рошле године)": ("year", -1)},
        days_numbered=_NUMBERED,
    ),
    "sl": Words(
        weekdays=(
            "ponedelj(?:ek|ka|ku)", "tor(?:ek|ka|ku)", "sred[aoe]", "četrt(?:ek|ka|ku)", "pet(?:ek|ka|ku)",
            "sobot[aoe]", "nedelj[aoe]",
        ),
        months=(
            "januar(?:ja|ju)?", "februar(?:ja|ju)?", "mar(?:ec|ca|cu)", "april[au]?", "maj[au]?",
            "junij[au]?",
            "julij[au]?", "avgust[au]?", "septemb(?:er|ra|ru)", "oktob(?:er|ra|ru)", "novemb(?:er|ra|ru)",
            "decemb(?:er|ra|ru)",
        ),
        days={
            "predvčerajšnjim": -2, "včeraj": -1, "sinoči": -1, "danes": 0, "nocoj": 0, "drevi": 0, "jutri": 1,
            "pojutrišnjem": 2,
        },
        last="(?:prejšnj|minul|pretekl)(?:i|ega|o|a|e|em)",
        next="(?:naslednj|prihodnj)(?:i|ega|o|a|e|em)",
        this="(?:ta|to|tega|tem)\\s",
        units=("dan|dni|dnevi|dnevoma", "ted(?:en|na|nu|nom|ni|nov)", "mesec(?:a|u|em|i|ev)?",
        "let[iaou]?m?"),
        ago=("[Pp]red {n}",),
        ahead="[Čč]ez {n}",
        future="(?:bo|bodo|bomo)(?:\\s\\w+){0,4}?\\s\\w+l[aoie]?|bo|bodo|bomo|načrtuje\\w*|pričakuje\\w*"
            "|mora(?:jo)?"
            "|začne(?:jo)?|namerava\\w*",
        past="je|so|[a-zčšž]{2,}(?:l|la|lo|li|le)",
        lead="(?:[Vv]|[Oo]d|[Dd]o|[Zz]a|[Pp]red|[Pp]o)\\s",
        month_lead="(?:[Vv]|[Oo]d|[Dd]o|[Kk]onec|[Zz]ačetek)\\s",
        recurring="(?:[Vv]sak\\w*)\\s",
        ordinal="\\.",
        extra={"[Ll]ani": ("year", -1), "[Ll]etos": ("year", 0)},
        days_numbered=_NUMBERED,
    ),
    "bg": Words(
        weekdays=("понеделник", "вторник", "сряда", "четвъртък", "петък", "събота", "неделя"),
        months=(
            "януари", "февруари", "март", "април", "май", "юни", "юли", "август", "септември", "октомври",
            "ноември", "декември",
        ),
        days={
            "онзи ден": -2, "завчера": -2, "вчера": -1, "снощи": -1, "днес": 0, "довечера": 0,
            "тази сутрин": 0,
            "тази вечер": 0, "утре": 1, "вдругиден": 2,
        },
        last="(?:минал|изминал)(?:ия|ият|ата|ото|а|о)",
        next="(?:следващ|идн|предстоящ)(?:ия|ият|ата|ото|а|о)",
        this="(?:този|тази|това)\\s",
        units=("ден|деня|дни|дена", "седмиц(?:а|и|ата)", "месец(?:а|и)?", "годин(?:а|и|ата)"),
        ago=("[Пп]реди {n}",),
        ahead="[Сс]лед {n}",
        future="ще\\s(?:се\\s|го\\s|я\\s|им\\s|му\\s|ги\\s)?\\w+|ще|предстои|предвижда\\w*|планира\\w*|очаква\\w*|започват?|трябва|може|могат|насрочен\\w*"
            "|предвиден\\w*",
        past="беше|бяха|бе|имаше|каза|заяви|обяви|съобщи|откри|стана|реши|загина|почина|започна|падна"
            "|избухна|посети"
            "|спря|дойде|отиде|излезе|прие|получи|подписа|[а-я]{3,}(?:ха|л|ла|ло|ли)",
        lead="(?:[Вв](?:ъв)?|[Оо]т|[Дд]о|[Зз]а|[Пп]реди|[Сс]лед)\\s",
        month_lead="(?:[Пп]рез|[Вв]|[Оо]т|[Дд]о|[Кк]рая на|[Нн]ачалото на)\\s",
        recurring="(?:[Вв]сек\\w+|[Вв]сяка)\\s",
        extra={"[Лл]ани": ("year", -1), "[Тт]ази година": ("year", 0)},
    ),
}  # fmt: skip
