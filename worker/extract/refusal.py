"""Pages that are not the article: consent walls, shells without text, logins, checks for robots."""

import re

from worker.extract.page import PageFacts

SHORT_LETTERS = 900  # a longer text is an article that talks of cookies or logins
SHELL_LETTERS = 200
# name -> what such pages say, in the languages of the outlets that show them
_SAYS = {
    "consent page": (
        r"we (?:and our \w+(?: partners)? )?(?:use|value|store)[\w\s,]{0,60}(?:cookies|privacy)",
        r"accept (?:all )?cookies|cookie (?:policy|consent|settings)|before you continue|gdpr",
        r"manage (?:your )?(?:cookie|privacy|consent)|consent to (?:the use|our use)",
        r"alle akzeptieren|cookies? akzeptieren|accepter (?:et continuer|les cookies)",
        r"aceptar (?:todas|cookies)",
        r"쿠키(?:를|의)? 사용|クッキー(?:を|の)使用",
    ),
    "check for robots": (
        r"are you (?:a )?(?:human|robot)|verify(?:ing)? (?:that )?you are (?:a )?human",
        r"unusual traffic|captcha|checking your browser|access denied",
        r"request (?:was )?blocked|ddos protection",
        r"로봇이 아닙니다|ロボットではありません",
    ),
    "JavaScript shell": (
        r"(?:enable|requires?|turn on|need) javascript",
        r"javascript (?:is|has been|must be) (?:disabled|required|enabled)",
        r"자바스크립트를|javascript ?を(?:有効|オン)|activer javascript|javascript aktivieren",
    ),
    "login page": (
        r"(?:sign|log) in to (?:continue|read|your account)|please (?:sign|log) in",
        r"already a (?:subscriber|member)",
        r"create (?:a free |an )?account to (?:continue|read)|subscribe to (?:continue|read|unlock)",
        r"로그인 후|회원만|ログインしてください|会員限定",
    ),
    "page not found": (
        r"page (?:not found|cannot be found|doesn.t exist)|404 error|error 404",
        r"페이지를 찾을 수 없|ページが見つかりません",
    ),
}
_NAMED = {name: re.compile("|".join(says), re.IGNORECASE) for name, says in _SAYS.items()}


def name_refusal(text: str, visible: str, facts: PageFacts) -> str | None:
    """What a page is instead of an article, or None; `visible` is all the text it shows."""
    letters = count_letters(text)
    if letters >= SHORT_LETTERS:
        return None
    # a short article may mention one of these; what it shows around the article may not be held against it
    shown = text if letters >= SHELL_LETTERS else f"{facts.title} {text} {visible[:4_000]} {facts.noscript}"
    hits = {name: len(pattern.findall(shown)) for name, pattern in _NAMED.items()}
    name, count = max(hits.items(), key=lambda hit: hit[1])
    needed = 2 if letters >= SHELL_LETTERS else 1
    return name if count >= needed else None


def count_letters(text: str) -> int:
    """Letters and digits of a text."""
    return sum(map(str.isalnum, text))
