"""Verbs of saying in news texts, by language."""

# Verbs of saying in news texts.
GERMAN = (
    "sagten|erklärten|teilten|schrieben|betonten|forderten|sagte|sagt|erklärte|erklärt|betonte|betont"
    "|schrieb|schreibt|warnte|warnt|meinte|meint|teilte|berichtete"
    "|kritisierte|forderte|fragte|ergänzte|kündigte|bekräftigte|mahnte|rief|fügte|antwortete|versicherte"
)
FRENCH = (
    "(?:a|ont|avait) (?:déclaré|dit|affirmé|expliqué|ajouté|indiqué|souligné|lancé|estimé|assuré|précisé"
    "|écrit|rappelé|répondu|confié|prévenu|martelé|insisté|reconnu|annoncé|demandé|dénoncé|raconté|réagi"
    "|promis|plaidé|résumé|conclu|regretté|salué|critiqué|témoigné|commenté)"
    "|disent|affirment|expliquent|assurent|dénoncent|témoignent|racontent|indiquent|estiment|ajoutent"
    "|soulignent"
    "|regrettent|réclament|déclarent|déclare|affirme|explique|dit|assure|estime|souligne|indique"
    "|précise|ajoute|raconte|confie|écrit|lance"
    "|promet|réagit|témoigne|résume|regrette|prévient|insiste|rappelle|commente|poursuit|conclut|déplore"
    "|communique|annonce|informe|signale"
)
SPANISH = (
    "dicen|dijeron|aseguran|afirman|explican|denuncian|lamentan|señalan|dijo|afirmó|declaró|aseguró"
    "|explicó|señaló|agregó|añadió|escribió|indicó|manifestó|sostuvo|advirtió"
    "|subrayó|destacó|recalcó|comentó|insistió|preguntó|respondió|contó|apuntó|expresó|denunció|dice"
    "|explica|[a-záéíóúñ]{3,}ó"
)
KOREAN_SAID = (
    "말했|말한다|말이다|맞받|전망했|평가했|당부했|토로했|회상했|털어놨|일축했|되물|해명했|언급했"
    "|약속했|경고했|우려했|했다|밝혔|전했|설명했"
    "|강조했|덧붙였|주장했|지적했|답했|물었|적었|썼|반박했|호소했|비판했|촉구했|외쳤"
)
JAPANESE_SAID = (
    "嘆|悔や|悔し|漏ら|こぼし|こぼす|つぶや|憤|胸を張|首をかしげ|肩を落と|苦笑|力を込め|意気込|打ち明け|明言|断言|釈明|弁明|ぼや|胸をなで下ろ|声を弾ませ|不安が|心配す|心配し"
    "|振り返|喜ん|話す|語る|談話|謝罪|反論|否定|述べ|語っ|話し|言っ"
    "|発表し|表明し|回答し|報告し|伝え|認め|応じ|宣言し|警告し|要求し|求め|予測し|推測し|期待し|見解を示|考えを示|説明|強調|指摘|コメント|答え|訴え|批判|主張|明かし|書い|呼びかけ|叫ん"
)
PORTUGUESE = (
    "dizem|disseram|afirmam|afirmaram|explicam|contam|relatam|disse|afirmou|declarou|explicou|ressaltou"
    "|destacou|acrescentou|escreveu|informou|garantiu|contou"
    "|comentou"
    "|apontou"
    "|alertou|criticou|defendeu|questionou|respondeu|relatou|lamentou|diz|afirma|explica|conta|completou"
    "|avaliou"
    "|reforçou|salientou|sublinhou|referiu|adiantou|admitiu|[a-zç]{3,}(?:ou|eu|iu)"
)
ITALIAN = (
    "(?:ha|hanno|aveva) (?:detto|dichiarato|affermato|spiegato|aggiunto|sottolineato|scritto|commentato"
    "|ricordato"
    "|annunciato|assicurato|precisato|ribadito|osservato|raccontato|risposto)|dicono|raccontano"
    "|spiegano|affermano|sostengono|denunciano|chiedono|commentano|dice|spiega|afferma|accusa"
    "|racconta"
    "|commenta|sottolinea|aggiunge|dichiara|scrive|disse|spiegò|osserva|assicura|avverte|denuncia|ricorda"
    "|promette|ammette|conclude|replica|attacca|rivendica|confessa|rivela|comunica|informa|segnala|avvisa"
    "|annuncia|assicurano|si legge|rende noto|ha reso noto|fa notare|ipotizza|auspica|esulta|ironizza"
)
DUTCH = (
    "zei|zegt|verklaarde|verklaart|vertelde|vertelt|schreef|schrijft|aldus|liet weten|benadrukte|benadrukt"
    "|stelde|stelt"
    "|meldde|meldt|waarschuwde|waarschuwt|reageerde|reageert|vindt|vond|legt|legde|voegde|voegt"
)
RUSSIAN = (
    "заявил[аи]?|сказал[аи]?|сообщил[аи]?|отметил[аи]?|подчеркнул[аи]?|добавил[аи]?|рассказал[аи]?"
    "|написал[аи]?"
    "|пояснил[аи]?|объяснил[аи]?|уточнил[аи]?|считает|говорит|цитирует|признал[аи]?|предупредил[аи]?"
    "|напомнил[аи]?"
    "|ответил[аи]?|спросил[аи]?|констатировал[аи]?|призвал[аи]?"
)
CHINESE_SAID = (
    "表示|说|說|称|稱|指出|强调|強調|认为|認為|写道|寫道|问|問|回应|回應|告诉|告訴|坦言|直言|质疑|質疑|批评"
    "|批評|痛批|怒批|呼吁|呼籲"
    "|感叹|感嘆|感慨|回忆|回憶|透露|解释|解釋|补充|補充|提醒|警告|承认|承認|反问|反問|反驳|反駁|澄清|证实"
    "|證實|承诺|承諾|保证|保證|喊话|喊話"
    "|抱怨|介绍|介紹|总结|總結|追问|追問|留言|叹道|嘆道|喊道|笑道|谈道|談到|主张|主張|宣布|宣佈|断言|斷言"
    "|评价|評價|分析"
)
BASE = {
    "de": GERMAN, "fr": FRENCH, "es": SPANISH, "pt": PORTUGUESE, "it": ITALIAN, "nl": DUTCH,
    "ru": RUSSIAN,
}  # fmt: skip
# Further verbs of speech: promised, joked, sighed, complained, warned, recalled, boasted, insisted
MORE = {
    "de": "scherzte|seufzte|prahlte|schimpfte|murmelte|lachte|stöhnte|beteuerte|behauptete|erwiderte"
    "|entgegnete|gab zu|drohte|bat|hoffte"
    "|freute|staunte|spottete|witzelte|frotzelte|schwärmte|resümierte|bilanzierte|konstatierte|beklagte"
    "|warnt|beschwichtigte|stellte fest"
    "|murrte|polterte|wetterte|höhnte|flüsterte|gestand|verkündete|prophezeite|schätzte|argumentierte"
    "|monierte|bemängelte|unterstrich",
    "nl": "beloofde|belooft|grapte|grapt|zuchtte|zucht|mopperde|moppert|klaagde|riep|roept|pochte"
    "|herinnerde zich|gaf toe|geeft toe|verzuchtte"
    "|lachte|hoopte|drong aan|fluisterde|schamperde|sneerde|betoogde|besloot|bezwoer|dreigde|vroeg"
    "|vraagt|schetste|schetst|vervolgde|foeterde",
    "it": "ha promesso|scherzava|sospirò|sospira|brontola|minaccia|ride|esclama|mormora|sussurra"
    "|ricordava|insisteva|ironizzava|si vanta|si lamenta",
    "ru": "(?:по)?обеща(?:л[аи]?|ет)|(?:по)?шути(?:л[аи]?|т)|вздохну(?:л[аи]?)|вздыхает|пожаловал(?:ся"
    "|ась|ись)|жалует(?:ся)|похвастал(?:ся|ась)"
    "|вспомнил[аи]?|настаивал[аи]?|усмехнул(?:ся|ась)|улыбнул(?:ся|ась)|воскликнул[аи]?|крикнул[аи]?"
    "|прошептал[аи]?|пробормотал[аи]?|проворчал[аи]?"
    "|возмутил(?:ся|ась)|удивил(?:ся|ась)|обрадовал(?:ся|ась)|пригрозил[аи]?|поклял(?:ся|ась)"
    "|попросил[аи]?|посоветовал[аи]?|порекомендовал[аи]?"
    "|предположил[аи]?|предостер[её]г(?:л[аи])?|парировал[аи]?|съязвил[аи]?|иронизирует|размышляет"
    "|надеется|опасается|предупреждает|обещают"
    "|приветствовал[аи]?|поблагодарил[аи]?|извинил(?:ся|ась)|оправдывал(?:ся|ась)|утверждал[аи]?"
    "|прогнозирует|заметил[аи]?|пошутил[аи]?",
    "uk": "(?:по)?обіця(?:в|ла|ли|є)|(?:по)?жарту(?:вав|вала|є)|зітхну(?:в|ла)|зітхає|поскаржи(?:вся"
    "|лася)|скаржиться|похвали(?:вся|лася)"
    "|згада(?:в|ла)|пригада(?:в|ла)|наполяга(?:в|ла|є)|усміхну(?:вся|лася)|вигукну(?:в|ла)"
    "|прошепоті(?:в|ла)|обури(?:вся|лася)|здивува(?:вся|лася)"
    "|пригрози(?:в|ла)|попроси(?:в|ла)|порадила?|попереди(?:в|ла)|попереджає|визна(?:в|ла)|зауважи(?:в"
    "|ла)|застеріг(?:ла)?|нагада(?:в|ла)"
    "|сподівається|стверджує|заявляє|додає|закликала?|прокоментува(?:в|ла)|поділи(?:вся|лася)"
    "|відзначи(?:в|ла)",
    "pl": "obieca(?:ł|ła)|obiecuje|zażartowa(?:ł|ła)|żartuje|westchn(?:ął|ęła)|wzdycha|poskarży(?:ł"
    "|ła) się|skarży się|narzeka(?:ł|ła)?"
    "|pochwali(?:ł|ła) się|wspomnia(?:ł|ła)|upiera(?:ł|ła)? się|krzykn(?:ął|ęła)|zawoła(?:ł|ła)"
    "|mrukn(?:ął|ęła)|szepn(?:ął|ęła)|zaśmia(?:ł|ła) się"
    "|śmieje się|zagrozi(?:ł|ła)|prosi(?:ł|ła)?|przypomnia(?:ł|ła)|przypomina|zauważy(?:ł|ła)|zauważa"
    "|podsumowa(?:ł|ła)|podsumowuje|twierdzi(?:ł|ła)?"
    "|wylicza|ironizuje|dziwi się|cieszy się|denerwuje się|przyzna(?:ł|ła)",
    "cs": "slíbila?|slibuje|zažertovala?|žertuje|povzdechla? si|postěžovala? si|stěžuje si"
    "|pochlubila? se|vzpomněla? si|vzpomíná|trvá na svém"
    "|zvolala?|zašeptala?|zasmála? se|zasmál se|pohrozila?|požádala?|připomněla?|připomíná|varovala?"
    "|varuje|přislíbila?|dušuje se|ujistila?|ujišťuje"
    "|uzavřela?|posteskla? si|popsala?|řekla?|pochvaluje si|libuje si",
    "sv": "lovade|suckade|suckar|skämtade|skämtar|klagade|klagar|skröt|mindes|minns|insisterade"
    "|insisterar|varnade|ropade|viskade|skrattade|skrattar"
    "|hotade|bad|ber|påminde|påminner|utbrast|medgav|medger|erkände|erkänner|hoppas|svarade|frågade"
    "|summerar|konstaterade|muttrade|fnös|fnyser",
    "no": "lovte|lovet|sukket|sukker|spøkte|spøker|klaget|klager|skrøt|mintes|minnes|insisterte"
    "|insisterer|advarte|ropte|hvisket|lo|ler|truet|ba|ber"
    "|minnet om|utbrøt|innrømmet|innrømmer|håper|svarte|spurte|oppsummerer|konstaterte|mumlet|smiler"
    "|smilte",
    "da": "lovede|sukkede|sukker|spøgte|spøger|klagede|klager|pralede|huskede|husker|insisterede"
    "|insisterer|advarede|råbte|hviskede|lo|griner|truede"
    "|bad|beder|mindede om|udbrød|indrømmede|indrømmer|håber|svarede|spurgte|opsummerer|konstaterede"
    "|konstaterer|mumlede|smiler",
    "fi": "lupasi|lupaa|huokaisi|huokaa|vitsaili|vitsailee|valitti|valittaa|kehui|kehuu|muisteli"
    "|muistelee|vaati|vaatii|varoitti|huudahti|kuiskasi"
    "|nauroi|nauraa|uhkasi|pyysi|pyytää|myönsi|myöntää|toivoi|toivoo|vastasi|kysyi|tiivisti|naurahti"
    "|naurahtaa|puuskahti|tuhahti|tokaisi|iloitsee"
    "|harmittelee|ihmettelee|linjaa|lohkaisi|sanaili|vakuutti|vakuuttaa",
    "ro": "a (?:promis|glumit|oftat|avertizat|amintit|insistat|strigat|șoptit|recunoscut|întrebat|cerut"
    "|admis|reacționat)|s-a (?:plâns|lăudat)|promite"
    "|glumește|oftează|se plânge|își amintește|recunoaște|insistă",
    "hu": "ígérte|sóhajtotta|viccelte|panaszolta|panaszkodott|figyelmeztetett|emlékezett vissza"
    "|dicsekedett|kiáltotta|suttogta|nevetett|kérte|ismerte el"
    "|állította|erősködött|viccelődött|tréfálkozott|zárta szavait|összegezte|vélekedett",
    "el": "υποσχέθηκε|αστειεύτηκε|αναστέναξε|παραπονέθηκε|προειδοποίησε|θυμήθηκε|θυμάται|καυχήθηκε"
    "|επέμεινε|φώναξε|ψιθύρισε|παραδέχτηκε|παραδέχθηκε"
    "|ρώτησε|ζήτησε|γέλασε|απείλησε|υπενθύμισε|συμπλήρωσε",
    "id": "janji|keluh|canda|kenang|seru|tanya|aku|bisik|gurau|harap|ingat|kilah|paparnya|ujarnya"
    "|keluhnya|tandas|tandasnya|akunya|sindir",
    "vi": "hứa|đùa|than thở|cảnh báo|nhớ lại|khoe|thở dài|quả quyết|hét lên|thừa nhận|hỏi|trả lời"
    "|kêu gọi|tâm sự|phân trần",
}  # fmt: skip
