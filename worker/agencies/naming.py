"""Names of agencies in all their spellings."""

import unicodedata

from worker.agencies.names import NAMES

_BY_NAME = {name.casefold(): ident for ident, names in NAMES.items() for name in names}


def agency_id_of(name: str) -> str | None:
    """Returns the id of the agency with this spelling, or None."""
    plain = " ".join(unicodedata.normalize("NFKC", name).split()).strip(" .").casefold()
    return _BY_NAME.get(plain) or _BY_NAME.get(" ".join(name.split()).strip(" .").casefold())


def agency_of(name: str) -> str | None:
    """Returns the display name of the agency with this spelling, or None."""
    ident = agency_id_of(name)
    return NAMES[ident][0] if ident else None
