"""Patterns by which running text mentions wire agencies, which is not a credit."""

from worker.agencies.credit_forms import INITIALS, PLAIN
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.name_slots import whole_name

# Running text: an unambiguous name, or a short one beside a verb of reporting.
_SAYING = (
    r"(?:reported|reports|said|says|quoted|cited|learned|has (?:called|learned|reported)|news agency"
    r"|agency|poll|survey|analysis|investigation|tally|(?:Top )?News"
    r"|[Ss]ources?|[Ii]nterview|exclusive|Exclusive:?|(?:journalist|correspondent|reporter|photographer)s?|PHOTOS?|Explains|Analysis|berichtete?|meldete?)"
)
_DIJO = r"\b\w{2,12}(?:ó|jo|ron|sse|ou|eu|ram)"  # a past tense of Spanish or Portuguese
_TELLING = (
    r"(?:told|tells|talked to|said to|spoke to|via|citing|cites|cited|quoting|quoted|[Aa]ccording to|said"
    r"|(?:[Ss]peaking|spoke|spoken|talking|confirmed|statement|comment|e-?mail|message|letter) (?:to|with)"
    r"|interview(?:ed)? (?:with|by|to)"
    rf"|{_DIJO}\s(?:\w+\s){{0,2}}(?:a|à|ao)|kepada|menurut"
    r"|(?:seen|obtained|quoted|reviewed|contacted|cited|reached|carried|verified|compiled) by"
    r"|entrevista (?:con|a)|dikutip|mengutip|inform[óa]|report[óa]|Nachrichtenagentur"
    r"|gegenüber|según|selon|à l['’]|all['’]|dell['’]|agenzia|agence|agencia|agência|secondo|segundo|@)"
)
_SHORT_NAMES = whole_name((INITIALS | frozenset(name.upper() for name in INITIALS)) - {"Ansa"})
MENTIONS: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern)
    for pattern in (
        rf"{PLAIN}(?!\s(?:Institute|Foundation|Memorial|Square|Building|Tower)\b|[区區会會])",
        rf"(?:{_TELLING}\s?(?:the\s|news agency\s|la\s|l['’])?)(?P<agency>{_SHORT_NAMES})(?!\s[A-Z(]|\)|-)",
        rf"(?P<agency>{_SHORT_NAMES})\s{_SAYING}\b",
        rf"The\s(?P<agency>{_SHORT_NAMES})\s(?:has|had|is|was|could|cannot|does|did|will|would|also|\w{{3,12}}ed)\b",
        rf"\s[-–—:]\s(?P<agency>{_SHORT_NAMES})$|\b(?:der|die)\s(?P<agency2>AFP|APA|Bloomberg)\b(?!-)",
        r"\b[lL]['’](?P<agency>AFP|ANSA|Ansa|EFE)\b|\btill?\s(?P<agency2>NTB|TT)\b",
        r"(?<![\w])(?P<agency>Efe)(?!\w)",
        # Turkish: told the agency's reporter, according to the agency's news
        (
            r"\b(?P<agency>AA|DHA|İHA|IHA|ANKA)(?:\s(?:muhabir|ekib|kamera|foto muhabir|Finans Masas)"
            r"|['’](?:y?[ae]|n[ıi]n|d[ae]n?)\s(?:konuş|açıkla|yap|bilgi|değerlendir|anlat|söyle|demeç|özel|verdi"
            r"|ver|aktar|haber|göre|görüş|röportaj))"
        ),
        r"(?P<agency>共同|時事|AFP)(?=通信|電|によると|が伝え)",
    )
)
