"""Messages as HTML: what is between backticks is a command, and all of it is escaped."""

import pytest

from worker.web.words import with_commands


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (None, ""),
        ("see `wireroom feeds`", "see <code>wireroom feeds</code>"),
        ("`a` and `b`", "<code>a</code> and <code>b</code>"),
        ("a lone ` stays", "a lone ` stays"),
        ("<b>` `<script> &", "&lt;b&gt;<code> </code>&lt;script&gt; &amp;"),
        ("`<i>`", "<code>&lt;i&gt;</code>"),
    ],
)
def test_only_pairs_of_backticks_become_marks_and_all_else_is_escaped(text, html):
    assert with_commands(text) == html
