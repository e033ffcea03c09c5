"""The form of a full name behind a quote and any verb: ennustaa Pasi Korpi."""

from worker.extract.facts.attributions import WORDS
from worker.extract.facts.speaker_patterns import CAPITAL

# Both names of a person
STRICT = (
    rf"{CAPITAL}(?:\s(?:de|da|do|dos|di|del|van|von|der|den|el|al|bin|la))?\s{CAPITAL}(?:\s{CAPITAL}){{0,2}}"
)
ARTICLES = (
    "der|die|das|ein|eine|le|la|les|l|un|une|el|los|las|una|o|a|os|as|um|uma|il|lo|i|gli|de|het|een|ο|η|οι|το"
)
_LOWER = r"(?:(?![A-ZÀ-ÞА-ЯЁЄІЇΆ-ΫĄĆĘŁŃÓŚŹŻČĎĚŇŘŠŤŮŽŐŰȘȚ])[^\W\d_][\w'’-]*)"
# Words behind a quote other than verbs, and those before a maker: réalisé par Jean Roux
_NO_VERB = ARTICLES + (
    "|und|oder|aber|et|ou|mais|y|o|pero|e|ma|mas|en|of|maar|och|og|eller|men|ja|tai|i|a|ale|ani|и"
    "|а|но|та|й|або|dont|qui|que|où|die|was|wo|wie|den|dem|des|im|in|am|auf|für|bei|zu|mit|nach"
    "|vor|aus|dans|sur|avec|pour|de|du|da|do|di|del|con|com|per|para|von|van|voor|met|op|som|på"
    "|till|til|med|för|for|fra|från|av|af|jonka|joka|który|która|które|w|we|na|z|ze|po|který|která"
    "|v|ve|s|se|k|в|на|с|из|о|по|для|от|який|яка|що|у|з|από|για|με|σε|που|και|care|și|pe|la|cu"
)
_MAKER = (
    "par|por|von|vom|da|dal|dalla|door|av|af|przez|od|από|von|автора|режиссёра|режиссера|autorstwa"
    "|ohjaama|kirjoittama|zu|über"
)


def any_verb(lang: str) -> tuple[str, ...]:
    """Returns the pattern behind a quote of a full name that follows any verb: ennustaa Pasi Korpi."""
    if lang not in WORDS or WORDS[lang].verb_last or lang in {"ar", "he", "vi", "hu", "id"}:
        return ()
    optional = "?" if lang in {"sv", "no", "da", "fi"} else ""  # speech behind a dash ends before the comma
    pattern = (
        rf"^\s?(?:[,.]?\s?[—–-]|,){optional}\s?(?!(?:{_NO_VERB})\s){_LOWER}(?:\s(?!"
        rf"(?:{_MAKER})\s){_LOWER}){{0,6}}?"
        rf"(?<!\sde)(?<!\sdi)(?<!\svan)(?<!\sdu)(?<!\sdo)\s(?P<who>{STRICT})(?=\s?[,.;:(–—]|\s[a-zà-ÿа-я]|$)"
    )
    return (pattern,)
