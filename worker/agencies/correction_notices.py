"""The paragraphs in which outlets say that the text was corrected: labels with a colon, and whole sentences.

Forms are those of newspapers' style guides (New York Times, Guardian, BBC), of AP, and of outlets in further
languages. All patterns are for paragraphs in lower case.
"""

import re

from worker.agencies.correction_labels import ASIAN_LABEL, DATE, LABEL, STAMP
from worker.agencies.lazy_pattern import LazyPattern

# of live tickers
_ZONE = r"(?:\s?(?:uhr|h|[ap]\.?m\.?|gmt|utc|bst|cet|cest|e[sd]?t)\b){0,2}"
_TIME = rf"(?:\d{{1,2}}[:.h]\d{{2}}{_ZONE}\W{{0,3}})?"
_LABELED = rf"{LABEL}{STAMP}\s?[:：—–-]"

_KINDS = r"story|article|headline|post|piece|column|caption|dispatch|obituary|newsletter"
_TEXT = (
    rf"(?:{_KINDS}|version|report|page|item|review|interview|feature|analysis|transcript|(?:live\s?)?blog)"
)
_BEEN = r"(?:was|has\sbeen|is|had\sbeen)\s(?:since\s|also\s|officially\s|later\s)?"
_MIS = r"mis(?:stated|spelled|spelt|identified|attributed|quoted|characteri[sz]ed|reported)"
_WRONG = (
    rf"(?:{_MIS}|incorrect|erroneous|inaccurate|in\serror|corrected|wrongly|(?:the|a|had|gave|got)\swrong)"
)
_REPAIRED = (
    r"(?:to\s(?:correct|fix|clarify|rectify)|to\sreflect\s(?:that|the\scorrect)|because|after\san\searlier"
    r"|(?:an\s(?:earlier|original)|a\sprevious)\sversion|correct(?:s|ed|ing|ions?)\b)"
)
_SAID = (
    r"(?:said|stated|gave|named|identified|referred|listed|described|suggested|indicated|attributed|omitted"
    r"|implied|claimed|quoted|contained|used|failed|did\snot|mistaken(?:ly)?|an\serror|errors)\b"
)
_EARLIER = r"(?:(?:an|the)\s(?:earlier|original|initial|early)|a\s(?:previous|prior)|earlier|previous)"
_FORMER = rf"{_EARLIER}\s(?:\w+\s)?(?:version|edition|headline|caption)s?\b"
_OF_THIS = rf"\s(?:of|on|to|for|in)\s(?:(?:this|our)\s(?:\w+\s)?{_TEXT}|the\s(?:{_KINDS}))s?\b"
_AGENCY = r"(?:the\sassociated\spress|(?:the\s)?ap|reuters|afp|agence\sfrance-presse|upi|bloomberg|we)"
_ENGLISH = (
    r"(?:a\s)?(?:correction|clarification)\s(?:was|has\sbeen)\s(?:made|added|appended|issued|published)\b"
    rf"|this\s{_TEXT}\b(?!\s(?:will|may|can|might|could|would|should|must)\b)"
    rf"(?:.{{0,80}}{_WRONG}|\s{_BEEN}amended(?:\son\s(?:{DATE}|\w+day)|\W{{0,3}}$)"
    rf"|\s{_BEEN}(?:updated|changed|revised|edited|modified|amended)\b.{{0,80}}\b{_REPAIRED}|\scorrects\b)"
    r"|the\s(?:story|article|headline|caption|text)\s(?:above\s)?"
    r"has\sbeen\s(?:corrected|(?:updated|amended)\sto\scorrect)"
    rf"|{_FORMER}(?:.{{0,80}}{_WRONG}|{_OF_THIS}.{{0,80}}\b{_SAID})"
    rf"|in\s(?:(?:a|an|some|the)\s)?(?:\w+\s)?(?:stories|{_TEXT}s?)\b.{{0,160}}\b{_AGENCY}\s(?:\w+\s)?"
    rf"(?:erroneously|incorrectly|mistakenly|wrongly|{_MIS}|reported\s(?:incorrectly|in\serror))"
    r"|(?:due\sto|because\sof|owing\sto)\san?\s(?:\w+\s)?(?:edit(?:ing|or['’]?s|orial)|production"
    r"|report(?:ing|er['’]?s)|transcription|typographical|translation|publishing|typing)\s(?:error|mistake)s?\b"
    r"|editor(?:['’]?s|s['’]|ial)?\snote\W.{0,120}"
    rf"(?:correct(?:ed|ion|s\b)|{_FORMER}(?:.{{0,80}}{_WRONG}|{_OF_THIS}.{{0,80}}\b{_SAID}))"
)
_GERMAN_FORMER = r"(?:früheren|ersten|vorherigen|vorigen|älteren|ursprünglichen)\s(?:version|fassung)"
_GERMAN_TEXT = (
    r"(?:artikels?|beitrag(?:e?s)?|text(?:e?s)?|bericht(?:e?s)?|meldung|geschichte|nachricht|version)"
)
_IN_ERROR = r"fälschlich(?:erweise)?|irrtümlich(?:erweise)?"
_GERMAN = (
    r"(?:anm(?:erkung|\.)|hinweis)\s(?:der|d\.)\s?red(?:aktion|\.)?\s?:.{0,160}"
    rf"(?:{_GERMAN_FORMER}|korrigiert|berichtigt|richtiggestellt|fehlerhaft|{_IN_ERROR})"
    rf"|in\s(?:einer|der|unserer)\s{_GERMAN_FORMER}\s(?:"
    rf"(?:dies(?:es|er)|unsere[sr])\s{_GERMAN_TEXT}|de[sr]\s(?:artikels|beitrag(?:e?s)|text(?:e?s)|meldung)"
    rf"|hieß\ses|stand|h(?:ab|att)en\swir|.{{0,120}}\b(?:{_IN_ERROR}))\b"
    rf"|diese[rs]?\s{_GERMAN_TEXT}\s(?:wurde|ist)\s(?:am\s.{{1,40}}\s)?(?:nachträglich\s)?"
    r"(?:korrigiert|berichtigt)"
    r"|wir\shaben\s(?:den\sfehler|die\s(?:angabe|passage|stelle|zahl)|das|dies|es)\b.{0,40}"
    r"(?:korrigiert|berichtigt)"
)
_FRENCH_TEXT = r"(?:article|dépêche|texte|papier|brève|titre|information|sujet)"
_FRENCH = (
    rf"cet(?:te)?\s{_FRENCH_TEXT}\sa\sété\s(?:corrig|rectifi|(?:modifi|amend|actualis|mise?\sà\sjour).{{0,100}}"
    r"(?:corrig|rectifi|erreur|erron|à\stort|version\sprécédente|précédente\sversion))"
    r"|(?:dans\s)?(?:une|la)\s"
    r"(?:version\s(?:précédente|antérieure|initiale)|(?:précédente|première)\sversion)\b"
    rf"(?:.{{0,120}}(?:à\stort|erron|par\serreur)|\sde\s(?:cet(?:te)?|notre|nos)\s{_FRENCH_TEXT}.{{0,80}}"
    r"(?:indiqu|mentionn|faisait|comport|affirm|évoqu|conten|disait|erreur|attribu|écri))"
)
_SPANISH_TEXT = r"(?:artículo|noticia|nota|información|texto|crónica|reportaje)"
_SPANISH = (
    r"(?:en\s)?(?:una|la)\s(?:(?:versión|edición)\s(?:anterior|previa|inicial)|primera\sversión)\b"
    r"(?:.{0,120}(?:por\serror|erróne|incorrect|equivocad)"
    rf"|\sde\s(?:est[ae]|nuestr[oa])\s{_SPANISH_TEXT}.{{0,80}}"
    r"(?:decía|indica|señala|afirma|cita|atribu|conten|menciona|se\sdijo|informa|publica|error))"
    rf"|est[ae]\s{_SPANISH_TEXT}\s(?:ha\ssido|fue)\s(?:corregid|rectificad|modificad[oa]\spara\scorregir)"
)
_PORTUGUESE_TEXT = r"(?:texto|artigo|reportagem|notícia|matéria|nota)"
_PORTUGUESE = (
    r"(?:em\s)?(?:uma|a)\sversão\s(?:anterior|prévia|inicial)\b"
    rf"(?:.{{0,120}}(?:incorret|errad|errone|equivocad|por\sengano)|\sd(?:est)?[ae]\s{_PORTUGUESE_TEXT}.{{0,80}}"
    r"(?:dizia|informa|afirma|contin|indica|menciona|erro))"
    rf"|est[ae]\s{_PORTUGUESE_TEXT}\sfoi\s(?:corrigid|retificad|alterad[oa]\spara\scorrigir)"
)
_ITALIAN = (
    r"(?:in\s)?una\s(?:versione\sprecedente|precedente\sversione)\b"
    r"(?:.{0,120}(?:erroneamente|per\serrore|errat)"
    r"|\sdi\squest[oa'’].{0,80}(?:indica|ripor|dice|afferma|era|si\s))"
    r"|quest[oa'’]\s?(?:articolo|notizia|testo)\sè\sstat[oa]\s"
    r"(?:corrett|rettificat|modificat[oa]\sper\scorreggere)"
)
_NORTHERN = (
    r"in\seen\s(?:eerdere|vorige|vroegere|oorspronkelijke)\sversie\svan\s(?:dit|het|deze)\s"
    r"(?:artikel|bericht|stuk|verhaal)\b.{0,80}\b(?:stond|stonden|werd|was|schreven|meldden)"
    r"|dit\s(?:artikel|bericht|stuk)\s(?:is|werd)\s(?:op\s.{1,40}\s)?(?:gecorrigeerd|aangepast\somdat)"
    r"|i\sen\s(?:tidigare|tidligere)\s(?:version|versjon|udgave|utgave)\sa[vf]\s"
    r"(?:den(?:na|ne)\s)?(?:artik|text|sak|nyhet)\w{0,6}\b"
    r"|(?:artikeln|texten|artikkelen|artiklen)\s(?:har|er|är)\s(?:blivit\s|blitt\s|blevet\s)?"
    r"(?:korrigera|korriger|rättat|rettet)"
)
_SLAVIC = (
    r"w\s(?:poprzedniej|wcześniejszej|pierwotnej|pierwszej)\swersji\s(?:tego\s|naszego\s)?"
    r"(?:tekstu|artykułu|depeszy|materiału)\b.{0,80}\b(?:napisa|błędn|omyłk|pomyłk|poda)"
    r"|в\s(?:предыдущей|первоначальной|более\sранней|ранней|первой)\sверсии\s(?:этой\s|этого\s)?"
    r"(?:статьи|новости|материала|текста|заметки)\b"
    r"|[ув]\s(?:попередній|початковій|першій)\sверсії\s(?:цієї\s|цього\s)?"
    r"(?:статті|новини|матеріалу|тексту)\b"
)
# Judged at the first word, so that no other paragraph is compared with all forms.
_OPENS = LazyPattern(
    rf"\W{{0,3}}(?:{_TIME}{_LABELED}|{_ENGLISH}|{_GERMAN}|{_FRENCH}|{_SPANISH}|{_PORTUGUESE}|{_ITALIAN}"
    rf"|{_NORTHERN}|{_SLAVIC}"
    rf"|{ASIAN_LABEL}\s?(?:[\])）】〕>›＞〉》:：.。]|$)|바로\s?잡습니다)"
)
# what outlets put in brackets at the place of the correction
_OPENERS = "[(（【〔［"
_BRACKETED = LazyPattern(
    rf"[{re.escape(_OPENERS)}]\s?(?:{LABEL}|{ASIAN_LABEL})\s?(?:[:：][^\])）】〕］]{{0,200}})?[\])）】〕］]"
)
# how Korean, Japanese and Chinese notices end
_ENDS = re.compile(r"(?:바로\s?잡습니다|정정합니다|訂正(?:いた)?します|更正[為为].{1,40})[.。]?$")


def is_notice(paragraph: str) -> bool:
    """Whether a paragraph says that the text was corrected, in the words of outlets."""
    lower = paragraph.lower()
    if _OPENS.match(lower):
        return True
    if any(map(lower.__contains__, _OPENERS)) and _BRACKETED.search(lower):
        return True
    return not lower.isascii() and _ENDS.search(lower) is not None
