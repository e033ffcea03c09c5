"""Broken configs: each mistake is named with its line, its feed and what to write instead."""

import re

import pytest

from worker.config import load_config, read_files
from worker.errors import ConfigError

P = '[[push]]\nname = "cms"\nurl = "env:X"\n'
A = '[[feed]]\nid = "a"\nurl = "https://a.example.org/"\n'  # what follows is line 4

# text, line, feed, key, what the message has
BROKEN = [
    # tables
    ('[feed]\nid = "a"\nurl = "https://a.org/"', 1, "a", None, "write [[feed]] with two brackets"),
    ('feed = ["https://a.org/"]', 1, None, None, "write [[feed]] with two brackets"),
    ('[[feeds]]\nid = "a"', 1, None, "feeds", 'did you mean "feed"?'),
    ('[[Feed]]\nid = "a"', 1, None, "Feed", 'did you mean "feed"?'),
    ('[default]\ninterval = "5m"', 1, None, "default", 'did you mean "defaults"?'),
    ('[[defaults]]\ninterval = "5m"', 1, None, "defaults", "write [defaults] on a line of its own"),
    ('[alert]\nwebhook = "env:X"', 1, None, "alert", 'did you mean "alerts"?'),
    ('interval = "5m"', 1, None, "interval", "it belongs in [defaults]"),
    ('[http]\ndelay = "2s"', 2, None, "delay", 'it belongs in [host."*"]'),
    ('[host]\ndelay = "2s"', 2, None, None, '[host."*"] or [host."example.org"]'),
    ('[host.news.example.org]\ndelay = "2s"', 1, None, None, '[host."news.example.org"]'),
    ('[host."https://a.org/"]\ndelay = "2s"', 1, None, None, "write only the name"),
    # keys
    (A + 'urll = "x"', 4, "a", "urll", 'did you mean "url"?'),
    (A + 'language = "en"', 4, "a", "language", 'did you mean "lang"?'),
    (A + "foo = 1", 4, "a", "foo", "known: id, url, tags"),
    (A + 'password = "hunter2"', 4, "a", "password", 'write auth = { type = "basic"'),
    (A + 'name = "A"', 4, "a", "name", "a feed has an id and no other name"),
    (A + "disabled = true", 4, "a", "disabled", "write enabled = false"),
    (A + 'user_agent = "x"', 4, "a", "user_agent", "set contact in [http]"),
    (A + "concurrency = 2", 4, "a", "concurrency", 'it belongs in [host."*"]'),
    ('[[feed]]\nid = "a"', 1, "a", "url", 'add url = "…"'),
    ('[[feed]]\nurl = "https://a.org/"', 1, "number 1", "id", 'add id = "…"'),
    (A + '[[feed]]\nid = "a"\nurl = "https://b.org/"', 5, "a", "id", "first used in feeds.toml:2; give"),
    (A + '[[feed]]\nid = "b"\nurl = "https://A.example.org:443"', 6, "b", "url", 'feed "a" in feeds.toml:3'),
    # durations and numbers
    (A + 'interval = "1ms"', 4, "a", "interval", "write at least 1 s"),
    ('[defaults]\ninterval = "1ms"', 2, None, "interval", "write at least 1 s"),
    (A + 'interval = "0s"', 4, "a", "interval", "write at least 1 s"),
    (A + 'interval = "40d"', 4, "a", "interval", "write at most 30 d"),
    (A + "interval = 15", 4, "a", "interval", "include a unit"),
    (A + 'interval = "15"', 4, "a", "interval", 'write for example "15s" or "15m"'),
    (A + 'interval = "15 minutes"', 4, "a", "interval", 'write for example "30s"'),
    (A + 'keep = "forevr"', 4, "a", "keep", 'or "forever"'),
    (A + 'keep = "3m"', 4, "a", "keep", 'write at least 1 h; or "forever". "m" is minutes'),
    ('[defaults]\nkeep = "59m"', 2, None, "keep", 'write for example "90d"'),
    (A + 'moved_hits = "3"', 4, "a", "moved_hits", "written without quotes"),
    (A + 'max_body = "10"', 4, "a", "max_body", 'write for example "10MiB"'),
    (A + 'max_body = "10GB"', 4, "a", "max_body", "between 1KiB and 1GiB"),
    ('[defaults]\nmin_interval = "1h"\nmax_interval = "5m"', 2, None, "min_interval", "lower the one"),
    (A + 'min_interval = "1h"\nmax_interval = "5m"', 4, "a", "min_interval", "lower the one or raise"),
    ("[http]\nglobal_rate = 50", 2, None, "global_rate", 'write for example "50/s"'),
    ('[host."*"]\nconcurrency = 0', 2, None, "concurrency", "from 1 to 100"),
    # other values
    (A + 'enabled = "yes"', 4, "a", "enabled", "written without quotes"),
    (A + 'tags = "wire"', 4, "a", "tags", 'write ["…", "…"]'),
    (A + 'tags = ["a b"]', 4, "a", "tags", "one word"),
    (A + 'lang = "english"', 4, "a", "lang", 'write for example "en"'),
    (A + 'timezone = "KST"', 4, "a", "timezone", 'write for example "Asia/Seoul"'),
    (A + 'timezone = "Asia/Soul"', 4, "a", "timezone", 'did you mean "Asia/Seoul"?'),
    (A + 'extract = "none"', 4, "a", "extract", 'is not "new" or "new+updated" or "off"'),
    (A + 'include = ["("]', 4, "a", "include", "before a literal mark"),
    ('[[feed]]\nid = "a b"\nurl = "https://a.org/"', 2, "a b", "id", "use letters, digits"),
    ('[[feed]]\nid = "a"\nurl = "a.org/feed"', 3, "a", "url", 'write "https://a.org/feed"'),
    ('[[feed]]\nid = "a"\nurl = "ftp://a.org/"', 3, "a", "url", 'write "https://…"'),
    ('[http]\ncontact = "me"', 2, None, "contact", 'write "desk@example.org"'),
    ('[http]\nallow_private = ["300.1.1.1"]', 2, None, "allow_private", "is not a CIDR, host or host:port"),
    ('[http]\nallow_private = ["127.1:8080"]', 2, None, "allow_private", "is not a CIDR, host or host:port"),
    ('[http]\nallow_private = ["0x7f.1"]', 2, None, "allow_private", "is not a CIDR, host or host:port"),
    ('[host."10.0.0"]\ndelay = "1s"', 1, None, None, "is not a host name"),
    ('[stories]\nwindow = "1s"', 2, None, "window", "write at least 1 h"),
    ('[stories]\nwindow = "0s"', 2, None, "window", "write at least 1 h"),
    ('[defaults]\ntimeout = "0s"', 2, None, "timeout", "write at least 1 ms"),
    ('[http]\nallow_private = ["10.0.0.0/33"]', 2, None, "allow_private", 'write for example "10.0.0.0/8"'),
    # secrets, with the line of their key
    ('[[feed]]\nid = "a"\nurl = "https://u:hunter2@a.org/"', 3, "a", "url", "write auth"),
    (A + 'auth = { type = "basic", user = "u", password = "hunter2" }', 4, "a", "auth", 'write "env:NAME"'),
    (A + 'auth = { type = "basic", user = "u" }', 4, "a", "auth", 'add password = "env:NAME"'),
    (A + 'auth = { type = "digest" }', 4, "a", "auth", "write one of them"),
    (A + 'auth.type = "bearer"', 4, "a", "auth", 'add token = "env:NAME"'),
    (A + 'headers = { "User-Agent" = "x" }', 4, "a", "headers", "set contact in [http]"),
    ('[alerts]\nwebhook = "https://hooks.org/hunter2"', 2, None, "webhook", 'write "env:NAME"'),
    # alerts
    ('[alerts]\nmail_to = ["a@b.org"]', 2, None, "mail_to", "add smtp ="),
    ('[alerts]\nmail_to = ["desk"]\nsmtp = "m.org"', 2, None, "mail_to", 'write for example "desk@'),
    ('[alerts]\nsmtp = "m.org:abc"', 2, None, "smtp", 'write for example "smtp.example.org:587"'),
    ('[alerts]\nsmtp = "m.org:99999"', 2, None, "smtp", 'write for example "smtp.example.org:587"'),
    ('[alerts]\nquiet_hours = "22-7"', 2, None, "quiet_hours", 'write for example "22:00-07:00"'),
    ('[alerts]\nkinds = ["feed.fail"]', 2, None, "kinds", 'did you mean "feed.failing"?'),
    ('[alerts]\nwebhook = "env:X"\nform = "discord"', 3, None, "form", 'is not "standard" or "slack"'),
    # push
    (P + "secret = 'x'", 4, None, "secret", 'write secrets = ["env:NAME"]'),
    (P + 'events = ["story.news"]', 4, None, "events", 'did you mean "story.new"?'),
    (P + "events = []", 4, None, "events", "leave it out to select all"),
    (P + P, 5, None, "name", 'push "cms": duplicate name, first used in feeds.toml:2'),
    ('[[push]]\nname = "cms"', 1, None, "url", 'missing url; add url = "env:NAME"'),
    ('[push]\nname = "cms"', 1, None, None, "write [[push]] with two brackets"),
    ('[[push]]\nname = "cms"\nurl = "https://hooks.org/hunter2"', 3, None, "url", 'write "env:NAME"'),
    # TOML
    ("[[feed]]\nid = a\nurl = 'https://a.org/'", 2, None, "id", 'write text in quotes: id = "…"'),
    (A + "enabled = True", 4, "a", "enabled", "write enabled = true"),
    (A + "enabled = no", 4, "a", "enabled", "write enabled = false"),
    ('[[feed]]\nid: "a"\nurl = "https://a.org/"', 2, None, "id", 'write key = value, for example id = "…"'),
    ('[[feed]]\nid = “a”\nurl = "https://a.org/"', 2, None, "id", "write straight quotes"),
    ('[[feed]]\nid = "a\nurl = "https://a.org/"', 2, None, "id", "ends with the quote that it begins with"),
    (A + 'include = ["\\d+"]', 4, "a", "include", "write the text in single quotes"),
    (A + 'tags = ["a", "b"\nlang = "en"', 5, None, "lang", "a list ends with ]"),
    (A + "tags = [", 4, "a", "tags", "a list ends with ]"),
    ('[[feed]\nid = "a"\nurl = "https://a.org/"', 1, "a", None, "[[feed]] for a feed"),
    (A + 'id = "b"', 4, "a", "id", "remove one of the two"),
    (A + "interval =", 4, "a", "interval", 'write a value: interval = "…"'),
    (A + 'lang = "en",', 4, "a", "lang", "a line does not end with a comma"),
    (A + 'auth = {\n  type = "bearer",\n  token = "env:X"\n}', 4, "a", "auth", "such as [feed.auth]"),
    (A + 'headers = { "X-A" = "1",\n  "X-B" = "2" }', 4, "a", "headers", "write { … } on one line"),
    (A + "this is my desk", 4, "a", "this", "or begin a comment with #"),
    ('{"feeds": [{"id": "a"}]}', 1, None, None, "the file is TOML, not JSON"),
    ("feeds:", 1, None, "feeds", 'write key = value, for example feeds = "…"'),
    ('[http]\ncontact = "a@b.org"\n[http]', 3, None, None, "Cannot declare [http] twice; remove one"),
    # further values
    ('[[feed]]\nid = "a"\nurl = "https://a.org/ https://b.org/"', 3, "a", "url", "write one URL, with %20"),
    ('[[feed]]\nid = "a"\nurl = " https://a.org/"', 3, "a", "url", "write the URL without it"),
    ('[[feed]]\nid = "a"\nurl = ["https://a.org/"]', 3, "a", "url", "write one URL, in quotes"),
    ('[[feed]]\nid = "a\\nb"\nurl = "https://a.org/"', 2, "a\nb", "id", "use letters, digits"),
    ('[[feed]]\nid = "a"\nurl = "https://a.org:99999/"', 3, "a", "url", "Port out of range"),
    ("[[feed]]\nid = 5\nurl = 'https://a.org/'", 2, "number 1", "id", "use letters, digits"),
    ('[defaults]\nurl = "https://a.org/"', 2, None, "url", "it belongs in [[feed]]"),
    ('[host."a.org:8080"]\ndelay = "1s"', 1, None, None, 'as in [host."example.org"]'),
    ('[host."*"]\nretry_after_scope = "site"', 2, None, "retry_after_scope", 'is not "host" or "feed"'),
    (A + 'headers = ["X: y"]', 4, "a", "headers", 'write { "X-Client" = "…" }'),
    (A + 'quiet_alert = "never"', 4, "a", "quiet_alert", 'or "auto" or "off"'),
    (A + 'extract_kinds = "fulltext"', 4, "a", "extract_kinds", 'write ["…", "…"]'),
    (A + 'auth = { type = "bearer", token = "$hunter2" }', 4, "a", "auth", 'write "env:NAME"'),
    (A + "first_poll = 2026-01-01", 4, "a", "first_poll", 'include a unit, for example "15m"'),
    ('[stories]\nwindow = "7"', 2, None, "window", 'write for example "7s"'),
]  # fmt: skip


def read(folder, text):
    (folder / "feeds.toml").write_text(text + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(folder / "feeds.toml")
    return caught.value.problems


@pytest.mark.parametrize("case", BROKEN, ids=[repr(case[0].removeprefix(A)) for case in BROKEN])
def test_each_mistake_has_its_line_and_its_remedy(tmp_path, case):
    """One explanation, and no further ones that follow from it."""
    text, line, feed, key, words = case
    problems = read(tmp_path, text)
    found = [(one.line, one.feed, one.key) for one in problems]
    assert found == [(line, feed, key)], problems
    assert words in str(problems[0])
    assert "hunter2" not in str(problems[0])
    assert "\n" not in str(problems[0])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[stories]\nwindow = "7"', '[stories] window: "7" has no unit'),
        ("[defaults]\ninterval = 15", "[defaults] interval: 15 is not a duration"),
        ('[alerts]\nwebhok = "env:X"', '[alerts] unknown key "webhok"'),
        ('[host."a.org"]\ndelay = 1', '[host."a.org"] delay: 1 is not a duration'),
        ("[kind.fulltext]\nconcurrency = 0", "[kind.fulltext] concurrency: "),
    ],
)
def test_a_key_outside_of_feeds_is_named_with_its_table(tmp_path, text, said):
    [problem] = read(tmp_path, text)
    assert str(problem).startswith(f"feeds.toml:2: {said}")


def test_ten_mistakes_in_one_file_are_ten_explanations(tmp_path):
    """Also those after a line that is not TOML."""
    text = """[defaults]
interval = 15
[http]
contact = me
global_rate = "50"
[[feed]]
id = "a"
url = "a.example.org"
enabled = True
[[feed]]
id = "b"
urll = "https://b.example.org/"
[[feed]
id = "c"
url = "https://c.example.org/"
include = ["\\d"]
[[feed]]
id = "a"
url = "https://d.example.org/"
lang = 5
"""
    problems = read(tmp_path, text)
    assert [one.line for one in problems] == [2, 4, 5, 8, 9, 10, 12, 13, 16, 18, 20]
    assert all(re.search(r"write|did you mean|add |give|include a unit", str(one)) for one in problems)


@pytest.mark.parametrize(
    "text", ["", "[" * 3_000, "=", "\x00", "[[feed]]\n" * 30 + "x\n" * 50, "'''\n" * 5, "a.b.c"]
)
def test_no_text_is_too_odd_to_be_explained(tmp_path, text):
    (tmp_path / "feeds.toml").write_text(text, encoding="utf-8")
    reading = read_files(tmp_path / "feeds.toml")
    assert (reading.config is None) == bool(text)
    assert len(reading.faults) <= 90


def feeds(count, extra=""):
    return "".join(
        f'[[feed]]\nid = "f{n}"\nurl = "https://one.example.org/{n}"\n{extra}' for n in range(count)
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (feeds(5_000), ["5,000 feeds on one host (one.example.org) take 10,000 s a round, but are wanted"]),
        (feeds(450), []),  # 450 x 2 s are 900 s
        (feeds(451), ["451 feeds on one host (one.example.org) take 902 s a round"]),
        (feeds(451, "enabled = false\n"), []),
        (feeds(900) + '[host."one.example.org"]\nconcurrency = 2\n', []),
        (feeds(60, 'interval = "1s"\n') + '[host."*"]\ndelay = "0s"\n', ["60 feeds ask for 60.0 polls/s"]),
    ],
    ids=["5000", "450", "451", "disabled", "two at a time", "global rate"],
)  # fmt: skip
def test_a_round_that_cannot_be_kept_is_noted(tmp_path, text, words):
    (tmp_path / "feeds.toml").write_text(text, encoding="utf-8")
    notes = [note for note in load_config(tmp_path / "feeds.toml").notes if "min_interval" not in note]
    assert len(notes) == len(words)
    assert all(one in note for one, note in zip(words, notes, strict=True))


INLINE = (
    'headers = { "Cookie" = "x", "bad name" = "y", "X-A" = 3, "X-B" = " é", "X-C" = "a ", "x-c" = "b" }\n'
)
TABLE = '[feed.headers]\n"User-Agent" = "x"\nX-Good = "a"\n"Accept" = "y"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            A + INLINE,
            [
                (4, '"Cookie" cannot be set: no cookies are sent; remove it'),
                (4, '"bad name" is not a header name; write'),
                (4, 'the value of "X-A" is not text; write it in quotes'),
                (4, 'the value of "X-B" is not plain ASCII'),
                (4, 'the value of "X-C" begins or ends with a space; remove it'),
                (4, '"x-c" is set already, as "X-C"; remove one'),
            ],
        ),
        (
            A + TABLE,
            [(5, '"User-Agent" cannot be set: set contact'), (7, '"Accept" cannot be set: the poller')],
        ),
        (
            A + 'auth = { type = "basic", user = "u:b", passwrd = "x", realm = "y", password = "hunter2" }\n',
            [
                (4, 'unknown key "passwrd" for type "basic", did you mean'),
                (4, 'unknown key "realm" for type "basic"; known: type, user, password'),
                (4, "user must not contain a colon"),
                (4, "password: secrets are not written here; write"),
            ],
        ),
        (A + 'include = ["(", "good", "["]\n', [(4, '"(" is not a regular'), (4, '"[" is not a regular')]),
        (
            '[alerts]\nmail_to = ["a b", "c"]\nsmtp = "m:25"\n',
            [(2, '"a b" is not a mail'), (2, '"c" is not a')],
        ),
    ],
    ids=["headers", "table of headers", "auth", "include", "mail"],
)
def test_of_a_list_or_table_each_wrong_part_is_told_with_its_line(tmp_path, text, told):
    """Not only the first, which would take one run of the command for each."""
    problems = read(tmp_path, text)
    assert [one.line for one in problems] == [line for line, _ in told], problems
    assert all(words in str(one) for one, (_, words) in zip(problems, told, strict=True)), problems
    assert not any("hunter2" in str(one) for one in problems)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('name = "cms"\nurl = "env:X"\neventz = []', 'push "cms": unknown key "eventz"'),
        ('name = "cms"\nurl = "env:X"\nevents = []', 'push "cms": events is empty'),
        ('name = "cms"\nurl = "env:X"\ntags = ["a b"]', 'push "cms": tags: "a b" is not a tag'),
        ('name = "cms"', 'push "cms": missing url'),
        ('url = "env:X"', 'push "number 1": missing name'),
        ('name = "a b"\nurl = "env:X"', 'push "a b": name: "a b" is not an id'),
    ],
)
def test_a_problem_of_push_names_its_receiver(tmp_path, table, words):
    [problem] = read(tmp_path, f"[[push]]\n{table}\n")
    assert words in str(problem)
    assert problem.receiver
    assert problem.feed is None


def test_a_missing_secret_of_push_names_its_receiver_and_itself_once(tmp_path):
    (tmp_path / "feeds.toml").write_text(P.replace("env:X", "env:BROKEN_NO_SUCH"), encoding="utf-8")
    [missing] = read_files(tmp_path / "feeds.toml").missing
    assert str(missing).startswith(
        'feeds.toml:3: push "cms": url: the secret "env:BROKEN_NO_SUCH" is not there'
    )
    assert str(missing).count("BROKEN_NO_SUCH") == 1


@pytest.mark.parametrize(
    "written",
    [
        'auth = { type = "basic", usr = "x", password = "env:BROKEN_NO_SUCH" }',
        'auth = { type = "bearer", password = "env:BROKEN_NO_SUCH" }',
        'headers = { "Cookie" = "x", "X-Key" = "env:BROKEN_NO_SUCH" }',
    ],
)
def test_a_missing_secret_is_told_at_once_with_other_faults_of_its_table(tmp_path, written):
    (tmp_path / "feeds.toml").write_text(f"{A}{written}\n", encoding="utf-8")
    found = read_files(tmp_path / "feeds.toml")
    assert found.faults
    [missing] = found.missing
    assert 'the secret "env:BROKEN_NO_SUCH" is not there' in str(missing)
    assert missing.line == found.faults[0].line


@pytest.mark.parametrize("name", ["feed", "push"])
@pytest.mark.parametrize("single", [(1,), (2,), (1, 2), (1, 2, 3)])
def test_a_list_table_in_single_brackets_is_told_once_for_each_and_the_rest_is_read(tmp_path, name, single):
    """TOML finds the fault of the first one only where the next table begins."""
    tables = [f"[{name}]" if number in single else f"[[{name}]]" for number in (1, 2, 3)]
    texts = (
        f'{head}\nname = "n{at}"\nurl = "env:X{at}"\n'
        if name == "push"
        else f'{head}\nid = "n{at}"\nurl = "https://n{at}.example/"\n'
        for at, head in enumerate(tables)
    )
    (tmp_path / "feeds.toml").write_text("".join(texts), encoding="utf-8")
    faults = read_files(tmp_path / "feeds.toml").faults
    assert sorted(fault.line for fault in faults) == [3 * number - 2 for number in single]
    assert all(f"write [[{name}]] with two brackets" in fault.message for fault in faults)


def test_faults_behind_a_list_table_in_single_brackets_are_those_of_their_own_feed(tmp_path):
    text = '[[feed]]\nid = "a"\nurl = "https://a.example/"\n[feed]\nname = "b"\nurl = "https://b.example/"\n'
    (tmp_path / "feeds.toml").write_text(f'{text}[[feed]]\nid = "c"\nurl = "https://c.example/"\n', "utf-8")
    found = [(fault.line, fault.feed) for fault in read_files(tmp_path / "feeds.toml").faults]
    assert found == [(4, None), (5, "number 2")]
