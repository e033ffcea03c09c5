"""Shows control characters as escapes, where a terminal or a log would obey them."""

import re
from typing import Any, TextIO

# C0 but tab and line feed, DEL, C1, marks and overrides of direction, line and paragraph separator
_CONTROLS = "\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_ANY = re.compile(f"[{_CONTROLS}\x1b]")
_ANY_BUT_STYLES = re.compile(rf"[{_CONTROLS}]|\x1b(?!\[[0-9;]*m)")


def escape_controls(text: str, *, keep_styles: bool = False) -> str:
    r"""Return the text with each control character as in JSON, for example as `\u009b`.

    Tab and line feed stay, and with `keep_styles` the sequences that set colors.
    """
    if text.isprintable():
        return text
    return (_ANY_BUT_STYLES if keep_styles else _ANY).sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def escape_output(stream: TextIO) -> None:
    """Have a stream escape what is written to it as text from now on, colors excepted."""
    write: Any = stream.write
    stream.write = lambda text: write(escape_controls(text, keep_styles=True))  # type: ignore[method-assign]
