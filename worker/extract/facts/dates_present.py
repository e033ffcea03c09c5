"""Present verbs that news uses for what lies ahead, and participles of what has happened, by language."""

# In a clause without another verb these mean what lies ahead: lunedì scatta lo sciopero
PRESENT: dict[str, str] = {
    "de": (
        "tritt|kommt|kommen|geht|gehen|gilt|gelten|fährt|fahren|spielt|spielen|steht an|steigt|läuft an"
        "|schließt"
        "|schließen|macht|tritt an|reisen|wählt|wählen|streikt|streiken|demonstriert|demonstrieren|feiert"
        "|feiern"
        "|erscheint|veröffentlicht|legt|stellt|hält|lädt|gastiert|bestreitet|kehrt|wechselt|übernimmt"
        "|berät|beraten"
        "|präsentiert|vereidigt|läuft|laufen|bleibt|bleiben|erhält|bekommt|jährt|hebt|senkt|tagen|gibt es"
    ),
    "fr": (
        "accueille|accueillent|reçoit|reçoivent|joue|jouent|affronte|affrontent|dispute|disputent|entame"
        "|entament"
        "|lance|lancent|ouvre|ouvrent|ferme|ferment|part|partent|arrive|arrivent|vote|votent|rend|rendent"
        "|publie"
        "|publient|présente|présentent|tient|tiennent|se réuni(?:t|ssent)|reprend|reprennent|revient"
        "|reviennent"
        "|quitte|visite|rencontre|fête|célèbre|organise|organisent|sort|sortent|examine|examinent|étudie"
        "|statue"
        "|éli(?:t|sent)|se rend|s['’]achève|s['’]achèvent|s['’]envole|prend|prennent|débutent|commencent"
        "|démarre"
        "|augmente|augmentent|entre en|manifeste|manifestent|se tient|a lieu|ont lieu|tranche|décide"
        "|devient|cesse"
        "|finit|expire|expirent|passe|passent|comparaît|s['’]exprime|rouvre|rouvrent|remet|dévoile|se termine"
    ),
    "es": (
        "vence|publican?|divulgan?|reabren?|retoman?|lanzan?|vuelan?|inicia|inician|comienzan|empiezan"
        "|arrancan|termina"
        "|terminan|abre|abren|cierra|cierran|juega|juegan"
        "|enfrenta|enfrentan|recibe|vota|votan|decide|deciden|viaja|llega|llegan|sale|visita|presenta"
        "|presentan"
        "|celebra|celebran|estrena|entra en|entran en|debuta|vuelve|vuelven|regresa|regresan|reanuda"
        "|expira|se"
        " (?:vota|votan|juega|juegan|celebra|celebran|reúne|reúnen|disputa|estrena|reanuda|abre|cierra"
        "|publica|presenta"
        "|conoce|inaugura|enfrenta|enfrentan|define|elige)|inaugura|asume|jura|toca|cumple|rinde|comparece"
        "|sube|suben"
        "|baja|bajan|dicta|resuelve|debate|debaten"
    ),
    "pt": (
        "vence|reabrem?|retomam|lançam|viajam|inicia|iniciam|começam|estreiam|termina|terminam|acaba"
        "|acabam|abre|abrem|fecha|fecham|joga|jogam"
        "|enfrenta|enfrentam|recebe|vota|votam|decide|decidem|viaja|chega|chegam|visita|apresenta|celebra"
        "|entra em"
        "|entram em|volta|voltam|regressa|retoma|expira|reúne-se|reúnem-se|se reúne|se reúnem|disputa"
        "|divulga|lança"
        "|anuncia|julga|assume|toma posse|comemora|completa|realiza|realizam|acontece|acontecem|ocorre"
        "|arranca|sobe"
        "|custa|passa|passam|arrancam"
    ),
    "it": (
        "scatta|scattano|parte|partono|arriva|arrivano|torna|tornano|gioca|giocano|affronta|affrontano|riapre"
        "|riaprono|apre|aprono|chiude|chiudono|vota|votano|si vota|decide|decidono|incontra|presenta|esce"
        "|escono"
        "|debutta|entra in|entrano in|scade|scadono|termina|terminano|si (?:gioca|giocano|tiene|tengono"
        "|riunisce|riuniscono"
        "|apre|chiude|conclude|disputa|corre|celebra)|ospita|riceve|sciopera|scioperano|cambia|cambiano"
        "|sale|salgono"
        "|aumenta|aumentano|riprende|riprendono|prende|va in|vola|compie|festeggia|giura|conclude"
        "|cominciano|iniziano"
    ),
    "nl": (
        "rijden|rijdt|sluit|sluiten|reist|bezoekt|ontvangt|stemt|stemmen|treedt|treden|verschijnt"
        "|publiceert|staakt"
        "|staken|viert|keert|keren|vertrekt|arriveert|buigt|debatteert|presenteert|neemt|nemen|krijgt"
        "|gelden|geldt"
        "|eindigt|speelt|spelen|openen|hervat|maakt|loopt af|gaat door|stijgt|stijgen|daalt|starten"
        "|behandelt|praat"
    ),
    "sv": (
        "meddelar|presenterar|lämnar|inleder|tar|får|ger|går|reser|besöker|röstar|stänger|samlas|avslöjar"
        "|tillträder"
        "|träder|gästar|firar|släpper|drar|återvänder|avgör|behandlar|fyller|höjs|sänks|öppnas|tas|fattar"
        "|redovisar"
        "|publicerar|anländer|sker|äger|sätts|utses|väljs|väljer|avslutas|avslutar|gäller|träffar|möts|landar"
    ),
    "no": (
        "avsier|legger|tar|får|gir|går|reiser|besøker|stemmer|stenger|samles|trer|feirer|slipper"
        "|presenterer|drar"
        "|vender|behandler|avgjør|fyller|økes|senkes|fatter|publiserer|ankommer|skjer|finner|velger|velges"
        "|avsluttes"
        "|avslutter|gjelder|treffer|lanserer|offentliggjør|tiltrer|er det"
    ),
    "da": (
        "afsiger|lægger|tager|får|giver|går|rejser|besøger|stemmer|lukker|samles|træder|fejrer|slipper"
        "|præsenterer"
        "|drager|vender|behandler|afgør|fylder|hæves|sænkes|offentliggør|ankommer|sker|finder|vælger"
        "|vælges|afsluttes"
        "|afslutter|gælder|møder|lancerer|tiltræder|udgives|får"
    ),
    "fi": (
        "antaa|antavat|aloittaa|aloittavat|jatkaa|jatkavat|käy|saa|avaa|sulkee|julkaisee|tapaa|pitää"
        "|viettää|täyttää"
        "|lakkoilee|valitsee|kisaa|ottaa|ottavat|esittää|kohtaa|palataan|siirretään|nostetaan|suljetaan"
        "|juhlitaan"
    ),
    "hu": (
        "hirdet|dönt|tárgyal|tárgyalnak|kezd|kezdenek|zár|zárnak|nyit|nyitnak|tart|tartanak|szavaz|ünnepel"
        "|látogat"
        "|(?!(?:harmadik|negyedik|ötödik|hatodik|hetedik|második|egyik|másik"
        "|mindegyik)\\b)[a-záéíóöőúüű]{3,}[dzlgtnsj]ik"
        "|hoz|vesz|áll|utazik|fogad|bemutatják|adják|megnyitják|átadják|megkezdik|választanak"
    ),
    "tr": "[a-zçğıöşü]{2,}[ıiuü]yor(?:lar)?|var|başlar|biter|açılır",
    "ru": (
        "(?!(?:совет|бюджет|депутат|дефицит|секрет|билет|кабинет|комитет|интернет|университет|запрет|ответ"
        "|результат"
        "|институт|кандидат|адвокат|аппарат|факультет|контракт|проект|иммунитет|паритет|портрет|кредит"
        "|лимит|визит"
        "|транзит|сенат|мандат|солдат|формат|климат|аттестат|дипломат|маршрут|салют|статут|приют|уют|брат"
        "|внутрь|свет"
        "|цвет|привет|сюжет|жилет|пакет|лет|нет|предмет|пулемет|пулемёт|самолет|самолёт|вертолет|вертолёт"
        "|полет|полёт"
        "|отчет|отчёт|счет|счёт|расчет|расчёт|зачет|зачёт|хит|быт|щит|гранит|магнит)\\b)[а-яё]{2,}"
        "(?:[иеё]т|[ауюя]т)(?:ся)?"
    ),
    "uk": (
        "(?!(?:[а-щьюяєіїґ]*(?:[сцр]ть|п['’ʼ]ять|в['’ʼ]ять)|десять|мить|путь|область|смерть)\\b)"
        "[а-щьюяєіїґ]{2,}(?:[иеау]ть|ять|ють|[аує]є)(?:ся)?"
    ),
    "ar": "و?[يت][\u0621-\u064a]{3,}",
}
# Languages whose past forms are all known: a clause without one of them or of these participles lies ahead
PAST_PARTICIPLES: dict[str, str] = {
    "pl": "[a-ząćęłńóśźż]{4,}(?:[aeoy]n|[aiyu]t)(?:y|a|e|ego|ej|ych|ym|ą)|jest|są|trwa|trwają|nie żyje",
    "cs": "[a-záčďéěíňóřšťúůýž]{4,}(?:[aeá]n|nut|at)[aoyiýéáí]?|je|jsou|trvá|trvají",
    "sk": "[a-záäčďéíĺľňóôŕšťúýž]{4,}(?:[aeá]n|nut|at)[aoyiýéáí]?|je|sú|trvá|trvajú",
    "ro": "[a-zăâîșț]{3,}(?:at|ut|it|is|us|ns)[ăei]?|este|sunt|e",
    "el": "[α-ωάέήίόύώ]{4,}μέν(?:ος|η|ο|οι|ες|α|ου|ης|ων)|είναι|[α-ωάέήίόύώϊϋ]{2,}(?:ηκε|ηκαν|θηκε|ησε|ισε"
    "|ωσε)|έ[α-ω]{2,}[εα]ν?",
}  # fmt: skip
