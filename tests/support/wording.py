"""Finds wording that the project does not use: `python -m tests.support.wording [FILE…]`.

Reads docstrings, comments and other strings with blanks of Python files, and Markdown, TOML and YAML line by
line. Exit 1 when a phrase of `PHRASES` is found. A line that needs one on purpose, such as a quoted text,
ends in `wording: ok`.
"""

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

# What is found -> what to write in its place.
PHRASES = {
    r"(?<!there )(?<!There )\b(?:is|was|are|were) no\b(?!t\b| (?:longer|more)\b|$)": "is not a",
    r"(?<!there )\b(?:is|are) none\b": "there is none, is not one",
    r"\bso (?:many|much)\b(?! (?:that|as)\b)": "N, at most N, this many",
    r"\b(?:can|could|cannot|can not|could not|not) be had\b": "can be fetched, is available",
    r"(?<!by )\bwhom\b": "which, that",
    r"\b(?:was|is|are|were|be|been|being) asked\b": "is requested",
    r"\b(?:was|is|are|were|be|been|being) told\b(?! apart\b)": "is reported",
    r"\bstands?\b(?! for\b|-alone)(?!s for)|\bstood\b(?! for\b)": "is, remains",
    r"\bmakes? do\b": "falls back to",
    r"\bworth while\b": "useful",
    r"\blet be\b": "ignored",
    r"\bwants? a person\b": "needs attention",
    r"(?:^|; |\"\"\")[Gg]ives\b": "returns",
    r"\bin each other's way\b": "conflict",
    r"\bundid\b": "rolled back",
}
_FOUND = {re.compile(phrase): better for phrase, better in PHRASES.items()}
ALLOWED = "wording: ok"
ROOT = Path(__file__).parents[2]
KINDS = (".py", ".md", ".toml", ".yml", ".example")
# Sentences of news, which are data, and the terms of a license.
NOT_READ = ("tests/", "requirements", "LICENSE", "worker/store/migrations/")


def read_text(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that people read: number and text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), 1)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        is_prose = token.type == tokenize.COMMENT or (token.type == tokenize.STRING and is_sentence(token))
        if is_prose:
            yield from enumerate(token.string.splitlines(), token.start[0])


def is_sentence(token: tokenize.TokenInfo) -> bool:
    """Whether a string is text for people: not a pattern, not a table of words."""
    prefix, body = re.split(r"[\"']", token.string, maxsplit=1)
    return "r" not in prefix.lower() and re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", body) is not None


def find_phrases(path: Path) -> Iterator[str]:
    """One line for each phrase: place, what was found, what to write."""
    for number, line in read_text(path):
        if ALLOWED in line:
            continue
        for pattern, better in _FOUND.items():
            if found := pattern.search(line):
                yield f"{path}:{number}: {found[0].strip()!r}: write {better!r}"


def main(names: list[str]) -> int:
    """Read the named files, or all that the project holds; returns the exit code."""
    if not names:
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
        names = [name for name in listed.stdout.splitlines() if not name.startswith(NOT_READ)]
    paths = [Path(name) for name in names if name.endswith(KINDS)]
    found = [line for path in paths for line in find_phrases(path)]
    print("\n".join(found) or f"wording: {len(paths)} files, nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
