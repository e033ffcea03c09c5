"""Detects the language of a text: the declared one if the script allows it, else by py3langid."""

import functools
import re
from collections import Counter
from typing import Any

from worker.text.function_words import LANGUAGES_OF

SAMPLE_CHARACTERS = 2_000
MIN_LETTERS = 20  # minimum for statistical detection
MIN_PROBABILITY = 0.4  # of the detector's first choice; product names stay below it
SHARE_OF_SCRIPT = 0.3  # minimum share of a script among all letters
SHARE_OF_KANA = 0.05  # Japanese mixes kana with Han; Chinese does not use kana
# Scripts and the languages written in each, most common first (Unicode blocks; ISO 639-1)
SCRIPTS = {
    "hangul": (re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]"), ("ko",)),
    "kana": (re.compile(r"[\u3041-\u30ff]"), ("ja",)),
    "han": (re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]"), ("zh", "ja")),
    "cyrillic": (re.compile(r"[\u0400-\u04ff]"), ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn")),
    "arabic": (re.compile(r"[\u0600-\u06ff]"), ("ar", "fa", "ur", "ps", "ku")),
    "greek": (re.compile(r"[\u0370-\u03ff]"), ("el",)),
    "hebrew": (re.compile(r"[\u0590-\u05ff]"), ("he",)),
    "thai": (re.compile(r"[\u0e00-\u0e7f]"), ("th",)),
    "devanagari": (re.compile(r"[\u0900-\u097f]"), ("hi", "mr", "ne")),
    "bengali": (re.compile(r"[\u0980-\u09ff]"), ("bn", "as")),
    "tamil": (re.compile(r"[\u0b80-\u0bff]"), ("ta",)),
    "georgian": (re.compile(r"[\u10a0-\u10ff]"), ("ka",)),
    "armenian": (re.compile(r"[\u0530-\u058f]"), ("hy",)),
    "myanmar": (re.compile(r"[\u1000-\u109f]"), ("my",)),
    "khmer": (re.compile(r"[\u1780-\u17ff]"), ("km",)),
}
OTHER_SCRIPTS = frozenset(code for _, codes in SCRIPTS.values() for code in codes) - {"sr", "kk", "ku"}
_NOT_LATIN = re.compile(r"[\u0370-\u1dff\u3040-\ud7ff]")
# Frequent words decide in a text of some words, if enough different ones of a language make up a share of all
# words, and a multiple of the next language's.
MIN_WORDS = 8
MIN_DIFFERENT = 3
MIN_WORD_SHARE = 0.15
MIN_WORD_LEAD = 2.0
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<!\S)\S+@\S+")
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_.@].*)?")
_NAMES = {"english": "en", "german": "de", "deutsch": "de", "french": "fr", "spanish": "es", "italian": "it",
          "japanese": "ja", "korean": "ko", "chinese": "zh", "russian": "ru"}  # fmt: skip
_COUNTRY_CODES = {"kr": "ko", "jp": "ja", "cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "ua": "uk"}
_UNKNOWN = {"und", "mul", "zxx", "xx"}


def normalize_lang(tag: str | None) -> str | None:
    """Returns a language tag in the form of RFC 5646 ("ko-KR"); None if it is not a language tag."""
    tag = (tag or "").strip()
    match = _TAG.fullmatch(tag[:100])
    if not match:
        return _NAMES.get(tag.lower())
    primary = _COUNTRY_CODES.get(match[1].lower(), match[1].lower())
    if primary in _UNKNOWN:
        return None
    script = f"-{match[2].title()}" if match[2] else ""
    region = f"-{match[3].upper()}" if match[3] else ""
    return primary + script + region


def primary_subtag(tag: str | None) -> str | None:
    """Returns `en` for `en-US` or `en_GB`; None if it is not a language tag (RFC 5646)."""
    return (normalize_lang(tag) or "").partition("-")[0] or None


def detect_language(text: str, declared: str | None = None) -> str | None:
    """Returns the language tag of a text; None if neither the declaration nor the text identifies it.

    `declared` is returned, normalized, unless that language is never written in the text's script.
    """
    claim, claimed = normalize_lang(declared), primary_subtag(declared)
    sample = text[:SAMPLE_CHARACTERS]
    letters = len(_LETTER.findall(sample))
    script = _main_script(sample, letters) if _NOT_LATIN.search(sample) else None
    if script is not None:
        possible = SCRIPTS[script][1]
        if claimed in possible:
            return claim
        if len(possible) == 1 or letters < MIN_LETTERS:
            return possible[0]
        return _classify(sample, possible) or possible[0]
    if claimed and claimed not in OTHER_SCRIPTS:
        return claim
    if letters < MIN_LETTERS:
        return claim
    return _by_function_words(sample) or _classify(sample, None) or claim


def _main_script(sample: str, letters: int) -> str | None:
    """Returns the dominant script; None for Latin and for too few letters."""
    counts = Counter({name: len(pattern.findall(sample)) for name, (pattern, _) in SCRIPTS.items()})
    if (
        counts["kana"] >= max(2, SHARE_OF_KANA * letters)
        and counts["kana"] + counts["han"] > counts["hangul"]
    ):
        return "kana"
    name, count = counts.most_common(1)[0]
    return name if count >= max(2, SHARE_OF_SCRIPT * letters) else None


def _by_function_words(sample: str) -> str | None:
    """Returns the language whose frequent words lead clearly, or None."""
    words = _WORD.findall(_ADDRESS.sub(" ", sample).lower())
    counts = Counter(lang for word in words for lang in LANGUAGES_OF.get(word, ()))
    (lang, most), (_, next_most) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    different = sum(lang in LANGUAGES_OF.get(word, ()) for word in set(words))
    is_clear = (
        different >= MIN_DIFFERENT
        and most >= MIN_WORD_SHARE * len(words)
        and most >= MIN_WORD_LEAD * next_most
    )
    return lang if len(words) >= MIN_WORDS and is_clear else None


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - loading the model takes memory and time

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _classify(sample: str, possible: tuple[str, ...] | None) -> str | None:
    """Returns the detector's choice among the possible languages; None if its probability is too low."""
    ranked = [(str(code), float(share)) for code, share in _identifier().rank(_ADDRESS.sub(" ", sample))]
    best = [(code, share) for code, share in ranked if possible is None or code in possible][:1]
    return next((code for code, share in best if possible or share >= MIN_PROBABILITY), None)
