"""Recognizes pages that are not the article: consent walls, empty shells, logins, bot checks."""

import re
from urllib.parse import urlsplit

from worker.extract.compared_texts import count_letters
from worker.extract.page.page_facts import PageFacts

LONG_LETTERS = 900  # a longer text is an article, whatever its topic
SOME_LETTERS = 40  # for a shorter text all visible text of the page is examined
# minimum share of letters in sentences typical of block pages: in general, and if the other sentences have
# fewer letters than a brief
BLOCK_SHARE, SMALL_BLOCK_SHARE, BRIEF_LETTERS = 0.66, 0.4, 100
DENSE_WEIGHT = 2.5  # letters of an alphabet that one syllable or ideograph is equivalent to
VISIBLE_CHARS = 4_000
REFRESH_PAGE = "a page that forwards elsewhere"
# Sentences that address the reader or mention the page itself, in the languages of the outlets; articles
# contain them in quotes only.
_ADDRESS = (
    r"\b(?:you|your|please|we|our|sorry|(?-i:us))\b",
    r"\b(?:this|that) (?:page|site|website|article|story|content|browser)\b",
    r"^(?:sign|log|subscribe|verify|enable|complete|create|prove)\b|(?:세요|시오) ?[.?!]?$|하신 |하실 수",
    r"하시려면|저희|본 (?:사이트|페이지|기사|서비스)|ください|下さい|当サイト",
    r"この(?:記事|ページ|ウェブサイト)|(?<!手)続きを|お(?:探し|読み|忘れ|待ち)|ご(?:覧|利用|確認)|您",
    r"(?<![申邀聘])[请請](?!求)|本(?:站|网站|文)|(?-i:(?<!^)\b(?:Sie|Ihre?[mnrs]?)\b)",
    r"\b(?:bitte|wir|unsere[mnrs]?)\b|\bdiese[mnrs]? (?:seite|artikel|inhalt)\b",
    r"\b(?:vous|votre|vos|veuillez|nous|nos|cette page|cet article)\b|^(?:connect|abonn|activ)ez",
    r"\b(?:usted|nosotros|nuestr[oa]s|valoramos|hemos|usamos|encontramos|estamos|lo sentimos)\b",
    r"^p(?:ued|od)e\b|\b(?:est[ae] (?:página|artículo|contenido|artigo|conteúdo)|você|nós|nossos)\b",
    r"\bpara (?:continuar|seguir) (?:leyendo|lendo|a ler)\b",
    r"\b(?:tu[ao]|tuoi|puoi|noi|nostri|stai|sei già|quest[ao] (?:pagina|articolo|contenuto))\b",
    r"\b(?:вы|вас|вам|ваш\w{0,3}|мы|нас|нам|пожалуйста|такой страницы|включите|войдите)\b",
)
# kind -> topics of such a sentence
_TOPICS = {
    "check for robots": (
        r"\b(?:ro)?bots?\b|captcha|(?:are|verify|prove|confirm).{0,20}\bhuman\b|automat|unusual traffic",
        r"security check|blocked|(?:checking|verifying|security of) your|ad ?blocker|로봇",
        r"자동 ?(?:접속|입력)|비정상|보안 ?문자|ロボット|自動アクセス|機械|机器人|機器人|验证|驗證|频繁",
        r"环境异常|\broboter|datenverkehr|\bhumain\b|trafic|tráfico|traffico|tráfego|\brob[ôo]|робот",
        r"автоматич|трафик|человек",
    ),
    "page not found": (
        r"\b(?:page|article|story|link|address)\b.{0,60}(?:\bnot\b|n.t\b|no longer|moved|removed|broken|404)",
        r"(?:find|found).{0,9}page|(?:페이지|기사|주소).{0,30}(?:없|삭제|존재하지)",
        r"(?:ページ|記事).{0,30}(?:見つか|存在|削除|終了)",
        r"(?:页面|頁面|网页|文章|内容).{0,20}(?:不存在|删除|刪除|无法|找不到)",
        r"(?:seite|artikel)\b.{0,30}(?:nicht|verschoben)",
        r"\b(?:page|article)\b.{0,40}(?:n.existe|n.est plus|introuvable)",
        r"página.{0,40}\bn(?:o|ão)\b.{0,9}(?:exist|encontr)|n(?:o|ão) encontr\w{1,5} esta página",
        r"pagina.{0,40}non (?:esiste|è|trovata)",
        r"(?:страниц|материал|стать).{0,40}(?:не (?:существует|найден)|удал|\bнет\b)",
    ),
    "JavaScript shell": (r"javascript|\bjs\b|자바스크립트",),
    "login page": (
        r"\b(?:log|sign)(?:ged)?[ -]?in|subscri|password|(?:your|an|my|free) account|free articles?|로그인",
        r"회원|구독|비밀번호|아이디(?!어)|ログイン|会員|購読|パスワード|登[录錄入]|订阅|訂閱|账号|anmeld",
        r"\bmelden\b|abonn|konto|passwort|connect[eé]|compte|sesión|regístr|suscri|cuenta|acced[ie]|abbona",
        r"sessão|assin|войти|войдите|подпис|аккаунт|парол",
    ),
    "consent page": (
        r"cookie|쿠키|クッキー|privacy|consent|(?:on|your) (?:a |your )?device",
        r"personal(?:i[sz]ed|bezogen| data)|개인정보|プライバシー|隐私|隱私|einwilligung|zustimm|datenschutz",
        r"vie privée|appareil|privacidad|dispositivo|tratamiento|consenso|конфиденциальн|accept all",
        r"alle akzeptieren",
    ),
}
# kind -> phrases that suffice by themselves: labels of a form, headings of such pages
_LABELS = {
    "consent page": (
        r"(?:this (?:web)?site|ce site|este sitio web|questo sito) (?:use|utili[sz])\w{0,3}.{0,30}cookie",
        r"(?:cookie|クッキー)の(?:利用|使用)に同意し(?:た|て)|쿠키 사용에 (?:대한 )?동의(?:해|하는 것|$)",
    ),
    "check for robots": (
        r"(?:you.re|you are|i.m) not a (?:ro)?bot|(?:sie|ich bin) kein roboter|vous n.êtes pas un robot",
        r"^confirm\w{1,3} (?:que n(?:o|ão) [eé]s?|di non essere) |что вы (?:не робот|человек)",
        r"로봇이 아님을 확인|로봇이 아닙니다|접[속근]이 감지되[었어]|ロボットではないこと",
        r"人間であることを確認|^사람인지 확인|sie ein mensch sind",
    ),
    "JavaScript shell": (
        r"javascript ?(?:が無効|is disabled|est désactivé)|자바스크립트가 비활성화",
        r"necess?ario h?abilitare? javascript|(?:diese anwendung|cette application).{0,20}javascript",
    ),
    "page not found": (
        r"page (?:not found|cannot be found)|seite nicht gefunden|page introuvable",
        r"página n(?:o|ão) encontrada|pagina non trovata|страница не найдена|페이지를 찾을 수 없습니다",
        r"ページが見つかりません|(?:존재하지 않|삭제되었거나 없|삭제된).{0,3}(?:기사|페이지)입니다",
        r"page has been (?:moved|removed) or|(?:address|link) may be (?:old|broken|wrong|mistyped)",
        r"(?:gewünschte|angeforderte) seite|\b(?:la|a) página que (?:está )?(?:busca|procura|tentou)\b",
        r"pagina richiesta|指定されたページ|запрошенн\w{1,3} страниц",
        r"(?:article|artikel|artículo|articolo|artigo)\b.{0,9}(?:no longer|nicht mehr|plus|ya no) [avd]",
    ),
    "login page": (
        r"^(?:e-?mail.{0,9})?(?:password|passwort|비밀번호|パスワード)$|forgot(?:ten)? (?:your )?password",
        r"already (?:a subscriber|have an account)|회원 ?전용|유료 ?(?:구독자|회원)만|bereits ein abo\b",
        r"会員(?:限定です|限定記事|のみ)|登录后(?:查看|阅读|继续)|passwort vergessen|パスワードをお忘れ",
        r"inhalt ist nur für|suite est réservée|mot de passe oublié|conte(?:nido|údo) exclusivo para",
        r"(?:accedi|abbonati) per|riservato agli abbonati|доступен (?:только )?(?:по подписке|подписчикам)",
    ),
}
# kind -> whole titles of such pages
_TITLES = {
    "check for robots": (
        r"just a moment|attention required!?|access (?:to this page has been )?denied",
        r"security check(?:point)?|are you a robot\??|human verification|making sure you.re not a bot",
        r"보안 확인|アクセス確認|(?:安全)?验证|sicherheitsprüfung|accès refusé|acceso denegado",
        r"accesso negato|acesso negado|доступ ограничен",
    ),
    "page not found": (
        r"(?:error|erreur|fehler|ошибка)?\s?404(?: error)?(?:[\s:.-]{1,3}(?:page )?not found)?",
        r"(?:page )?not found|페이지를 찾을 수 없습니다|ページが見つかりません|页面不存在",
        r"seite nicht gefunden|page introuvable|página n(?:o|ão) encontrada|pagina non trovata",
        r"страница не найдена",
    ),
    "login page": (
        r"(?:sign|log)[ -]?in|login|로그인|ログイン|登录|登入|anmelden|anmeldung|(?:se )?connexion",
        r"iniciar sesión|accedi|iniciar sessão|вход",
    ),
}


def _compile(table: dict[str, tuple[str, ...]]) -> dict[str, re.Pattern[str]]:
    return {kind: re.compile("|".join(rows), re.IGNORECASE) for kind, rows in table.items()}


_TOPIC, _LABEL, _TITLE = _compile(_TOPICS), _compile(_LABELS), _compile(_TITLES)
_SPEAKS_TO_READER = re.compile("|".join(_ADDRESS), re.IGNORECASE)
_SENTENCE = re.compile(r"[^\n.!?。！？]{1,500}[.!?。！？]?")
_TITLE_CUT = re.compile(r"\s[-–—|·:]\s|[|｜»]")
_QUOTED = re.compile(r"[\"“„«「『][^\"“”„«»「」『』\n]{1,600}[\"”“»」』]|‘[^‘\n]{1,600}’")
_HOME = re.compile(r"/?(?:(?:index|home|default)(?:\.\w{1,5})?)?", re.IGNORECASE)
_FORWARD = re.compile(r"\d{0,4}\s{0,9}[;,]\s{0,9}url\s{0,9}=", re.IGNORECASE)


def find_block_kind(text: str, visible: str, facts: PageFacts) -> str | None:
    """Returns the kind of a page that is not an article, or None; `visible` is all text that the page shows.

    A short article may be about cookies or logins, and its page may show both: quotes and the text around the
    article are ignored, and a large share of its own text must match.
    """
    weight = _weigh(text)
    if weight >= LONG_LETTERS:
        return None
    for part in _TITLE_CUT.split(facts.title):
        for kind, title in _TITLE.items():
            if title.fullmatch(part.strip(" .…!-")):
                return kind
    if weight < SOME_LETTERS:
        if _FORWARD.match(facts.meta.get("refresh", "")):
            return REFRESH_PAGE
        text = f"{text}\n{visible[:VISIBLE_CHARS]}\n{facts.noscript[:VISIBLE_CHARS]}"
    return _classify_text(text)


def find_detour(requested_url: str, url: str) -> str | None:
    """Returns the reason if an article's URL redirected to the site's home page, or None."""
    if not requested_url or _is_home(requested_url) or not _is_home(url):
        return None
    return "redirected to the home page"


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_HOME.fullmatch(parts.path)) and not parts.query


def _classify_text(text: str) -> str | None:
    """Returns the kind of block page whose sentences dominate a text, or None."""
    sentences = [one.strip() for one in _SENTENCE.findall(_QUOTED.sub(" ", text))]
    weights = [_weigh(one) for one in sentences]
    matched = dict.fromkeys(_TOPIC, 0.0)
    for sentence, weight in zip(sentences, weights, strict=True):
        for kind in _kinds_of(sentence):
            matched[kind] += weight
    kind, most = max(matched.items(), key=lambda one: one[1])
    total = sum(weights)
    share = SMALL_BLOCK_SHARE if total - most < BRIEF_LETTERS else BLOCK_SHARE
    return kind if most and most >= share * total else None


def _kinds_of(sentence: str) -> list[str]:
    """Returns the kinds of block pages that contain such a sentence."""
    speaks_to_reader = bool(_SPEAKS_TO_READER.search(sentence))
    return [
        kind
        for kind, topic in _TOPIC.items()
        if (speaks_to_reader and topic.search(sentence)) or (kind in _LABEL and _LABEL[kind].search(sentence))
    ]


def _weigh(text: str) -> float:
    dense = sum(1 for letter in text if "\u2e80" <= letter <= "\ud7ff")
    return count_letters(text) + (DENSE_WEIGHT - 1) * dense
