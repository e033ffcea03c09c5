"""Lines of an agency and its bureau, in Turkish text: İSTANBUL (AA), AA/Ankara, Ayşe Yılmaz/Ankara, (DHA)."""

_CITIES = (
    r"(?i:ankara|[iİ]stanbul|[iİ]zm[iİ]r|adana|antalya|bursa|konya|gaz[iİ]antep|mers[iİ]n|kayser[iİ]"
    r"|d[iİ]yarbak[ıI]r|samsun"
    r"|trabzon|erzurum|esk[iİ]şeh[iİ]r|malatya|hatay|şanl[ıI]urfa|van|den[iİ]zl[iİ]|sakarya|kocael[iİ]"
    r"|mu[ğĞ]la|ayd[ıI]n"
    r"|bal[ıI]kes[iİ]r|tek[iİ]rda[ğĞ]|manisa|kahramanmaraş|ad[ıI]yaman|elaz[ıI][ğĞ]|mard[iİ]n|batman"
    r"|s[iİ]vas|r[iİ]ze|ordu"
    r"|edirne|çanakkale|bolu|düzce|zonguldak|lefkoşa|brüksel|berl[iİ]n|londra|par[iİ]s|moskova"
    r"|wash[iİ]ngton|new york"
    r"|kud[üÜ]s|gazze|bakü|tahran|ba[ğĞ]dat|şam|kiev|cenevre|roma|atina|tokyo|pek[iİ]n)"
)
_NAME = r"(?P<agency>AA|DHA|İHA|IHA|ANKA)"
# Whole lines, and the ends of lines behind a sentence
BUREAU_ENDS: tuple[str, ...] = (
    rf"^{_CITIES},?\s?\({_NAME}\)\.?$",
    rf"(?:^|(?<=[.!?…”\"]\s))\(?{_NAME}\)?\s?(?:[-–—/,]\s?|\s){_CITIES}\)?\.?$",
)
_PERSON = r"[^\W\d_][\w.'’-]{0,24}(?:\s[^\W\d_][\w.'’-]{0,24}){1,4}"
# Bylines without "By"
BUREAU_BYLINES: tuple[str, ...] = (
    rf"(?:{_PERSON}\s?[/,–-]\s?)?{_CITIES},?\s?\({_NAME}\)",
    rf"{_NAME}\s?[-–/]\s?{_CITIES}",
)
