"""Words for dates in French, Spanish, Portuguese and Italian."""

from worker.extract.facts.date_words import Words

ONE_TO_TEN: dict[str, str] = {
    "fr": "une? deux trois quatre cinq six sept huit neuf dix",
    "es": "una? dos tres cuatro cinco seis siete ocho nueve diez",
    "pt": "uma? d(?:ois|uas) três quatro cinco seis sete oito nove dez",
    "it": "un['ao]? due tre quattro cinque sei sette otto nove dieci",
}
# Portuguese leaves "-feira" out before a pause or a time of day: "segunda" is also "second"
_FEIRA = r"(?:-feira|(?=\s?[.,;(]|\s(?:à noite|à tarde|de manhã|pela manhã)|\s?$))"
WORDS: dict[str, Words] = {
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
        ago=("[Ii]l y a (?:exactement |à peine |tout juste |environ |déjà )?{n}",),
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
        not_after="s\\b|\\s(?:gras|saint|noir|en France)\\b|(?<=hui)\\sencore\\b|\\s(?:à|au)\\s\\w+di\\b",
        ordinal="er",
        extra={"[Ll]['’]an(?:née)? (?:derni(?:er|ère)|passée?)": ("year",
        -1), "[Ll]['’]an prochain": ("year", 1)},
        days_numbered=(
            "(?<!\\w)(?:le|du|au|dès le|jusqu['’]au)\\s(?P<whole>(?P<number>[0-3]?\\d)/"
            "(?P<month>1[0-2]|0?[1-9]))(?![\\d/])"
        ),
        done="[a-zéèêîôû]{3,}é(?:e?s?)|ouverte?s?|survenue?s?|disparue?s?|élue?s?",
    ),
    "es": Words(
        weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        months=(
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
            "(?:septiembre|setiembre)",
            "octubre", "noviembre", "diciembre",
        ),
        days={
            "anteayer": -2, "antier": -2, "antes de anoche": -2, "antes de ayer": -2, "ayer": -1,
            "anoche": -1, "hoy": 0, "pasado mañana": 2,
            "esta (?:mañana|tarde|noche|madrugada)": 0, "(?<!de )[Mm]añana": 1,
        },
        last="(?:pasad[oa]|últim[oa])",
        next="(?:próxim[oa]|que viene|entrante)",
        this="est[ea]\\s",
        units=("días?", "semanas?", "mes(?:es)?", "años?"),
        ago=("[Hh]ace (?:exactamente |apenas |casi |ya |unos |unas )?{n}",),
        ahead="[Dd]entro de {n}",
        future=(
            "van? a|prevé[na]?|previst[oa]s?|podrían?|deberán?|[a-záéíóúñ]{2,}(?:rá|rán|remos)"
            "|se espera|programad[oa]s?"
            "|comienza|empieza|arranca"
        ),
        past="ha|han|fue|fueron|había|habían|era|eran|[a-záéíóúñ]{2,}(?:ó|aron|ieron|jeron)|dijo|hizo"
            "|tuvo|estuvo|puso|vino",
        done="(?!(?:resultados?|estados?|mercados?|diputad[oa]s?|senado|partidos?|lados?|dados?"
            "|abogad[oa]s?|juzgados?|soldados?|vida|medidas?"
            "|comida|salida|entradas?|llegada|jornada|temporada|década|madrugada|toneladas|embajada"
            "|cantidad|grado)\\b)[a-záéíóúñ]{3,}(?:ad|id)[oa]s?|muert[oa]s?|abiert[oa]s?",
        lead="(?:[Ee]l|[Dd]el|[Aa]l|[Ee]ste|[Hh]asta el|[Dd]esde el|[Pp]ara el|[Aa]yer|[Hh]oy),?\\s",
        month_lead="(?:[Ee]n|[Dd]esde|[Hh]asta|[Dd]e|[Aa] (?:principios|mediados|finales|fines|inicios"
            "|comienzos) de|[Aa] partir de"
            "|[Ee]l (?:mes de)?)\\s",
        recurring="(?:[Cc]ada|[Ll]os|[Tt]odos los|\\w+s a|[Dd]e)\\s",
        not_before=(
            "(?:[Cc]ada|[Ll]os|[Tt]odos los|[Ll]a|[Uu]na|[Tt]oda la|[Dd]e la"
            "|[Dd]e lunes a|[Aa] la|[Hh]asta|[Ee]l)\\s"
        ),
        not_after="s\\b(?<!unes)(?<!artes)|\\s(?:[Ss]anto|[Nn]egro|en día|de (?:Ramos|Resurrección))\\b",
        ordinal="[º°]|ero",
        of="de",
        days_numbered="(?<!\\w)(?:el|del|al|día)\\s(?P<whole>(?P<number>[0-3]?\\d)/(?P<month>1[0-2]"
            "|0?[1-9]))(?![\\d/])|(?<!\\w)(?:el|del|al)\\s(?P<whole2>(?:(?P<next>próximo)|(?P<last>pasado)"
            "|día)\\s"
            "(?:día\\s)?(?P<alone>[0-3]?\\d))(?!\\s?[/\\d%]|\\sde\\s|[.,]\\d)",
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
            "vai|vão|deve|devem|deverão|previst[oa]s?|marcad[oa]s?|poderão|[a-záâãéêíóôõúç]{2,}(?:rá|rão"
            "|remos)|começa"
            "|estreia"
        ),
        past=(
            "foi|foram|era|eram|tinha|tinham|havia|haviam|disse|fez|teve|esteve|[a-záâãéêíóôõúç]{2,}(?:ou"
            "|eu|iu|aram"
            "|eram|iram)"
        ),
        done="(?!(?:resultados?|estados?|mercados?|deputad[oa]s?|senado|partidos?|lados?|dados?"
            "|advogad[oa]s?|soldados?|vida|medidas?|comida"
            "|saída|entradas?|chegada|jornada|temporada|década|madrugada|toneladas|embaixada|grado"
            "|feriado)\\b)[a-záâãéêíóôõúç]{3,}(?:ad|id)[oa]s?|mort[oa]s?|abert[oa]s?",
        lead="(?:[Nn][ao]|[Dd][ao]|[Dd]e(?=\\s\\w+-feira)|[Nn]est[ea]|[Dd]est[ea]|[Nn]ess[ea]"
            "|[Aa]t[ée] (?:[ao]\\s)?|[Aa] partir d(?:e|a|o|esta|este)"
            "|[Pp]ara(?: [ao])?|[Dd]esde [ao]|(?:noite|manhã|tarde"
            "|madrugada)\\sde)\\s?",
        month_lead="(?:[Ee]m|[Dd]esde|[Aa]té|[Nn]o (?:início|final|fim|mês) de|[Dd]e)\\s",
        recurring="(?:[Tt]od[ao]s?(?: [ao]s?)?|[Cc]ada|[Aa]os|[ÀàAa]s|-feira a|\\w+a a)\\s",
        not_before=(
            "(?:[Tt]od[ao]s?(?: [ao]s?)?|[Cc]ada|[Aa]os|[ÀàAa]s|[Aa]té|[Dd]ias de|[Pp]ela|[Dd]a|"
            "(?:mundo|dia) de)\\s"
        ),
        not_after="s\\b|\\s(?:em dia|de [Rr]amos|[Ss]ant[ao])\\b|\\s(?:a|à)\\s(?:segunda|terça|quarta"
            "|quinta|sexta)\\b",
        ordinal="[º°]",
        of="de",
        days_numbered="(?<!\\w)(?:dia|dias|em|até"
            "|desde)\\s(?P<whole>(?P<number>[0-3]?\\d)/(?P<month>1[0-2]|0?[1-9]))(?![\\d/])"
            "|(?<!\\w)(?:n?o|do|ao)\\s(?P<whole2>(?:(?P<next>próximo)\\s|(?P<last>último|passado)\\s)?dia\\s"
            "(?P<alone>[0-3]?\\d))(?!\\s?[/\\d%]|\\sde\\s|[.,]\\d)",
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
        month_lead="(?:[Aa]d?|[Ii]n|[Dd]a|[Aa] partire da|[Ee]ntro|[Aa] fine|[Aa] inizio|[Nn]el mese di"
            "|[Dd]i|[Ff]ino a)\\s",
        recurring="(?:[Oo]gni|[Ii]l|[Ll]a|[Tt]utti i|[Tt]utte le|[Aa]l|[Dd]al|[Dd]alla|[Dd]el|[Dd]ella"
            "|[Uu]na?"
        "|(?<!notte )(?<!sera )(?<!mattina )(?<!serata )"
        "(?<!giornata )(?<!pomeriggio )(?<!mattinata )[Dd]i)\\s",
        not_before=(
            "(?:[Oo]gni|[Ii]l|[Ll]a|[Tt]utti i|[Tt]utte le|[Aa]l|[Dd]al|(?:mondo|giovani|società|Italia) di"
            "|[Gg]iorno d['’]|[Ff]ino ad?|[Aa]d?|d['’]|[Uu]n)\\s?"
        ),
        not_after="\\s(?:santo|grasso|nero|sera del|delle [Pp]alme)\\b",
        ordinal="[º°]",
        days_numbered="(?<!\\w)(?:il|del|dal|al"
            "|giorno)\\s(?P<whole>(?P<number>[0-3]?\\d)/(?P<month>1[0-2]|0?[1-9]))(?![\\d/])",
        done="[a-zàèéìòù]{3,}[aiu]t[oaie]|scoppiat[oaie]|mort[oaie]|scompars[oaie]",
    ),
}  # fmt: skip
