"""The language of a text: the page's own word, checked by its script, else a small detector."""

import functools
import re
from collections import Counter
from typing import Any

SAMPLE_CHARS = 4_000
MIN_LETTERS = 20  # fewer tell nothing
SHARE = 0.3  # a script that makes up this share of the letters decides
# Unicode ranges of scripts that name their language, or rule out the others.
_SCRIPTS = {
    "hangul": re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]"),
    "kana": re.compile(r"[\u3041-\u30ff]"),
    "han": re.compile(r"[\u4e00-\u9fff]"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "arabic": re.compile(r"[\u0600-\u06ff]"),
    "greek": re.compile(r"[\u0370-\u03ff]"),
    "hebrew": re.compile(r"[\u0590-\u05ff]"),
    "thai": re.compile(r"[\u0e00-\u0e7f]"),
    "devanagari": re.compile(r"[\u0900-\u097f]"),
}
_OF_SCRIPT = {
    "hangul": ("ko",),
    "kana": ("ja",),
    "han": ("zh", "ja"),
    "cyrillic": ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn"),
    "arabic": ("ar", "fa", "ur", "ps", "ku"),
    "greek": ("el",),
    "hebrew": ("he",),
    "thai": ("th",),
    "devanagari": ("hi", "mr", "ne"),
}
_LETTER = re.compile(r"[^\W\d_]")


def detect_language(text: str, declared: str | None = None) -> str | None:
    """The two-letter code; `declared` (a page's `lang`) is believed unless the script contradicts it."""
    claim = primary_subtag(declared)
    sample = text[:SAMPLE_CHARS]
    letters = len(_LETTER.findall(sample))
    if letters < MIN_LETTERS:
        return claim
    script = _main_script(sample, letters)
    if script is not None:
        possible = _OF_SCRIPT[script]
        if claim in possible or len(possible) == 1:
            return claim if claim in possible else possible[0]
        return _classify(sample, possible)
    if claim and all(claim not in codes for codes in _OF_SCRIPT.values()):
        return claim
    return _classify(sample, None)


def primary_subtag(tag: str | None) -> str | None:
    """`en` of `en-US` or `en_GB`; None when it is no language tag (RFC 5646)."""
    head = re.split(r"[-_]", (tag or "").strip().lower(), maxsplit=1)[0]
    return head if re.fullmatch(r"[a-z]{2,3}", head) else None


def _main_script(sample: str, letters: int) -> str | None:
    counts = Counter({name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()})
    if counts["kana"] > 0.1 * letters:  # Japanese mixes kana with han
        return "kana"
    name, count = counts.most_common(1)[0]
    return name if count > SHARE * letters else None


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - the model takes memory and time

    return LanguageIdentifier.from_model_file(MODEL_FILE)


def _classify(sample: str, possible: tuple[str, ...] | None) -> str | None:
    ranked = [str(code) for code, _ in _identifier().rank(sample)]
    best = next((code for code in ranked if possible is None or code in possible), None)
    return primary_subtag(best or (possible or (None,))[0])
