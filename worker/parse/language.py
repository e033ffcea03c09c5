"""Which language a text is in: what is declared if it is a language tag, else what the words show."""

import re
from collections import Counter

MIN_LETTERS = 20  # fewer say nothing
SAMPLE_CHARACTERS = 2_000
# Function words that are common in one language and rare in its neighbors (frequency lists of the
# Leipzig Corpora Collection); a word may stand in several lists.
FUNCTION_WORDS = {
    "en": (
        "the of and to in is that for with was on as are by at from his have has this will said not be it an"
    ),
    "de": (
        "der die und das den von zu mit dem ist nicht ein eine auf für im sich des auch als an hat "
        "wird sind bei"
    ),
    "fr": (
        "le la les des et en un une du dans que est pour par sur au avec pas qui il sont aux ce plus "
        "cette été"
    ),
    "es": "el la los las de y en que un una del por con para se no al su es más como fue lo ha sobre está",
    "it": "il di che la e in un per una con del della non si è al sono dei le gli da alla nel più anche ha",
    "pt": "o de que e do da em um para com uma os no se na por mais as dos como não foi ao das pelo são à",
    "nl": (
        "de het een van en in is dat op te zijn met voor niet aan er om ook als door naar maar bij "
        "heeft wordt"
    ),
    "sv": "och att det som en på är av för med den till i har de inte om ett han men var sig från vi så",
    "da": "og at det en den til er som på de med for af ikke der var han et har om men sig vi fra blev",
    "no": "og det at en er som på til av for med har de ikke den et om var men han seg vi fra ble etter",
    "fi": "ja on ei että se oli hän mutta myös kun mukaan joka ovat jo niin kuin tai sen vuoden ole jos",
    "pl": "w i na z się nie że jest o od za po jak przez dla ale są oraz przed roku był tym",
    "cs": "v se na je že z o by za k jako po ve pro jsou ale byl také podle který když",
    "hu": "az és hogy nem is egy ez van meg csak már volt de mint el még szerint ki lehet azt",
    "ro": "de și în la a cu pe din că nu un este o care pentru sa mai au fost fi prin după sunt",
    "tr": "ve bir bu için ile de da olarak çok daha olan gibi kadar en ne sonra dedi ancak var göre ise",
    "id": (
        "yang dan di ini dengan untuk dari pada dalam tidak itu akan juga ke oleh ada adalah telah tersebut"
    ),
    "vi": "và của là có trong được cho các không với một những này người đã khi để tại về ở đến",
    "ca": "el la els les de i que en un una per amb no del al és ha més com va aquest són també",
    "ru": "и в не на что с по как это из он за к но от для его у было до также году после",
    "uk": "і в не на що з за до та як від про для це у його після також але які року був",
    "bg": "и на да се за от в с не са че по е като до ще след при това но",
}
LATIN = {"en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "fi", "pl", "cs", "hu", "ro", "tr", "ca"}
LANGS_OF: dict[str, list[str]] = {}
for _lang, _words in FUNCTION_WORDS.items():
    for _word in _words.split():
        LANGS_OF.setdefault(_word, []).append(_lang)
# Scripts that one language uses, in the order in which they are looked for (Unicode block ranges)
SCRIPTS = (
    ("ko", re.compile("[\uac00-\ud7a3\u1100-\u11ff]")),
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("hy", re.compile("[\u0530-\u058f]")),
    ("my", re.compile("[\u1000-\u109f]")),
    ("km", re.compile("[\u1780-\u17ff]")),
)
PERSIAN = re.compile("[\u067e\u0686\u0698\u06af]")
URDU = re.compile("[\u0679\u0688\u0691\u06d2]")
ARABIC = re.compile("[\u0600-\u06ff]")
SHARE_OF_SCRIPT = 0.3
SHARE_OF_FUNCTION_WORDS = 0.08  # of all words; running text has 0.2 and more
ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<!\S)\S+@\S+")
WORD = re.compile(r"[^\W\d_]+")
SHARE_OF_KANA = 0.05  # Japanese mixes kana into Han; Chinese has none
TAG_FORM = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_.@].*)?")
NAMES = {"english": "en", "german": "de", "deutsch": "de", "french": "fr", "spanish": "es", "italian": "it",
         "japanese": "ja", "korean": "ko", "chinese": "zh", "russian": "ru"}  # fmt: skip
COUNTRY_CODES = {"kr": "ko", "jp": "ja", "cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "ua": "uk"}
UNKNOWN = {"und", "mul", "zxx", "xx"}


def normalize_lang(tag: str | None) -> str | None:
    """A language tag in the form of RFC 5646 ("ko-KR"); None when it is none."""
    if not tag:
        return None
    tag = tag.strip()
    match = TAG_FORM.fullmatch(tag)
    if not match:
        return NAMES.get(tag.lower())
    primary = COUNTRY_CODES.get(match[1].lower(), match[1].lower())
    if primary in UNKNOWN:
        return None
    script = f"-{match[2].title()}" if match[2] else ""
    region = f"-{match[3].upper()}" if match[3] else ""
    return primary + script + region


def detect_lang(text: str) -> str | None:
    """The language of a text by its script and function words; None when it shows neither clearly."""
    sample = text[:SAMPLE_CHARACTERS]
    letters = sum(c.isalpha() for c in sample)
    if letters < MIN_LETTERS and sample.isascii():
        return None
    if not sample.isascii():
        by_script = _by_script(sample, letters)
        if by_script:
            return by_script
    if letters < MIN_LETTERS:
        return None
    return _by_words(sample)


def detect_other_script(declared: str, text: str) -> str | None:
    """The language that a text's script shows when the declared one is never written in it, else None."""
    sample = text[:SAMPLE_CHARACTERS]
    if sample.isascii() or declared.partition("-")[0] not in LATIN:
        return None
    return _by_script(sample, sum(c.isalpha() for c in sample))


def _by_script(sample: str, letters: int) -> str | None:
    for lang, pattern in SCRIPTS:
        share = SHARE_OF_KANA if lang == "ja" else SHARE_OF_SCRIPT
        if letters and len(pattern.findall(sample)) >= max(2, share * letters):
            return lang
    if letters and len(ARABIC.findall(sample)) >= SHARE_OF_SCRIPT * letters:
        if URDU.search(sample):
            return "ur"
        return "fa" if len(PERSIAN.findall(sample)) > 1 else "ar"
    return None


def _by_words(sample: str) -> str | None:
    """The language whose function words are most frequent, if it leads clearly."""
    words = WORD.findall(ADDRESS.sub(" ", sample).lower())
    scores = Counter(lang for word in words for lang in LANGS_OF.get(word, ()))
    (first, most), (_, next_most) = [*scores.most_common(2), ("", 0), ("", 0)][:2]
    if most < max(2, SHARE_OF_FUNCTION_WORDS * len(words)) or most == next_most:
        return None
    return first
