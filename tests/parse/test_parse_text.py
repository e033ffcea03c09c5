"""Text is cleaned of markup and invisible characters, markup of active content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.parse.text import INVISIBLE, clean_line, clean_text, html_to_text, title_to_text


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("Tom &amp;amp; Jerry &amp;quot;hi&amp;quot;", 'Tom & Jerry "hi"'),
        ("Q&amp;A: <b>bold</b> &#8220;x&#8221;", "Q&A: bold “x”"),
        ("&lt;b&gt;x&lt;/b&gt; y", "x y"),
        ("a < b and c > d", "a < b and c > d"),
        ("5 &lt; 6", "5 < 6"),
        ("I <3 you", "I <3 you"),
        ("vector<int> explained", "vector<int> explained"),
        ("x<script>alert(1)</script>y", "xy"),
        ("x<!-- note -->y", "xy"),
        ("one\n  two\t three", "one two three"),
        ("zero\u200bwidth \u202eright\u202c", "zerowidth right"),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"),
        ("&amp;amp;amp;amp;lt;", "&amp;lt;"),
        ("AT&T profits", "AT&T profits"),
        ("", ""),
    ],
)
def test_a_title_is_unescaped_up_to_three_times_and_free_of_markup(value: str, title: str) -> None:
    assert title_to_text(value, 1000) == title


def test_a_title_keeps_its_limit() -> None:
    assert len(title_to_text("x" * 5000, 1000)) == 1000


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<p>a\n  b</p>", "a b"),
        ("<b>bo</b>ld", "bold"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("a<script>x()</script><style>p{}</style>b", "ab"),
        ("a<!-- c -->b", "ab"),
        ("a<iframe>x</iframe>b", "ab"),
        ("Caf&eacute; &#8212; &amp;", "Café — &"),
        ("no markup & more", "no markup & more"),
        ("<<<<", "<<<<"),
        ("<pre>a\nb</pre>", "a\nb"),
        ("<pre><code>a\nb</code></pre>", "a\nb"),
        ("<p>a</p>\n<p>b</p>", "a\n\nb"),
        ("<ul>\n <li>a</li>\n <li>b</li>\n</ul>c", "a\nb\n\nc"),
        ("a<br><br>b", "a\n\nb"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("one <i>two</i>\n\nthree", "one two\n\nthree"),
        ("<p>un<b>closed", "unclosed"),
        ("", ""),
    ],
)
def test_html_is_converted_to_text_with_blocks_on_their_own_lines(markup: str, text: str) -> None:
    assert html_to_text(markup, 1000) == text


def test_a_long_text_keeps_its_limit() -> None:
    assert len(html_to_text("<p>word</p>" * 50_000, 200_000)) <= 200_000


def test_deep_nesting_is_read_without_recursion() -> None:
    assert "x" in html_to_text("<div>" * 3000 + "x" + "</div>" * 3000, 100)


@given(st.text(max_size=300))
def test_no_text_keeps_invisible_characters(text: str) -> None:
    for cleaned in (
        clean_line(text, 100),
        clean_text(text, 100),
        html_to_text(text, 100),
        title_to_text(text, 100),
    ):
        assert not INVISIBLE.search(cleaned)
        assert len(cleaned) <= 100


@given(st.text(alphabet="<>&;!-/ap=\"' \n[]#x1", max_size=200))
def test_no_tangle_of_markup_breaks_the_walk(text: str) -> None:
    assert isinstance(html_to_text(text, 1000), str)
    assert "\n" not in title_to_text(text, 1000)
