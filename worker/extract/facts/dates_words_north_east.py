"""Words for dates in Polish, Czech, Ukrainian, Hungarian, Romanian and Greek."""

from worker.extract.facts.date_words import Words

ONE_TO_TEN: dict[str, str] = {
    "pl": "jeden|jedną dwa|dwie|dwóch trzy|trzech cztery|czterech "
    "pięć|pięciu sześć siedem osiem dziewięć dziesięć",
    "cs": "jedním|jednou dv[aě]|dvěma tři|třemi čtyři|čtyřmi "
    "pět|pěti šest|šesti sedm|sedmi osm|osmi devět|devíti deset|deseti",
    "uk": "один|одну дв[аі] три чотири п['’ʼ]ять шість сім вісім дев['’ʼ]ять десять",
    "hu": "egy két|kettő három négy öt hat hét nyolc kilenc tíz",
    "ro": "un|o doi|două trei patru cinci șase șapte opt nouă zece",
    "el": "έναν?|μία|μια δύο|δυο τρεις|τρία τέσσερις|τέσσερα πέντε έξι επτά|εφτά οκτώ|οχτώ εννέα|εννιά δέκα",
}
_AT = "(?=\\s(?:este|reggel|délután|délelőtt|éjjel|éjszaka|hajnal))"
_WHICH = "(?=\\s(?:trecut|viitoare|aceasta))"
WORDS: dict[str, Words] = {
    "pl": Words(
        weekdays=(
            "poniedział(?:ek|ku)", "wtor(?:ek|ku)", "środ(?:ę|y|zie)", "czwart(?:ek|ku)", "piąt(?:ek|ku)",
            "sobo(?:tę|ty|cie)", "niedziel[ęi]",
        ),
        months=(
            "stycz(?:eń|nia|niu)", "lut(?:y|ego|ym)", "mar(?:zec|ca|cu)", "kwie(?:cień|tnia|tniu)",
            "maj[au]?",
            "czerw(?:iec|ca|cu)", "lip(?:iec|ca|cu)", "sierp(?:ień|nia|niu)", "wrze(?:sień|śnia|śniu)",
            "październik[ua]?", "listopad(?:a|zie)?", "grud(?:zień|nia|niu)",
        ),
        days={"przedwczoraj": -2, "wczoraj": -1, "dziś": 0, "dzisiaj": 0, "jutro": 1, "pojutrze": 2},
        last="(?:zeszł|ubiegł|minion)(?:y|ą|ym|ej|ego|a|e)",
        next="(?:przyszł|następn|nadchodząc|najbliższ)(?:y|ą|ym|ej|ego|a|e)",
        this="(?:tym|tego|tej|ten|tę|bieżąc(?:ym|ego|ej))\\s",
        units=("dni|dzień|dnia", "ty(?:dzień|godni[aue]?)", "miesi(?:ąc[ua]?|ące|ęcy)", "roku?|lata?"),
        ago=("{n} temu", "[Pp]rzed {n}"),
        ahead="[Zz]a {n}",
        future="będzie|będą|ma|mają|zostanie|zostaną|odbędzie|odbędą|rozpocznie|rozpoczną|zagra|zagrają"
            "|planuje|planowan\\w+"
            "|spodziewan\\w+|wejdzie|wejdą|przyjedzie|spotka|zdecyduje|ruszy|ruszą|chce|chcą|może|mogą",
        past=(
            "(?!(?:szkoła|siła|skała|cegła|mgła|reguła|kapituła|pszczoła|koło|ciało|dzieło|światło|masło"
            "|szkło|hasło|tło|źródło|święto"
            "|lato|miasto|auto|konto|złoto|okno|wino|kino|drewno|około|jeśli|czyli|chwili|fali|soli|skali"
            "|hali|stali|cały|mały|biały"
            "|stały|były|zły|artykuł|tytuł|wydział|udział|kapitał|materiał|kanał|sygnał|generał|podział"
            "|szpital|stół|kościół|dół|ogół"
            "|zespół|finał|półfinał|wał|szczegóły|siły|szkoły|skały|strzały|reguły|tego|to|po to|trudno"
            "|pełno|rano|dawno|jasno|pewno"
            "|piwo|radio|często|prosto|gęsto|czysto|oto|warto)(?!\\w))"
            "[a-ząćęłńóśźż]{2,}(?:ł|ła|ło|li|ły|no|to)"
        ),
        lead="(?:[Ww]e?|[Oo]d|[Dd]o|[Nn]a|[Pp]rzed|[Pp]o|[Zz]e?)\\s",
        month_lead="(?:[Ww]e?|[Oo]d|[Dd]o|[Nn]a początku|[Pp]od koniec|[Ww] połowie)\\s",
        recurring="(?:[Kk]ażd\\w+|[Cc]o)\\s(?:\\w\\s)?",
        not_after="\\s(?:Wielkopolsk|Śląsk|Palmow|Wielkanocn)\\w*",
        extra={
            "[Tt]ydzień temu": ("week", -1), "[Mm]iesiąc temu": ("month", -1), "[Rr]ok temu": ("year", -1),
            "[Zz]a tydzień": ("week", 1), "[Zz]a miesiąc": ("month", 1), "[Zz]a rok": ("year", 1),
        },
    ),
    "cs": Words(
        weekdays=(
            "pondělí", "úter(?:ý|ek|ku)", "střed[uyě]", "čtvrt(?:ek|ku)", "pát(?:ek|ku)", "sobot[uyě]",
            "neděl[ie]",
        ),
        months=(
            "led(?:en|na|nu)", "únor[au]?", "březn?(?:en|a|u)", "dub(?:en|na|nu)", "květ(?:en|na|nu)",
            "červ(?:en|na|nu)",
            "červen(?:ec|ce|ci)", "srp(?:en|na|nu)", "září", "říj(?:en|na|nu)", "listopadu?",
            "prosin(?:ec|ce|ci)",
        ),
        days={"předevčírem": -2, "včera": -1, "dnes": 0, "dneska": 0, "zítra": 1, "pozítří": 2},
        last="(?:minul|uplynul)(?:ý|ou|ém|ého|á|é|ou)",
        next="(?:příští(?:ho|m)?|nadcházející(?:ho|m)?)",
        this="(?:tento|tuto|tomto|této|tohoto)\\s",
        units=(
            "den|dny|dní|dnem", "týd(?:en|nu|ne|ny|nů|nem)", "měsíc(?:e|i|ů|em)?", "rok(?:u|y|em)?|let|lety",
        ),
        ago=("[Pp]řed {n}",),
        ahead="[Zz]a {n}",
        future="bude|budou|má|mají|chce|chtějí|čeká|platí|začíná|plánuj\\w+|začne|začnou|proběhne|rozhodne"
            "|může|mohou|sejde",
        past="[a-záčďéěíňóřšťúůýž]{2,}(?:l|la|lo|li|ly)",
        lead="(?:[Vv]e?|[Oo]d|[Dd]o|[Nn]a|[Pp]řed|[Pp]o|[Zz]e?)\\s",
        month_lead="(?:[Vv]e?|[Oo]d|[Dd]o|[Kk]oncem|[Zz]ačátkem)\\s",
        recurring="(?:[Kk]aždé?\\w*)\\s",
        ordinal="\\.",
        extra={"(?:[Vv]loni|[Ll]oni)": ("year", -1), "[Ll]etos": ("year", 0), "[Pp]řed rokem": ("year", -1)},
        days_numbered="(?<!v)(?<![\\d.,:])(?P<whole>(?P<number>[0-3]?\\d)\\.\\s?(?P<month>1[0-2]"
            "|0?[1-9])\\.)(?!\\s?\\d)",
    ),
    "uk": Words(
        weekdays=(
            "понеділ(?:ок|ка|ку)", "вівтор(?:ок|ка|ку)", "серед[ауиі]", "четвер(?:га|гу)?",
            "п['’ʼ]ятниц[яюі]", "субот[ауиі]",
            "неділ[яюі]",
        ),
        months=(
            "січ(?:ень|ня|ні)", "лют(?:ий|ого|ому)", "берез(?:ень|ня|ні)", "квіт(?:ень|ня|ні)",
            "трав(?:ень|ня|ні)",
            "черв(?:ень|ня|ні)", "лип(?:ень|ня|ні)", "серп(?:ень|ня|ні)", "верес(?:ень|ня|ні)",
            "жовт(?:ень|ня|ні)",
            "листопад[аі]?", "груд(?:ень|ня|ні)",
        ),
        days={"позавчора": -2, "вчора": -1, "учора": -1, "сьогодні": 0, "завтра": 1, "післязавтра": 2},
        last="минул(?:ий|ого|ої|ому|ій|у|а)",
        next="(?:наступн|майбутн)(?:ий|ого|ої|ому|ій|у|а|ього|ьому)",
        this="(?:цього|цьому|цей|цієї|цій|цю|поточн\\w+)\\s",
        units=("день|дня|дні|днів", "тиж(?:день|ня|ні|нів)", "місяц(?:ь|я|і|ів)", "рок(?:у|и|ів)|рік"),
        ago=("{n} тому",),
        ahead="[Чч]ерез {n}",
        future="буд(?:е|уть)|відбу(?:деться|дуться)|планує\\w*|планують|має|мають|(?:роз)?почн(?:еться"
            "|уться)|очікується|заплановано|зможе",
        past="[а-щьюяєіїґ]{2,}(?:ла|ло|ли|вся|лася|лося|лися)|(?:заяви|повідоми|сказа|відбу|ста|поча)в"
            "(?:ся)?",
        lead="(?:[Уу]|[Вв]|[Дд]о|[Зз]|[Нн]а|[Вв]ід)\\s",
        month_lead="(?:[Уу]|[Вв]|[Дд]о|[Зз])\\s",
        recurring="(?:[Кк]ожн\\w+|[Щщ]о)\\s",
        not_after="[«»]",
        extra={
            "(?<![а-яіїєґ\\d] )[Мм]ісяць тому": ("month", -1), "[Чч]ерез тиждень": ("week", 1),
            "[Чч]ерез місяць": ("month", 1),
            "[Тт]орік": ("year", -1), "[Тт]иждень тому": ("week", -1), "[Рр]ік тому": ("year", -1)},
    ),
    "hu": Words(
        weekdays=(
            f"hétfő(?:n|től|{_AT})", f"kedd(?:en|től|{_AT})", f"szerd(?:án|ától|a{_AT})",
            f"csütörtök(?:ön|től|{_AT})",
            f"péntek(?:en|től|{_AT})", f"szombat(?:on|tól|{_AT})", "vasárnap(?:tól)?",
        ),
        months=(
            "[Jj]anuárban", "[Ff]ebruárban", "[Mm]árciusban", "[Áá]prilisban", "[Mm]ájusban",
            "[Jj]úniusban", "[Jj]úliusban",
            "[Aa]ugusztusban", "[Ss]zeptemberben", "[Oo]któberben", "[Nn]ovemberben", "[Dd]ecemberben",
        ),
        days={"tegnapelőtt": -2, "tegnap": -1, "ma": 0, "holnap": 1, "holnapután": 2},
        last="múlt",
        next="jövő",
        this="ezen a\\s|ebben a[z]?\\s",
        units=("napon", "héten|hétig|hete|hétte", "hónapban|hónapja", "évben|éve"),
        ago=("{n} ezelőtt",),
        ahead="{n} múlva",
        future="fog|fognak|lesz|lesznek|várható|kezdődik|kezdődnek|döntenek|nyílik|indul|indulnak"
            "|folytatódik|szavaznak"
            "|játszik|tartják|rendezik|érkezik|lép|zárul|következik",
        past="volt|voltak|közölte|mondta|történt|[a-záéíóöőúüű]{3,}(?:ott|ett|ött|t[áé]k|tt[ae])",
        month_lead="(?=[JFMÁASZONDjfmáaszond])",
        recurring="(?:[Mm]inden)\\s",
        extra={"[Tt]avaly": ("year", -1), "[Ii]dén": ("year", 0), "[Jj]övőre": ("year", 1)},
        days_numbered="(?<!\\w)(?P<whole>(?:(?P<year>(?:19|20)\\d\\d)\\.\\s)?(?:"
        "(?P<m1>január)|(?P<m2>február)|(?P<m3>március)|(?P<m4>április)|(?P<m5>május)|(?P<m6>június)"
        "|(?P<m7>július)|(?P<m8>augusztus)|(?P<m9>szeptember)|(?P<m10>október)|(?P<m11>november)|"
        "(?P<m12>december))"
        "\\s(?P<number>[0-3]?\\d)(?:\\.|-?[aáeéií]\\w{0,4}))(?!\\w)",
    ),
    "ro": Words(
        weekdays=(
            f"luni|lunea{_WHICH}", f"marți|marțea{_WHICH}", f"miercuri|miercurea{_WHICH}",
            f"joi|joia{_WHICH}",
            f"vineri|vinerea{_WHICH}", f"sâmbătă|sâmbăta{_WHICH}", f"duminică|duminica{_WHICH}",
        ),
        months=(
            "ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie",
            "octombrie",
            "noiembrie", "decembrie",
        ),
        days={
            "alaltăieri": -2, "ieri": -1, "aseară": -1, "azi": 0, "astăzi": 0, "diseară": 0, "mâine": 1,
            "poimâine": 2,
        },
        last="(?:trecută?|precedentă?)",
        next="(?:viitor|viitoare)",
        this="(?:acest|această|acestei)\\s",
        units=("zile?", "săptămân(?:a|ă|i|ii)", "lun(?:a|ă|ii)", "an(?:ul|ului|i)?"),
        ago=("[Aa]cum {n}", "[Îî]n urmă cu {n}", "{n} în urmă"),
        ahead="[Pp]este {n}",
        future="va|vor|urmează|trebuie|poate|pot",
        past="a|au|fost|era|erau",
        month_lead="(?:[Îî]n|[Dd]in|[Pp]ână în)\\s(?!mai\\s)",
        recurring="(?:[Ff]iecare|\\d+|două|trei|patru|cinci|șase|șapte|opt|nouă|zece|multe|câteva|ultimele"
            "|de|în|mai)\\s",
        not_before="(?:ziua de)\\s",
    ),
    "el": Words(
        weekdays=(
            "Δευτέρα(?:ς)?", "Τρίτη(?:ς)?", "Τετάρτη(?:ς)?", "Πέμπτη(?:ς)?", "Παρασκευή(?:ς)?",
            "Σ[αά]ββ[αά]του?", "Κυριακή(?:ς)?",
        ),
        months=(
            "Ιανου[αά]ρ[ιί]ου?ς?", "Φεβρου[αά]ρ[ιί]ου?ς?", "Μ[αά]ρτ[ιί]ου?ς?", "Απρ[ιί]λ[ιί]ου?ς?",
            "Μ[αά][ιίϊΐ]ου?ς?",
            "Ιουν[ιί]ου|Ιούνιος?", "Ιουλ[ιί]ου|Ιούλιος?", "Αυγο[υύ]στου?ς?", "Σεπτ[εέ]μβρ[ιί]ου?ς?",
            "Οκτ[ωώ]βρ[ιί]ου?ς?",
            "Νο[εέ]μβρ[ιί]ου?ς?", "Δεκ[εέ]μβρ[ιί]ου?ς?",
        ),
        days={"προχθές": -2, "χθες": -1, "χτες": -1, "σήμερα": 0, "απόψε": 0, "αύριο": 1, "μεθαύριο": 2},
        last="(?:περασμέν|προηγούμεν)(?:η|ο|ης|ου)",
        next="(?:επόμεν|ερχόμεν|προσεχ)(?:η|ο|ης|ου|ή)",
        this="(?:αυτή την?|αυτό το)\\s",
        units=(
            "ημέρες|μέρες|ημέρα|μέρα", "εβδομάδ(?:α|ες|ας)", "μήνα|μήνες|μηνός", "χρόν(?:ο|ια|ου)|έτ(?:ος|η)",
        ),
        ago=("[Ππ]ριν (?:από )?{n}",),
        ahead="[Σσ]ε {n}",
        future="θα|πρόκειται|αναμένεται",
        past="(?!(?:κάθε|τότε|ποτέ|πότε|όποτε|άλλοτε|πάντοτε|δήμαρχε|κύριε)"
            "(?!\\w))[α-ωάέήίόύώϊϋ]{2,}[βγδζθκλμνξπρστφχψ]ε"
            "|[α-ωάέήίόύώϊϋ]{3,}(?:σαν|ξαν|ψαν|θηκαν|ηκαν|φθη|στη|φθησαν)|ήταν|[εέ][α-ωάέήίόύώ]{3,}αν",
        lead="(?:[Ττ]ην?|[Ττ]ο|[Ττ]ης|[Ττ]ου|[Αα]πό|[Σσ]την?|[Σσ]το|[Έέ]ως|βράδυ|πρωί)\\s",
        month_lead="(?:[Ττ]ον|[Ττ]ου|[Αα]πό τον)\\s",
        recurring="(?:[Κκ]άθε)\\s",
        extra={"[Ππ]έρυσι": ("year", -1), "[Φφ]έτος": ("year", 0)},
    ),
}  # fmt: skip
