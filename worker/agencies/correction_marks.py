"""The marks of corrections and withdrawals in headlines, as agencies and outlets write them.

A mark counts by its form: the word alone in brackets or asterisks at the beginning or the end, or the word
at the beginning before a colon or a dash. Words that headlines use for other things as well count in capitals
only; those of corrections in brackets in any case. docs/corrections.md has the same words by language.
"""

import re

# Count in any case, before a colon or a dash with spaces and in brackets.
CORRECTIONS = (
    "corrected", "correction", "clarification", "clarified", "refile", "refiled", "erratum", "errata",
    "corrected version", "story corrected",
    "korr", "korrektur", "korrigiert", "berichtigung", "berichtigt", "richtigstellung",
    "rectificatif", "rectification", "annule et remplace",
    "corrección", "correccion", "rectificación", "rectificacion", "fe de errores", "fe de erratas",
    "correção", "correcção", "corrigido", "corrigida", "retificação",
    "rettifica", "correzione", "errata corrige", "annulla e sostituisce",
    "rectificatie", "correctie", "gecorrigeerd",
    "rättelse", "rettelse", "korrigering", "korrigert", "korrigerad", "oikaisu",
    "sprostowanie", "korekta", "исправление", "исправлено", "уточнение", "виправлено", "уточнення",
    "düzeltme", "ralat", "pembetulan", "koreksi", "đính chính", "διόρθωση", "تصحيح", "اصلاحیه",
    "정정", "정정보도", "고침", "바로잡습니다", "바로잡음",
    "訂正", "お詫びと訂正", "おわびと訂正", "更正", "勘误", "勘誤",
)  # fmt: skip
WITHDRAWALS = (
    "withdrawn", "retracted", "retraction", "story withdrawn", "article withdrawn", "story retracted",
    "article retracted", "retracted article", "story withdrawal",
    "zurückgezogen", "meldung zurückgezogen", "dépêche annulée", "article retiré",
    "noticia anulada", "noticia retirada", "notizia annullata", "аннулировано",
    "전문취소", "전문 취소", "기사취소", "기사 취소", "取り消し", "取消", "撤稿", "撤销", "撤銷",
)  # fmt: skip
# Count in capitals only; in brackets in any case if they are corrections.
CAPITAL_CORRECTIONS = (
    "CORRECTS", "CORRIGÉ", "CORRIGE", "CORRECTIF", "CORRETTO", "OPRAVA", "KORJAUS", "ПОПРАВКА",
)  # fmt: skip
CAPITAL_WITHDRAWALS = (
    "KILL", "KILLED", "MANDATORY KILL", "BULLETIN KILL", "STORY KILLED", "WITHDRAWAL", "WITHDRAW",
    "ANNULATION", "ANULACIÓN", "ANULADA", "ANNULLARE",
)  # fmt: skip
# Count in capitals also before a mere space, if the headline goes on in small letters.
_BARE_CORRECTIONS = ("CORRECTED", "CORRECTION", "REFILE", "KORREKTUR")
_BARE_WITHDRAWALS = ("STORY WITHDRAWN", "WITHDRAWN", "RETRACTED")

_OPEN, _CLOSE = r"(?:[(\[（【〔［<〈]|\*{1,3})", r"(?:[)\]）】〕］>〉]|\*{1,3})"
_DASH = r"\s?(?:--+|[—–―])\s?|\s-\s"
_MORE = r"(?:\s?[:,：][^()\[\]（）【】]{0,80})?"  # "(Corrected: adds age)"
# Reuters puts several marks in a row: UPDATE 1-CORRECTED-, CORRECTED-UPDATE 2-, REFILE-CORRECTED (OFFICIAL)-
_SERIES = (
    r"(?:UPDATE|WRAPUP|RPT|REPEAT|REFILE|EXCLUSIVE|ANALYSIS|INSIGHT|FACTBOX|EXPLAINER|TABLE|BRIEF|POLL"
    r"|TIMELINE|FEATURE|PREVIEW|LIVE MARKETS|OFFICIAL)"
)


def _any_of(words: tuple[str, ...]) -> str:
    """The words as one group, longer ones first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _marks(
    words: tuple[str, ...], capitals: tuple[str, ...], boxed: tuple[str, ...], bare: tuple[str, ...]
) -> tuple[str, ...]:
    """The forms of the marks with these words: in any case, in capitals, in brackets, before a space."""
    inner = rf"{_OPEN}\s?(?:(?i:{_any_of(boxed)})|{_any_of(capitals)}){_MORE}\s?{_CLOSE}"
    spelled = rf"(?:(?i:{_any_of(words)})|{_any_of(capitals)})"
    upper = _any_of((*{word.upper() for word in words}, *capitals))
    series = rf"(?:{_SERIES}(?:\s(?P<{{}}>\d{{{{1,2}}}}))?\s?-\s?){{{{0,3}}}}"
    stamp = r"(?:\s?-?\([^()]{1,40}\))?"  # CORRECTED (OFFICIAL)-, Correction (Nov. 24):
    return (
        rf"^\s*{inner}(?:\s?[:：]|{_DASH})?\s*",
        rf"^\s*(?:OFFICIAL )?{spelled}{stamp}(?:\s?[:：]|{_DASH})\s*",
        rf"^\s*{series.format('before')}(?:OFFICIAL )?(?:{upper}){stamp}\s?-+\s?{series.format('after')}",
        rf"\s{{0,3}}{inner}\s{{0,3}}$",
        rf"^\s*(?:{'|'.join(bare)})\s+(?=[^\n]{{0,60}}[a-zß-ÿ])(?![a-zß-ÿ])",
    )


CORRECTION_MARKS = _marks(
    CORRECTIONS, CAPITAL_CORRECTIONS, (*CORRECTIONS, *CAPITAL_CORRECTIONS), _BARE_CORRECTIONS
)
WITHDRAWAL_MARKS = (
    *_marks(WITHDRAWALS, CAPITAL_WITHDRAWALS, WITHDRAWALS, _BARE_WITHDRAWALS),
    r"^\s*ADVISORY[-:\s]{1,3}(?=.{0,200}withdraw)",
)


def _needs(*words: str) -> str:
    """Parts of words in lower case, one of which is in every headline with a mark."""
    parts = {word.lower() for word in words}
    return "|".join(sorted(part for part in parts if not any(other in part for other in parts - {part})))


CORRECTION_NEEDS = _needs(*CORRECTIONS, *CAPITAL_CORRECTIONS)
WITHDRAWAL_NEEDS = _needs(*WITHDRAWALS, *CAPITAL_WITHDRAWALS, "withdraw")
