"""Words of attribution in European languages, Turkish, Indonesian, Vietnamese, Arabic and Hebrew."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attribution:
    """How a language attributes a quote; each field is a regular expression.

    `said` is a verb of saying beside a quote, `per` the preposition of a source, `called` a verb of naming or
    judging in whose sentence a quote is a part, `ends` a word that ends the speaker's name.
    """

    said: str
    per: str = r"(?!)"
    called: str = r"(?!)"
    ends: str = r"(?!)"
    verb_last: bool = False  # the verb is after quote and speaker: Ali Demir, “…” dedi
    said_last: str = r"(?!)"


WORDS: dict[str, Attribution] = {
    "de": Attribution(
        said="(?:empört|rechtfertigt|verteidigt|sorgt|entrüstet|entschuldigt|erinnerte|freute|verteidigte"
        "|entschuldigte|erinnert|freut|wundert|ärgert|beklagt|beschwert|wehrt) sich|zitiert"
        "|urteilt|bilanziert"
        "|resümiert|gesteht|gestand"
        "|räumt|räumte|klagt|klagte|lobt|lobte|jubelt|jubelte|ruft|findet|fand|glaubt|hofft|fordert"
        "|verspricht|versprach"
        "|verspricht|kommentierte|kommentiert|twitterte|postete|erzählt|erzählte|berichtet|warb|appellierte"
        "|betonen|sagen|fragt|ergänzt|mahnt",
        per="Laut|Nach Angaben von|Nach Ansicht von|Nach Worten von|Nach Einschätzung von|Für"
        "|Nach Auffassung von",
        called="nannte|nennt|sprach(?: \\S+){0,4} von|spricht(?: \\S+){0,4} von|bezeichnete"
        "|bezeichnet|kritisierte|kritisiert|lobte"
        "|lobt|verurteilte|beschrieb"
        "|beschreibt|warnte vor|warnt vor|forderte|fordert|warf|wirft|hielt|hält|attestierte|attestiert"
        "|unterstellte|unterstellt|bescheinigte|zeigte sich|zeigt sich",
        ends="am|in|im|bei|dem|der|den|zu|auf|gegenüber|nach|vor|mit|über|laut|ist|sind|war|hat|haben|sei"
        "|wird|kann|könne"
        "|muss|müsse|solle|wäre",
    ),
    "fr": Attribution(
        said="s['’](?:est |était )?[a-zéèêîôû]{4,}|(?:se|s['’]est) [a-zéèêîôû]{4,}|(?:a|ont|avait) fait "
        "(?:savoir|valoir|remarquer|observer|part)"
        "|fait savoir|fait valoir|(?:a|ont|avait) [a-zéèêîôû]{3,}(?:é|i|it|u)"
        "|martèle|peste|tempête|souffle|glisse|plaisante|soupire|fustige|tacle|abonde|nuance|détaille"
        "|décrit|juge|tranche|lâche"
        "|alerte|considère|concède|admet|reconnaît|pointe|note|observe|plaide|justifie|ironise|répond"
        "|rétorque|répète|clame"
        "|proteste|renchérit|complète|enchaîne|sourit|confirme|rassure|tonne|dénonce|analyse|détaille"
        "|espère|argue|avance|peut-on lire",
        per="D['’]après|Pour|Selon|De l['’]avis de|Aux yeux de",
        called="(?:a|ont|avait) (?:dénoncé|qualifié|évoqué|fustigé|salué|critiqué|regretté|déploré|condamné"
        "|promis|assuré|prôné|vanté|pointé|annoncé|exigé|proposé|défendu|exprimé|constaté|cité|rejeté"
        "|accusé|appelé à|mis en garde contre"
        "|réclamé|décrit|jugé|estimé que"
        "|déclaré que|affirmé que|assuré que|parlé)|dénonce|qualifie|évoque|fustige|salue|déplore|condamne"
        "|réclame|décrit|juge|parle",
        ends="à|lors|dans|au|en|sur|devant|après|qui|mardi|lundi|mercredi|jeudi|vendredi|samedi|dimanche"
        "|est|a|ont|sont|de l['’]",
    ),
    "es": Attribution(
        said="ha (?:[a-z]{3,}ado|[a-z]{3,}ido|dicho|escrito)|lamenta|cuenta|relata|señala|asegura|afirma"
        "|sostiene|recuerda|insiste|advierte"
        "|agrega|añade|apunta|subraya|destaca|comenta|critica|reconoce|confiesa|admite|resume|concluye"
        "|responde|pregunta|denuncia"
        "|reclama|celebra|indica|aclara|precisa|reitera|zanja|bromea|avisa|alerta|valora|opina|detalla"
        "|adelanta|expone|describe|comunica|informa|anuncia",
        per="Según|Para|De acuerdo con|En palabras de|A juicio de",
        called="negó|rechazó|admitió|reconoció|prometió|calificó|califica|ha calificado|tachó|tildó"
        "|definió|describió|denunció|criticó|condenó"
        "|habló de|pidió|exigió|consideró|aseguró que"
        "|advirtió (?:de|sobre|contra)|alertó (?:de|sobre)|acusó|lamentó|celebró|defendió|reivindicó"
        "|reclamó|anunció"
        "|afirmó que|dijo que|sostuvo que|llamó",
        ends="a|en|durante|tras|el|ante|que|al|por|sobre|con|es|está|fue|ha|se|la",
    ),
    "pt": Attribution(
        said="garante|sublinha|lamenta|recorda|lembra|sustenta|acrescenta|admite|alerta|defende|critica"
        "|destaca|ressalta|aponta|considera"
        "|refere|indica|insiste|reconhece|resume|conclui|responde|pergunta|denuncia|celebra|comemora|avalia"
        "|relata|comenta|declara"
        "|esclarece|reforça|salienta|frisa|desabafa|pontua|argumenta|observa|comunica|informa|anuncia",
        per="Segundo|Para|De acordo com|Conforme|Na opinião de|Nas palavras de",
        called="classificou|classifica|descreveu|descreve|chamou|chama|definiu|criticou|condenou|denunciou"
        "|falou em|pediu|considerou"
        "|afirmou que|disse que|garantiu que",
        ends="a|em|durante|após|no|na|ao|à|que|por|sobre|com|nesta|neste|é|está|foi|tem|se|o|os",
    ),
    "it": Attribution(
        said="fa sapere|fanno sapere|ha fatto sapere|le parole di|il commento di|è il commento di"
        "|ha [a-zàèéìòù]{2,}(?:ato|ito|uto|esso|etto|esto|unto|erto|iuso)|insiste|ribadisce|ripete|giura"
        "|minaccia|spera|teme"
        "|precisa|puntualizza|confida|ammonisce|prosegue|continua|lamenta|protesta|dichiara|sostiene"
        "|scherza|sbotta|tuona|chiede",
        per="Secondo|Per|A detta di|Stando a|A giudizio di",
        called="ha definito|definisce|ha parlato di|parla di|ha denunciato|ha criticato|ha condannato"
        "|ha chiesto|ha bollato|ha descritto|ha detto che"
        "|ha dichiarato che|ha chiamato",
        ends="a|in|durante|dopo|al|alla|nel|nella|che|per|su|con|ai|è|si|il|la|ha",
    ),
    "nl": Attribution(
        said="laat|liet|noemt|klinkt het bij|denkt|vertellen|zeggen|concludeert|concludeerde|constateert"
        "|hoopt|klaagt|lacht|schrijven|vervolgt"
        "|voegt|verzekert|verzekerde|antwoordt|antwoordde|erkent|erkende|herinnert|twitterde|oordeelt"
        "|aldus ook",
        per="Volgens|Naar de mening van|In de woorden van",
        called="noemde|noemt|sprak van|spreekt van|omschreef|omschrijft|bestempelde|bekritiseerde|beschreef"
        "|waarschuwde voor|pleitte voor",
        ends="in|op|tegen|na|bij|tijdens|aan|over|weten|toe|is|was|heeft|wordt|zijn|moet|kan|maandag"
        "|dinsdag|woensdag|donderdag|vrijdag",
    ),
    "ru": Attribution(
        said="увере[нн]ы?а?|убежд[её]н[аы]?|полагает|подытожил[аи]?|резюмировал[аи]?|поделил(?:ся|ась)"
        "|прокомментировал[аи]?|рассуждает|вспоминает"
        '|призна[её]тся|заключил[аи]?|рассказал[аи]? [«"][^»"]{2,30}[»"]|приводит|отмечает|подч[её]ркивает'
        "|поясняет|объясняет|добавляет|рассказывает"
        "|утверждает|сетует|возмущается|заверил[аи]?|возразил[аи]?|посетовал[аи]?|настаивает|пишет"
        "|заявляет",
        per="Как (?:заявил|сказал|отметил|подчеркнул|сообщил|рассказал|пояснил)а?(?:\\s(?:ТАСС|РИА Новости"
        "|«?Интерфаксу»?|журналистам))?",
        called="назвал[аи]?|называет|охарактеризовал[аи]?|раскритиковал[аи]?|осудил[аи]?|описал[аи]?"
        "|обвинил[аи]?",
        ends="в|на|журналистам|по|о|во|тасс|риа|из",
    ),
    "uk": Attribution(
        said="заяви(?:в|ла|ли)|сказа(?:в|ла|ли)|повідоми(?:в|ла|ли)|зазначи(?:в|ла|ли)|наголоси(?:в|ла|ли)"
        "|дода(?:в|ла|ли)|розпові(?:в|ла|ли)|написа(?:в|ла|ли)"
        "|поясни(?:в|ла|ли)|уточни(?:в|ла|ли)|підкресли(?:в|ла|ли)|вважає|каже|розповідає|пояснює"
        "|запевни(?:в|ла|ли)|підсумува(?:в|ла|ли)|відповіла?|відповів",
        per="Як (?:заяви|сказа|зазначи|наголоси|повідоми|розпові|поясни)(?:в|ла)",
        called="назва(?:в|ла|ли)|розкритикува(?:в|ла|ли)|засуди(?:в|ла|ли)",
        ends="в|у|на|про|під|для|журналістам",
    ),
    "pl": Attribution(
        said="powiedzia(?:ł|ła|eli)|mówi|mówił[a]?|stwierdzi(?:ł|ła)|stwierdza|napisa(?:ł|ła)|podkreśli(?:ł"
        "|ła)|podkreśla|zaznaczy(?:ł|ła)|zaznacza"
        "|doda(?:ł|ła)|dodaje|wyjaśni(?:ł|ła)|wyjaśnia|tłumaczy(?:ł|ła)?|oświadczy(?:ł|ła)|zapewni(?:ł|ła)"
        "|zapewnia|ocenia|oceni(?:ł|ła)|przekaza(?:ł|ła)"
        "|poinformowa(?:ł|ła)|komentuje|skomentowa(?:ł|ła)|apeluje|zaapelowa(?:ł|ła)|ostrzega|ostrzeg(?:ł"
        "|ła)|przyzna(?:ł|ła)|przyznaje|opowiada|relacjonuje"
        "|pyta|zapyta(?:ł|ła)|odpowiedzia(?:ł|ła)|uważa|pisze|wspomina|przekonuje|przekonywa(?:ł|ła)",
        per="Jak (?:powiedzia|podkreśli|zaznaczy|doda|wyjaśni|oceni|przekaza|poinformowa)(?:ł|ła)"
        "|Jak (?:mówi|podkreśla|dodaje)",
        called="nazwa(?:ł|ła)|określi(?:ł|ła)|skrytykowa(?:ł|ła)|potępi(?:ł|ła)",
        ends="w|we|na|podczas|o|po|dla|z|ze|przed|dziennikarzom|cytowan[ya]",
    ),
    "cs": Attribution(
        said="řekla?|říká|uvedla?|uvádí|dodala?|dodává|prohlásila?|napsala?|píše|upozornila?|upozorňuje"
        "|vysvětlila?|vysvětluje|sdělila?|doplnila?|poznamenala?"
        "|zdůraznila?|tvrdí|komentovala?|popsala?|popisuje|míní|zeptala? se|odpověděla?|reagovala?"
        "|potvrdila?|shrnula?|přiznala?",
        per="Podle|Jak (?:řekla?|uvedla?|dodala?)",
        called="označila?|hovořila? o|mluvila? o|nazvala?|kritizovala?|odsoudila?",
        ends="v|ve|na|pro|při|po|k|o|z|serveru|novinářům|ČTK|agentuře",
    ),
    "sk": Attribution(
        said="povedala?|hovorí|uviedla?|uvádza|dodala?|dodáva|vyhlásila?|napísala?|píše|upozornila?"
        "|upozorňuje"
        "|vysvetlila?|vysvetľuje|doplnila?|poznamenala?|zdôraznila?|tvrdí|opísala?|myslí si|odpovedala?"
        "|potvrdila?|priznala?|varovala?|sľúbila?|zavtipkovala?|povzdychla? si|posťažovala? sa|spomína",
        per="Podľa|Ako (?:povedala?|uviedla?|dodala?)",
        called="označila?|hovorila? o|nazvala?|kritizovala?|odsúdila?",
        ends="v|vo|na|pre|pri|po|k|o|z|novinárom|TASR|SITA|agentúre",
    ),
    "hr": Attribution(
        said="rek(?:ao|la|li) je|(?:je|su) rek(?:ao|la|li)|kaže|kažu|izjavi(?:o|la) je|(?:je )?izjavi(?:o"
        "|la)|dodaje"
        "|doda(?:o|la) je|(?:je )?doda(?:o|la)|ističe|istaknu(?:o|la) je|(?:je )?istaknu(?:o|la)|poručuje"
        "|poruči(?:o|la) je|(?:je )?poruči(?:o|la)|napisa(?:o|la) je|objašnjava|objasni(?:o|la) je"
        "|upozorava|upozori(?:o|la) je"
        "|tvrdi|naglasi(?:o|la) je|prič[ae]|priznaje|prizna(?:o|la) je|odgovori(?:o|la) je|navodi"
        "|nave(?:o|la) je|smatra|žali se|prisjeća se",
        per="Prema riječima|Kako (?:kaže|ističe|navodi|je rek(?:ao|la))",
        ends="u|na|za|o|nakon|prije|je|novinarima|agenciji",
    ),
    "sr": Attribution(
        said="рек(?:ао|ла|ли) је|каже|кажу|изјави(?:о|ла) је|додаје|дода(?:о|ла) је|истиче|истака(?:о"
        "|ла) је|поручује"
        "|поручи(?:о|ла) је|написа(?:о|ла) је|објашњава|објасни(?:о|ла) је|упозорава|упозори(?:о|ла) је|тврди"
        "|нагласи(?:о|ла) је|прича|признаје|одговори(?:о|ла) је|наводи|нав(?:ео|ела) је|сматра|жали се"
        "|сећа се"
        "|rek(?:ao|la|li) je|kaže|kažu|izjavi(?:o|la) je|dodaje|doda(?:o|la) je|ističe|istaka(?:o|la) je"
        "|poručuje"
        "|poruči(?:o|la) je|napisa(?:o|la) je|objašnjava|objasni(?:o|la) je|upozorava|upozori(?:o|la) je"
        "|tvrdi"
        "|naglasi(?:o|la) je|priča|priznaje|odgovori(?:o|la) je|navodi|nav(?:eo|ela) je|smatra|žali se"
        "|seća se",
        per="Према речима|Како (?:каже|истиче|наводи)|Prema rečima|Kako (?:kaže|ističe|navodi)",
        ends="у|на|за|о|након|после|је|новинарима|u|na|za|o|nakon|posle|je|novinarima",
    ),
    "sl": Attribution(
        said="je (?:dejal|povedal|pojasnil|dodal|poudaril|zapisal|opozoril|izjavil|priznal|odgovoril"
        "|obljubil|zatrdil)a?"
        "|pravi|pojasnjuje|dodaja|poudarja|opozarja|meni|trdi|pripoveduje|priznava|navaja",
        per="Po besedah|Kot (?:pravi|pojasnjuje|navaja)",
        ends="v|na|za|o|po|pred|ob|novinarjem",
    ),
    "bg": Attribution(
        said="казаха?|каза|казва|заяви|заявява|съобщи|посочи|посочва|добави|добавя|обясни|обяснява"
        "|подчерта|написа|пише"
        "|твърди|предупреди|предупреждава|отговори|призна|коментира|разказва|разказа|спомня си|обеща"
        "|смята|допълни",
        per="По думите на|Според|Както (?:каза|заяви|посочи)",
        ends="в|във|на|за|по|пред|след|от|при|пред БТА",
    ),
    "sv": Attribution(
        said="säger|sade|sa|skriver|skrev|berättar|berättade|menar|menade|förklarar|förklarade|konstaterar"
        "|tillägger|uppger|uppgav|anser|tycker|kommenterar|hävdar"
        "|varnar|lovar|frågar|svarar|betonar|fortsätter",
        per="Enligt",
        called="kallar|kallade|beskriver|beskrev|kritiserar|kritiserade|talar om|varnar för",
        ends="till|i|på|om|när|efter|vid|under|som|är|har|var|och|inför|från",
    ),
    "no": Attribution(
        said="sier|sa|skriver|skrev|forteller|fortalte|mener|mente|forklarer|forklarte|opplyser|opplyste"
        "|understreker|understreket|legger|uttaler|uttalte|kommenterer"
        "|advarer|lover|spør|svarer|fortsetter|slår|påpeker|hevder|konstaterer",
        per="Ifølge|Ifølgje|I følge",
        called="kaller|kalte|beskriver|beskrev|kritiserer|kritiserte|snakker om|advarer mot",
        ends="til|i|på|om|da|når|etter|ved|under|som|er|har|var|og|fra|fast",
    ),
    "da": Attribution(
        said="siger|sagde|skriver|skrev|fortæller|fortalte|mener|mente|forklarer|forklarede|oplyser|oplyste"
        "|understreger|understregede|tilføjer|udtaler|udtalte"
        "|kommenterer|advarer|lover|spørger|svarer|fortsætter|påpeger|lyder det fra",
        per="Ifølge",
        called="kalder|kaldte|beskriver|beskrev|kritiserer|kritiserede|taler om|advarer mod",
        ends="til|i|på|om|da|når|efter|ved|under|som|er|har|var|og|fra|ifølge",
    ),
    "fi": Attribution(
        said="sanoo|sanoi|kertoo|kertoi|toteaa|totesi|kirjoittaa|kirjoitti|arvioi|muistuttaa|muistutti"
        "|korostaa|korosti|huomauttaa|selittää|selitti|painottaa|lisää"
        "|lisäsi|kommentoi|varoittaa|pohtii|kysyy|vastaa|jatkaa|tiivistää",
        called="kutsui|kutsuu|kuvaili|kuvailee|arvosteli|arvostelee",
        ends="tiedotteessa|mukaan",
    ),
    "ro": Attribution(
        said="a (?:declarat|spus|afirmat|precizat|adăugat|explicat|scris|transmis|subliniat|menționat"
        "|anunțat|susținut|punctat|povestit|răspuns)|spune|declară|afirmă"
        "|explică|adaugă|susține|scrie|povestește|precizează|subliniază|avertizează",
        per="Potrivit|Conform",
        called="a (?:numit|calificat|descris|criticat|condamnat)",
        ends="la|în|pentru|miercuri|joi|luni|marți|vineri|sâmbătă|duminică|într|după|pe|cu",
    ),
    "hu": Attribution(
        said="mondta(?: el)?|írta|közölte|jelentette ki|hangsúlyozta|tette hozzá|fogalmazott|nyilatkozta"
        "|emelte ki|magyarázta|hangoztatta|fejtette ki"
        "|idézte fel|válaszolta|kérdezte|húzta alá",
        ends="a|az|szerdán|kedden|hétfőn|csütörtökön|pénteken|szombaton|vasárnap",
    ),
    "el": Attribution(
        said="δήλωσ(?:ε|αν)|είπ(?:ε|αν)|τόνισ(?:ε|αν)|ανέφερ(?:ε|αν)|σημείωσ(?:ε|αν)|υπογράμμισε|πρόσθεσε"
        "|έγραψε|λέει|δηλώνει|τονίζει|αναφέρει|εξήγησε|υποστήριξε"
        "|σχολίασε|επισήμανε|διαβεβαίωσε|απάντησε",
        per="Σύμφωνα με",
        called="χαρακτήρισε|αποκάλεσε|κατήγγειλε",
        ends="στ(?:ο|η|ην|ον|α|ις|ους)|σε|για|από|κατά|μετά|προς|μιλώντας",
    ),
    "tr": Attribution(
        said="(?!)",
        said_last="dedi|diye (?:konuştu|yazdı|belirtti|ekledi|sordu|yanıtladı|seslendi|tepki|söz verdi"
        "|şaka yaptı|iç çekti|yakındı|uyardı|övündü|ısrar etti|hatırladı|bağırdı|dert yandı)"
        "|şeklinde (?:konuştu|yanıt)|ifadelerini|ifadesini|sözleriyle|açıklamasını"
        "|değerlendirmesinde|yanıtını",
        verb_last=True,
    ),
    "id": Attribution(
        said="kata|mengatakan|menyatakan|menegaskan|menuturkan|mengungkapkan|menjelaskan|menambahkan|ujar"
        "|ucap|tutur|jelas|tegas|ungkap|tambah|papar|sebut|imbuh|katanya|terang|beber|cetus|tulis"
        "|lanjut|pungkas|demikian",
        per="Menurut",
        called="menyebut|menilai|mengkritik|mengecam",
        ends="di|dalam|kepada|saat|pada|usai|ketika|dikutip|seperti|lewat|melalui|dari|yang|senin|selasa"
        "|rabu|kamis|jumat|sabtu|minggu",
    ),
    "vi": Attribution(
        said="nói|cho biết|khẳng định|chia sẻ|nhấn mạnh|cho hay|phát biểu|kể|viết|bày tỏ|cảnh báo|tuyên bố"
        "|giải thích|nhận định|kể lại|bộc bạch",
        per="Theo",
        ends="với|tại|trong|trên|hôm|ngày|khi|về",
    ),
    "ar": Attribution(
        said="(?:و)?(?:قال|قالت|أكد|أكدت|صرح|صرحت|أضاف|أضافت|أوضح|أوضحت|كتب|كتبت|ذكر|ذكرت|أعلن|أعلنت|شدد"
        "|شددت|حذر|حذرت|بحسب|حسب|وفق)",
        ends="في|إن|أن|على|خلال|عن|من|لوكالة|للصحفيين|عبر|أمام|يوم",
    ),
    "he": Attribution(
        said="הזהירה?|הבטיחה?|טענה?|קבעה?|הודיעה?|הבהירה?|אמרה?|מסרה?|הוסיפה?|כתבה?|ציינה?|הסבירה?"
        "|הצהירה?|הדגישה?|סיפרה?|טוענת?|אומרת?|הגיבה?",
        ends="כי|על|עם|אחרי|לפני|במהלך",
    ),
}
