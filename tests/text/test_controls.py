"""Control characters are shown as escapes, at one place for all output."""

import io
import json
import subprocess
import sys
import unicodedata

import pytest

from tests.support.isolation import service_environment
from worker.text.controls import escape_controls, escape_output
from worker.views.output import json_line

ALL = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
OBEYED = [
    mark
    for mark in ALL
    if (unicodedata.category(mark) in {"Cc", "Zl", "Zp"} and mark not in "\t\n")
    or unicodedata.bidirectional(mark) in DIRECTIONS
    or mark in "\u061c\u200e\u200f"
]


def test_every_character_that_a_terminal_obeys_is_escaped_and_no_other() -> None:
    changed = [mark for mark in ALL if escape_controls(mark) != mark]
    assert changed == OBEYED
    assert all(escape_controls(mark) == f"\\u{ord(mark):04x}" for mark in OBEYED)


def test_colors_are_kept_where_they_are_ours() -> None:
    assert escape_controls("\x1b[1;31mred\x1b[0m \x1b]0;title\x07", keep_styles=True) == (
        "\x1b[1;31mred\x1b[0m \\u001b]0;title\\u0007"
    )


def test_json_keeps_its_meaning() -> None:
    row = {"guid": "".join(OBEYED), "title": "harbor 항구"}
    line = json_line(row).decode()
    assert line.count("\n") == len(line.splitlines()) == 1
    assert escape_controls(line) == line
    assert json.loads(line) == row
    assert "harbor 항구" in line


def test_a_stream_escapes_what_is_printed_to_it() -> None:
    stream = io.StringIO()
    escape_output(stream)
    print("a\x9b2Jb\u202ec", file=stream)
    assert stream.getvalue() == "a\\u009b2Jb\\u202ec\n"


@pytest.mark.parametrize("command", ["feeds", "articles", "parse", "poll", "extract"])
def test_an_argument_is_not_repeated_raw(tmp_path, command: str) -> None:
    config = tmp_path / "feeds.toml"
    config.write_text('[[feed]]\nid = "desk"\nurl = "http://a.example/f"\n')
    result = subprocess.run(
        [sys.executable, "-c", "from worker.cli.main import main; main()", command, "x\x1b]0;y\x07\u202ez\r"],
        env=service_environment(tmp_path / "home", config),
        capture_output=True,
        check=False,
    )
    said = (result.stdout + result.stderr).decode()
    assert result.returncode != 0
    assert "\\u202e" in said or "x" not in said
    assert escape_controls(said) == said
