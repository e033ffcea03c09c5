"""What a check of `wireroom doctor` found."""

from dataclasses import dataclass

OK, WARNING, BAD = "ok", "warning", "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `remedy` is empty if nothing has to be done."""

    check: str
    state: str  # OK | WARNING | BAD
    found: str
    remedy: str = ""
