"""Drop the line that publishing software appends to the summaries in its feeds."""

import re

from worker.dedupe.text import fold

MAX_FOOTER = 400  # characters
MIN_LETTERS = 4  # of the headline; fewer may begin a sentence by chance
# WordPress, in the languages of its translations: "The post HEADLINE appeared first on OUTLET."
_OPENINGS = (
    "The post", "Der Beitrag", "L'article", "L’article", "La entrada", "L'articolo", "L’articolo", "O post",
    "Het bericht", "Artykuł", "Запись",
)  # fmt: skip
_OPENING = re.compile(rf"(?<!\w)(?:{'|'.join(_OPENINGS)})\s")
_LETTERS = re.compile(r"[^\W_]+")


def drop_feed_footer(text: str, title: str) -> str:
    """Return a text without a last line that names its own headline; feeds may truncate the line."""
    start = max(0, len(text) - MAX_FOOTER)
    if not any(map(text[start:].__contains__, _OPENINGS)):
        return text
    heading = _letters(title)
    for found in _OPENING.finditer(text, start):
        rest = _letters(text[found.end() :])
        size = min(len(rest), len(heading))
        if size >= MIN_LETTERS and rest[:size] == heading[:size]:
            return text[: found.start()].rstrip()
    return text


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(fold(text).lower()))
