"""Quotes whose attribution has no subject: the speaker of the quote before goes on.

«Era una petición», ha añadido. · „Daně nezvýšíme,“ dodal. · وأضاف: "…" · さらに「…」とも語った
"""

import re
from functools import cache

from worker.extract.facts.speaker_resolution import names_person
from worker.extract.facts.speech_verbs import JAPANESE_SAID

# Verbs behind a quote, without a subject
_ADDED = {
    "es": r"(?:ha|había) (?:añadido|agregado|concluido|dicho|señalado|asegurado|afirmado|insistido"
    r"|apuntado|subrayado"
    r"|destacado|explicado|indicado|recalcado|lamentado|zanjado|apostillado|remachado|precisado"
    r"|manifestado)"
    r"|añadió|agregó|concluyó|dijo|señaló|aseguró|afirmó|insistió|apuntó|subrayó|zanjó|apostilló"
    r"|remachó|sentenció",
    "pt": r"acrescentou|completou|concluiu|disse|afirmou|frisou|rematou|finalizou|prosseguiu|continuou",
    "it": r"ha (?:aggiunto|concluso|detto|spiegato|proseguito|sottolineato|precisato|ribadito)"
    r"|aggiunge|conclude"
    r"|prosegue",
    "cs": r"dodala?|doplnila?|uvedla?|řekla?|podotkla?|uzavřela?|vysvětlila?|pokračovala?",
    "sk": r"dodala?|doplnila?|uviedla?|povedala?|podotkla?|uzavrela?|vysvetlila?|pokračovala?",
    "pl": r"doda(?:ł|ła)|podkreśli(?:ł|ła)|zaznaczy(?:ł|ła)|powiedzia(?:ł|ła)|wyjaśni(?:ł|ła)"
    r"|oceni(?:ł|ła)",
    "hr": r"(?:dodao|dodala|rekao|rekla|kazao|kazala|zaključio|zaključila|poručio|poručila|naglasio"
    r"|naglasila|istaknuo"
    r"|istaknula) je",
    "sr": r"(?:dodao|dodala|rekao|rekla|kazao|kazala|zaključio|zaključila|poručio|poručila|naglasio"
    r"|naglasila|istakao"
    r"|istakla) je|(?:додао|додала|рекао|рекла|казао|казала|поручио|поручила|нагласио|нагласила) је",
    "sl": r"je (?:še )?(?:dodal|dodala|dejal|dejala|povedal|povedala|poudaril|poudarila|sklenil|sklenila)",
    "bg": r"(?:добави|каза|допълни|подчерта|заяви|посочи)(?: (?:той|тя))?",
    "ru": r"добавила?|сказала?|отметила?|подчеркнула?|заявила?|уточнила?|пояснила?|заключила?",
    "uk": r"дода(?:в|ла)|сказа(?:в|ла)|зазначи(?:в|ла)|підкресли(?:в|ла)|уточни(?:в|ла)|поясни(?:в|ла)",
    "ro": r"a (?:adăugat|mai spus|mai declarat|precizat|spus|subliniat|conchis|completat|explicat|adăugat)",
    "hu": r"tette hozzá|fűzte hozzá|mondta|hangsúlyozta|jelentette ki|közölte|fogalmazott|emelte ki",
    "el": r"πρόσθεσε|τόνισε|είπε|ανέφερε|σημείωσε|υπογράμμισε|κατέληξε|δήλωσε",
    "tr": r"diye (?:ekledi|konuştu|devam etti|belirtti)|dedi|ifadelerini kullandı|şeklinde konuştu",
    "id": r"(?:tambah|kata|ujar|imbuh|tutur|ucap|sambung|jelas|lanjut|papar)nya|(?:tambah|imbuh"
    r"|lanjut) dia",
    "fi": r"hän (?:lisää|lisäsi|sanoo|sanoi|jatkaa|jatkoi|toteaa|totesi|kertoo|kertoi|summaa)",
    "nl": r"(?:zo\s)?besloot hij",
}  # fmt: skip
_TAIL = (
    r"(?:\s(?:también|además|ainda|também|anche|inoltre|ještě|też|również|також|также|și|még|επίσης))?"
    r"(?:\s(?:en|ante|tras|durante|al|a|em|no|na|após|in|nel|nella|dopo|v|ve|w|podczas|în|la|pe"
    r"|după|при|в|на|во"
    r"|για|στη|στο|στην|di|kepada|pada|dalam|u|za|pri|ob|pro|o|k)\s[^.,;:\"“”„«»]{1,60})?\s?(?:[.;]|$)"
)
# Verbs before a quote
_ADDED_BEFORE = {
    "ar": r"و(?:أضاف|تابع|أكد|قال|أوضح|شدد|ختم|استطرد|زاد|أردف|استدرك|واصل)ت?(?:\s(?:قائلا|قائلاً"
    r"|قائلة|بالقول))?\s?:\s?\Z",
    "fa": r"(?:وی|او) (?:افزود|گفت|ادامه داد|تاکید کرد|اضافه کرد)\s?:\s?\Z",
    "he": r"(?:הוא|היא) (?:הוסיף|הוסיפה|אמר|אמרה)\s?:\s?\Z",
}
_JAPANESE_LEAD = re.compile(
    r"。(?:さらに|また|そのうえで|その上で|続けて|加えて|一方で?|最後に|(?:[^。「」、はがも]{1,12})?(?:後|際|中|前|会見|席上|場)?(?:には|では|でも"
    r"|にも|に))?、?\Z"
)
_JAPANESE_END = re.compile(rf"^と(?:も|は|まで)?(?:[^「」。]{{0,12}})?(?:{JAPANESE_SAID}|続け|付け加え|加え)")


@cache
def _behind(lang: str) -> re.Pattern[str]:
    return re.compile(rf"^\s?[,.]?\s?(?:{_ADDED.get(lang, '(?!)')}){_TAIL}", re.IGNORECASE)


@cache
def _ahead(lang: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[.!?؟\s»”\"]){_ADDED_BEFORE.get(lang, '(?!)')}")


def goes_on_speaking(before: str, after: str, last: str, lang: str) -> bool:
    """Whether the words beside a quote say that the speaker of the quote before goes on.

    `before` is the text since that quote, `last` its speaker. False if somebody else is named there.
    """
    if lang == "ja":
        is_same = _JAPANESE_LEAD.search(before) and _JAPANESE_END.match(after)
        return bool(is_same)
    if not (_behind(lang).match(after) or _ahead(lang).search(before)):
        return False
    rest = before
    for word in last.split():
        rest = rest.replace(word, "")
    return not names_person(rest)
