"""Words for dates in Swedish, Norwegian, Danish and Finnish."""

from worker.extract.facts.date_words import Words

ONE_TO_TEN: dict[str, str] = {
    "sv": "en|ett två tre fyra fem sex sju åtta nio tio",
    "no": "en|ei|ett|én to tre fire fem seks sju åtte ni ti",
    "da": "en|et|én to tre fire fem seks syv otte ni ti",
    "fi": "yksi|yhden kaksi|kahden kolme|kolmen neljä|neljän viisi|viiden "
    "kuusi|kuuden seitsemän kahdeksan yhdeksän kymmenen",
}
_NIGHT = "(?=\\svasta)"  # the night to Wednesday
_FINNISH = f"(?:na|sta|hin|n{_NIGHT})"
WORDS: dict[str, Words] = {
    "sv": Words(
        weekdays=("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
        weekday_tail="(?:ens?|s?(?:kväll|morgon|eftermiddag|natt)(?:en)?|s)?",
        months=(
            "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
            "november", "december",
        ),
        days={
            "i förrgår": -2, "i går": -1, "igår": -1, "i dag": 0, "idag": 0, "i kväll": 0, "ikväll": 0,
            "i natt": 0, "inatt": 0,
            "i morse": 0, "imorse": 0, "i morgon": 1, "imorgon": 1, "i övermorgon": 2,
        },
        last="(?:förra|i(?=\\s\\w+dags(?!\\w)))",
        next="(?:nästa|kommande|på(?=\\s\\w+dag(?!\\w)))",
        this="(?:denna|detta|den här|det här)\\s",
        units=("dag(?:ar)?", "veckan?|veckor", "månad(?:en|er)?", "år(?:et)?"),
        ago=("[Ff]ör {n} sedan",),
        ahead="[Oo]m {n}",
        future="ska|skall|kommer|väntas|planeras|börjar|startar|inleds|avgörs|möter|spelar|vill|kan|måste"
            "|öppnar|öppnas"
            "|spelas|hålls|invigs|arrangeras|stängs|möts|fortsätter",
        past="hade|har|var|blev|gick|kom|fick|sade|sa|dog|tog|gav|greps|[a-zåäö]{3,}(?:ade|ades|dde|des"
            "|ddes|tes|te)",
        lead="(?:[Pp]å(?=\\s\\w+dagen)|[Uu]nder|[Ff]ram till|[Ff]rån(?:\\soch\\smed)?"
            "|[Tt]ill|[Nn]atten (?:till|mot)|[Ss]ent)\\s",
        month_lead="(?:[Ii]|[Ss]edan|[Uu]nder|[Ff]rån)\\s",
        recurring="(?:[Vv]arje|[Vv]arannan)\\s",
        of="",
        extra={"[Ii] fjol": ("year", -1), "[Ii] år": ("year", 0)},
    ),
    "no": Words(
        weekdays=("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
        weekday_tail="(?:s?(?:kveld|morgen|ettermiddag|natt|formiddag)(?:en)?)?",
        months=(
            "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober",
            "november",
            "desember",
        ),
        days={
            "i forgårs": -2, "i går": -1, "i dag": 0, "i kveld": 0, "i natt": 0, "i morges": 0, "i morgen": 1,
            "i overmorgen": 2,
        },
        last="(?:forrige|sist)",
        next="(?:neste|kommende|førstkommende)",
        this="denne\\s",
        units=("dag(?:er)?", "uken?|uker", "måned(?:en|er)?", "år(?:et)?"),
        ago=("[Ff]or {n} siden",),
        ahead="[Oo]m {n}",
        future="skal|vil|kommer|ventes|starter|begynner|møter|spiller|planlagt|planlegger|kan|må|åpner"
            "|åpnes|møtes"
            "|arrangeres|holdes|spilles|avgjøres|stenges|[a-zæøå]{2,}(?:[bfgjklmnprtv]|nd|ld|gd|yd)es",
        past="hadde|har|var|ble|gikk|kom|fikk|sa|døde|tok|ga|[a-zæøå]{3,}(?:te|dde|tes)",
        month_lead="(?:[Ii]|[Ss]iden|[Ff]ra)\\s",
        recurring="(?:[Hh]ver|[Hh]ver eneste)\\s",
        not_after="s\\b|er\\b|\\s(?:til|og)\\s\\w+dag",
        ordinal="\\.",
        extra={"[Ii] fjor": ("year", -1), "[Ii] år": ("year", 0)},
        days_numbered="(?<!v)(?<![\\d.,:])(?P<whole>(?P<number>[0-3]?\\d)\\.\\s?(?P<month>1[0-2]"
            "|0?[1-9])\\.)(?!\\s?\\d)",
    ),
    "da": Words(
        weekdays=("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
        weekday_tail="(?:s?(?:aften|morgen|eftermiddag|nat|formiddag)(?:en)?|s(?=\\W))?",
        months=(
            "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober",
            "november",
            "december",
        ),
        days={
            "i forgårs": -2, "i går": -1, "i dag": 0, "i aften": 0, "i nat": 0, "i morges": 0, "i morgen": 1,
            "i overmorgen": 2,
        },
        last="(?:sidste|forrige|i(?=\\s\\w+dags(?!\\w)))",
        next="(?:næste|kommende|førstkommende|på(?=\\s\\w+dag(?!\\w)))",
        this="denne\\s",
        units=("dage?", "ugen?|uger", "måned(?:en|er)?", "år(?:et)?"),
        ago=("[Ff]or {n} siden",),
        ahead="[Oo]m {n}",
        future="skal|vil|kommer|ventes|starter|begynder|møder|spiller|planlagt|kan|må|åbner|åbnes|mødes"
            "|afholdes|holdes|spilles|afgøres|lukkes|[a-zæøå]{2,}(?:[bfgjklmnprtv]|nd|ld)es",
        past="havde|har|var|blev|gik|kom|fik|sagde|døde|tog|gav|[a-zæøå]{3,}(?:ede|te|edes)",
        month_lead="(?:[Ii]|[Ss]iden|[Ff]ra)\\s",
        recurring="(?:[Hh]ver|[Hh]ver eneste)\\s",
        not_after="er\\b|\\s(?:til|og)\\s\\w+dag",
        ordinal="\\.",
        extra={"[Ii] fjor": ("year", -1), "[Ii] år": ("year", 0)},
        days_numbered="(?<!v)(?<![\\d.,:])(?P<whole>(?P<number>[0-3]?\\d)\\.\\s?(?P<month>1[0-2]"
            "|0?[1-9])\\.)(?!\\s?\\d)",
    ),
    "fi": Words(
        weekdays=(
            f"maanantai{_FINNISH}", f"tiistai{_FINNISH}", (f"keskiviikko(?:na|on)|keskiviikosta"
            f"|keskiviikon{_NIGHT}"),
            f"torstai{_FINNISH}", f"perjantai{_FINNISH}", f"lauantai{_FINNISH}",
            f"sunnuntai{_FINNISH}",
        ),
        months=(
            "[Tt]ammikuu(?:ta|n|ssa)", "[Hh]elmikuu(?:ta|n|ssa)", "[Mm]aaliskuu(?:ta|n|ssa)",
            "[Hh]uhtikuu(?:ta|n|ssa)",
            "[Tt]oukokuu(?:ta|n|ssa)", "[Kk]esäkuu(?:ta|n|ssa)", "[Hh]einäkuu(?:ta|n|ssa)",
            "[Ee]lokuu(?:ta|n|ssa)",
            "[Ss]yyskuu(?:ta|n|ssa)", "[Ll]okakuu(?:ta|n|ssa)", "[Mm]arraskuu(?:ta|n|ssa)",
            "[Jj]oulukuu(?:ta|n|ssa)",
        ),
        days={
            "toissapäivänä": -2, "eilen": -1, "viime yönä": -1, "tänään": 0, "tänä (?:aamuna|iltana|yönä)": 0,
            "huomenna": 1, "ylihuomenna": 2,
        },
        last="viime",
        next="ensi",
        this="täl?lä\\s|tänä\\s|tässä\\s",
        units=(
            "päivä\\w*", "viikolla|viikon|viikkoa?", "kuussa|kuun|kuukau\\w*", "vuonna|vuoden|vuotta|vuosi",
        ),
        ago=("{n} sitten",),
        ahead="{n} päästä",
        future="aikoo|tulee|järjestetään|alkaa|pidetään|pelaa|odotetaan|kokoontuu|avataan|avautuu|päättää"
            "|jatkuu|jatkuvat|äänestetään|käsitellään"
            "|julkistetaan|selviää|palaa|starttaa|valitaan|saapuu|astuu"
            "|[a-zäö]{4,}(?:ee|uu|yy|oo|(?<!i)v[aä]t)",
        past="oli|olivat|on|ovat|kertoi|sanoi|tapahtui|ilmoitti|kuoli|sai|[a-zäö]{3,}(?:nut|nyt|neet|ttiin"
            "|tiin|tti|si)",
        month_lead="(?=\\w+kuussa)",
        recurring="(?:[Jj]oka)\\s",
        ordinal="\\.",
        days_numbered="(?<!v)(?<![\\d.,:])(?P<whole>(?P<number>[0-3]?\\d)\\.\\s?(?P<month>1[0-2]"
            "|0?[1-9])\\.)(?!\\s?\\d)",
    ),
}  # fmt: skip
