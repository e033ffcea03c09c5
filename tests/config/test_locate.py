"""Lines of tables and keys are found through comments, strings over lines, arrays and odd quoting."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.config.locate import find_line, locate_keys
from worker.config.syntax import read_toml

TEXT = '''\
top = 1
# [not.a.table]
[defaults]   # comment
interval = "5m"
text = """
[host."fake"]
fake = 1 """
list = [
  "a", # ]
  "[[feed]]",
]
[host."*"]
"delay" = "2s"
[host . 'x.org']
concurrency=1
[[feed]]
id = "a"
auth.type = "basic"
[feed.headers]
X-A = "1"
[[feed]]
id = 'b'
lit = \'\'\'
fake = 2
\'\'\'
url = "x"
'''


def test_every_place_has_its_line():
    lines = locate_keys(TEXT)
    assert tomllib.loads(TEXT)["feed"][1]["url"] == "x"
    due = {
        ("top",): 1,
        ("defaults",): 3,
        ("defaults", "interval"): 4,
        ("defaults", "text"): 5,
        ("defaults", "list"): 8,
        ("host", "*", "delay"): 13,
        ("host", "x.org"): 14,
        ("host", "x.org", "concurrency"): 15,
        ("feed", 0): 16,
        ("feed", 0, "id"): 17,
        ("feed", 0, "auth", "type"): 18,
        ("feed", 0, "headers", "X-A"): 20,
        ("feed", 1): 21,
        ("feed", 1, "id"): 22,
        ("feed", 1, "url"): 26,
    }
    assert {place: lines.get(place) for place in due} == due
    assert ("defaults", "fake") not in lines
    assert ("feed", 1, "fake") not in lines


def test_a_key_without_a_line_has_that_of_its_table():
    lines = locate_keys(TEXT)
    assert find_line(lines, ("feed", 1, "missing")) == 21
    assert find_line(lines, ("feed", 0, "auth", "missing")) == 18
    assert find_line(lines, ("missing",)) is None


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="[]{}\"'=.# \na\\,1", max_size=60))
def test_no_text_makes_the_scan_fail(text):
    assert all(1 <= line <= len(text.splitlines()) for line in locate_keys(text).values())


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85"])
def test_only_a_line_feed_ends_a_line(mark):
    """Other separators of Unicode are ordinary characters of a TOML text."""
    text = f'a = "x{mark}y"\r\n# {mark}\nb = 15x\nc = 3\n'
    data, [fault], _ = read_toml(text)
    assert data == {"a": f"x{mark}y", "c": 3}
    assert fault.line == 3
    assert locate_keys(f'a = "x{mark}y"\nc = 3\n') == {("a",): 1, ("c",): 2}
