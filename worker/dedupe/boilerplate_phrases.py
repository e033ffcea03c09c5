"""Boilerplate recognizable by its wording, in any source and without prior articles.

Each pattern must match a whole paragraph, or a whole sentence of a short text; the `{0,n}` bounds prevent a
long paragraph that merely begins like boilerplate from matching.
"""

import re

MAX_CHARS = 400  # a longer paragraph is not boilerplate

_ENGLISH = (
    r"(?:share|print|e-?mail|save|bookmark|follow us|tweet|pin it|link copied|copy link)\b.{0,60}",
    r"advertisement|continue reading.{0,60}|read (?:more|also|next|full)\b.{0,200}",
    r"related(?: (?:stories|articles|news|topics|content|coverage))?\s?[:|].{0,300}",
    r"(?:also|more|most) (?:read|popular|stories|from)\b.{0,120}",
    r"(?:click|tap) here\b.{0,160}|sign (?:up|in)\b.{0,220}|subscribe\b.{0,220}",
    r"by (?:continuing|using|signing up)\b.{0,240}|comments are (?:closed|off)\b.{0,160}",
    r"(?:support|donate to) (?:independent|our|local)\b.{0,200}|become a (?:member|subscriber)\b.{0,160}",
    r"(?:©|ⓒ|\(c\)|copyright)\s.{0,300}|all rights reserved.{0,200}",
    r"this (?:material|content|article) may not be\b.{0,200}",
    r"(?:get|receive) (?:the|our) .{0,120}(?:inbox|newsletter|app|alerts).{0,120}",
    r"this (?:story|article) (?:was (?:first|originally) published|has been updated with)\b.{0,240}",
    r"this is a developing story\b.{0,60}|download (?:the|our) app.{0,120}|thank you for reading.{0,160}",
    r"(?:photo|image|picture)s?(?: credit| by)?\s?[:/].{0,160}",
    r"the post .{1,200} (?:appeared first|first appeared) on .{1,120}",
    r"(?:have|got) a (?:tip|story)\?.{0,160}|join (?:the|our) (?:conversation|discussion|newsletter).{0,120}",
)
# shown instead of a text: notices of aggregators, paywalls, cookie banners, players and scripts
_NOTICES = (
    r"submitted by\s.{1,160}",
    r"(?:click|tap) (?:to|for) (?:read|continue|view|see|watch|learn|more|full)\b.{0,160}",
    r"(?:we|this (?:site|website|page)) uses? cookies\b.{0,300}|(?:accept|allow) (?:all )?cookies\b.{0,200}",
    r"(?:please )?(?:enable|turn on|activate) (?:javascript|cookies|adobe)\b.{0,200}",
    r"(?:javascript|your browser)\b.{0,40}\b(?:disabled|required|enabled|not support|unsupported)\b.{0,160}",
    r"(?:this|the full) (?:article|content|story|video) is .{0,100}\b(?:subscribers|members)\b.{0,160}",
    r"already an? (?:subscriber|member)\b.{0,160}|to (?:continue|keep) reading\b.{0,200}",
    r"this video (?:cannot|can't|can not) be played\b.{0,120}",
    r"(?:bitte )?(?:aktivieren|akzeptieren) sie (?:javascript|cookies)\b.{0,200}",
    r"wir verwenden cookies\b.{0,300}",
    r"diese[rsn]? (?:inhalt|artikel|text)\b.{0,60}\babonnent(?:en|innen)\b.{0,160}",
    r"(?:cet )?article (?:est )?réservé (?:à|aux)\b.{0,160}|nous utilisons des cookies\b.{0,300}",
    r"(?:contenido|artículo) (?:exclusivo|solo) para suscriptores\b.{0,160}|utilizamos cookies\b.{0,300}",
    r"мы используем (?:файлы )?cookies?\b.{0,300}",
    r"(?:материал|статья) доступ(?:ен|на) .{0,40}подписчикам.{0,120}",
)
_EUROPEAN = (
    r"(?:à )?lire (?:aussi|également|la suite).{0,200}|abonnez-vous.{0,200}|tous droits réservés.{0,160}",
    r"lesen sie (?:auch|mehr).{0,200}|mehr zum thema.{0,160}",
    r"alle rechte vorbehalten.{0,160}|jetzt abonnieren.{0,120}",
    r"(?:leer|lea) (?:más|también).{0,200}|suscríb(?:ete|ase|e).{0,200}",
    r"todos los derechos reservados.{0,160}",
    r"leggi anche.{0,200}|iscriviti.{0,200}|riproduzione riservata.{0,120}|leia (?:também|mais).{0,200}",
    r"читайте также.{0,200}|подпис(?:ывайтесь|аться).{0,200}|все права защищены.{0,160}",
)
_ASIAN = (
    r"[<〈\[(]?\s?(?:저작권자|ⓒ|Copyright).{0,200}|기사\s?제보.{0,120}",
    r"자바스크립트를.{0,60}|[\w.+-]+@[\w.-]+\.\w+|▶.{0,120}|관련\s?기사.{0,160}|구독.{0,80}",
    r"[◎☞☎]?\s?공감언론\s?뉴시스.{0,60}",
    r"사진\s?[=:].{0,80}",
    r"関連(?:記事|ニュース).{0,160}|あわせて読みたい.{0,120}",
    r"最新ニュースを.{0,80}|続きを読む.{0,40}|この記事を.{0,40}",
    r"[（(]完[）)]|[（(]?(?:责任|責任)?[编編][辑輯][：:].{0,40}|(?:本文)?(?:来源|來源)[：:].{0,80}",
    r"相关(?:新闻|阅读|报道).{0,160}|扫码.{0,60}",
)
# with words before them, none of which a text in ASCII has
_ASIAN_WITHIN = (
    r".{0,12}JavaScriptを(?:有効|オン).{0,60}|.{0,10}(?:启用|啟用|开启)\s?JavaScript.{0,60}",
    r".{0,40}무단\s?전재.{0,120}|.{0,24}기자\s*[\w.+-]+@[\w.-]+|.{0,20}(?:뉴스레터|카카오톡|네이버)에서.{0,80}",
    r".{0,40}無断(?:転載|複製).{0,80}|.{0,30}会員(?:登録|限定).{0,60}",
    r".{0,40}转载请注明.{0,60}|.{0,40}版[权權]所有.{0,80}",
)
_BOILERPLATE_WITHIN = re.compile("|".join(_ASIAN_WITHIN), re.IGNORECASE)
_BOILERPLATE = re.compile("|".join((*_ENGLISH, *_NOTICES, *_EUROPEAN, *_ASIAN)), re.IGNORECASE)
BYLINE = re.compile(
    r"(?:by|von|par|por|di)\s[^.!?\n]{2,90}|[가-힣]{2,4}\s(?:기자|특파원)"
    r"|(?:staff|wire|agencies)(?: (?:reports?|services?|writers?))?",
    re.IGNORECASE,
)


def is_boilerplate(paragraph: str) -> bool:
    """Whether a paragraph is boilerplate by its wording: sharing, subscribing, copyright, related links."""
    if len(paragraph) > MAX_CHARS:
        return False
    if _BOILERPLATE.fullmatch(paragraph):
        return True
    return not paragraph.isascii() and _BOILERPLATE_WITHIN.fullmatch(paragraph) is not None
