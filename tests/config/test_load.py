"""The config file: what it may say, and how a fault in it is told."""

import re
from dataclasses import fields

import pytest

from worker.config import config_digest, feed_from_json, feed_to_json, load_config
from worker.errors import ConfigError
from worker.records import AlertRules, Auth, FeedConfig, HostRule, PushRule

FULL = r"""
[defaults]
interval = "20m"
min_interval = "4m"
max_interval = "12h"
adaptive = false
timeout = "20s"
max_body = "2MiB"
extract = "new+updated"
extract_copies = true
first_poll = "2d"
keep = "forever"
quiet_alert = "36h"
recheck = "48h"
moved_after = "2d"
moved_hits = 4
dead_after = "7d"
lang = "ko"
[http]
contact = "https://desk.example.org/bot"
allow_private = ["10.0.0.0/8", "bridge.local", "Bridge.local:3000", "[::1]:80", "::1", "192.168.1.7:8080"]
global_rate = "10/m"
[host."*"]
concurrency = 2
delay = "1s"
[host."Slow.Example.org"]
delay = "10s"
retry_after_scope = "feed"
[stories]
window = "3d"
[alerts]
webhook = "env:WEBHOOK"
[[feed]]
id = "wire"
url = "https://wire.example.org/rss?b=2&a=%20x+y&&q=;k:v,w&empty="
tags = ["wire", "kr"]
lang = "en"
timezone = "Asia/Seoul"
agency = "Yonhap"
interval = "5m"
keep = "30d"
[[feed]]
id = "paid"
url = "https://feeds.example.net/desk.atom"
auth = { type = "basic", user = "desk", password = "env:DESK_PASSWORD" }
headers = { "X-Client" = "newsdesk", "X-Key" = "file:/run/secrets/key" }
include = ["(?i)league"]
exclude = ['^Live\b']
enabled = false
"""


def write(folder, text, **more):
    path = folder / "feeds.toml"
    path.write_text(text, encoding="utf-8")
    for name, content in more.items():
        (folder / "feeds.d").mkdir(exist_ok=True)
        (folder / "feeds.d" / f"{name}.toml").write_text(content, encoding="utf-8")
    return path


def faults(folder, text, **more):
    with pytest.raises(ConfigError) as caught:
        load_config(write(folder, text, **more))
    return [str(problem) for problem in caught.value.problems]


def feed(extra="", name="a"):
    return f'[[feed]]\nid = "{name}"\nurl = "https://{name}.example.org/"\n{extra}\n'


def test_every_key_reaches_its_field(tmp_path):
    catalog = load_config(write(tmp_path, FULL))
    wire, paid = catalog.feeds
    assert (catalog.contact, catalog.window_s, catalog.alerts.webhook) == (
        "https://desk.example.org/bot",
        3 * 86_400,
        "env:WEBHOOK",
    )
    assert catalog.global_rate_per_s == pytest.approx(10 / 60)
    assert catalog.allow_private[1:3] == ("bridge.local", "bridge.local:3000")
    assert wire == FeedConfig(
        id="wire",
        url="https://wire.example.org/rss?b=2&a=%20x+y&&q=;k:v,w&empty=",
        tags=("wire", "kr"),
        lang="en",
        timezone="Asia/Seoul",
        agency="Yonhap",
        interval_s=300,
        min_interval_s=240,
        max_interval_s=43_200,
        adaptive=False,
        timeout_s=20,
        max_body_bytes=2 * 1024 * 1024,
        extract="new+updated",
        extract_copies=True,
        first_poll_s=2 * 86_400,
        keep_s=30 * 86_400,
        quiet_alert=129_600,
        recheck_s=172_800,
        moved_after_s=172_800,
        moved_hits=4,
        dead_after_s=7 * 86_400,
    )
    assert (paid.keep_s, paid.lang, paid.enabled) == (None, "ko", False)
    assert paid.auth == Auth("basic", user="desk", password="env:DESK_PASSWORD")
    assert paid.headers == (("X-Client", "newsdesk"), ("X-Key", "file:/run/secrets/key"))
    assert (paid.include, paid.exclude) == (("(?i)league",), (r"^Live\b",))


def test_a_webhook_without_a_key_is_said_not_to_be_signed(tmp_path):
    assert "webhook is not signed" in load_config(write(tmp_path, FULL)).notes[0]
    signed = FULL.replace('"env:WEBHOOK"', '"env:WEBHOOK"\nwebhook_secret = "env:KEY"')
    assert load_config(write(tmp_path, signed)).notes == ()


def test_every_key_of_the_alerts_reaches_its_field(tmp_path):
    text = """[alerts]
webhook = "env:HOOK"
webhook_secret = "file:/run/key"
form = "slack"
smtp = "mail.example.org:25"
smtp_tls = "tls"
smtp_user = "wire"
smtp_password = "env:MAIL"
mail_to = ["a@example.org", "b@example.org"]
mail_from = "wire@example.org"
kinds = ["feed", "job.dead"]
group = "1m"
pause = "1h"
quiet_hours = "22:30-7:05"
timezone = "Asia/Seoul"
"""
    assert load_config(write(tmp_path, text)).alerts == AlertRules(
        webhook="env:HOOK",
        webhook_secret="file:/run/key",
        form="slack",
        mail_to=("a@example.org", "b@example.org"),
        mail_from="wire@example.org",
        smtp="mail.example.org:25",
        smtp_tls="tls",
        smtp_user="wire",
        smtp_password="env:MAIL",
        kinds=("feed", "job.dead"),
        group_s=60,
        pause_s=3600,
        quiet_hours=(22 * 60 + 30, 7 * 60 + 5),
        timezone="Asia/Seoul",
    )


def test_every_key_of_push_reaches_its_field(tmp_path):
    text = """[[push]]
name = "cms"
url = "env:CMS"
secrets = ["env:NEW", "file:/run/old"]
events = ["story.new", "article.new"]
tags = ["wire"]
agencies = ["Yonhap News Agency"]
form = "slack"
[[push]]
name = "chat"
url = "file:/run/chat"
"""
    config = load_config(write(tmp_path, text))
    assert config.push == (
        PushRule(
            "cms", "env:CMS", ("env:NEW", "file:/run/old"), ("story.new", "article.new"), ("wire",),
            ("Yonhap News Agency",), "slack",
        ),
        PushRule("chat", "file:/run/chat"),
    )  # fmt: skip
    assert config.notes == ('push "chat" is not signed: add secrets, which `wireroom alerts secret` makes',)


def test_a_host_inherits_from_the_star_what_it_does_not_say(tmp_path):
    catalog = load_config(write(tmp_path, FULL))
    assert catalog.host_rule("any.example.org") == HostRule("*", 2, 1.0, "host")
    assert catalog.host_rule("slow.example.org") == HostRule("slow.example.org", 2, 10.0, "feed")


def test_an_empty_file_is_a_valid_config_without_feeds(tmp_path):
    catalog = load_config(write(tmp_path, ""))
    assert (catalog.feeds, catalog.hosts, catalog.notes) == ((), (HostRule(),), ())


def test_what_is_not_said_is_standard(tmp_path):
    built = load_config(write(tmp_path, feed())).feeds[0]
    standard = FeedConfig(id="a", url="https://a.example.org/")
    assert {f.name: getattr(built, f.name) for f in fields(built)} == {
        f.name: getattr(standard, f.name) for f in fields(standard)
    }


def test_files_of_the_folder_are_merged_by_name(tmp_path):
    path = write(
        tmp_path, feed(name="m"), b=feed(name="b"), a=feed(name="a") + '[host."x.org"]\ndelay = "9s"'
    )
    catalog = load_config(path)
    assert [each.id for each in catalog.feeds] == ["m", "a", "b"]
    assert catalog.host_rule("x.org").delay_s == 9


def test_what_an_editor_leaves_in_the_folder_is_not_read(tmp_path):
    path = write(tmp_path, feed(), b=feed(name="b"))
    (tmp_path / "feeds.d" / ".#b.toml").symlink_to("nobody@nowhere")
    (tmp_path / "feeds.d" / "b.toml~").write_text("[")
    assert [each.id for each in load_config(path).feeds] == ["a", "b"]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path):
    path = tmp_path / "feeds.toml"
    path.write_bytes(b"\xef\xbb\xbf" + feed().replace("\n", "\r\n").encode())
    assert load_config(path).feeds[0].id == "a"


def test_the_digest_follows_every_file(tmp_path):
    path = write(tmp_path, feed())
    first = config_digest(path)
    assert load_config(path).digest == first
    write(tmp_path, feed(), more=feed(name="b"))
    assert config_digest(path) != first


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(ConfigError, match="`wireroom init` writes one, or set WIREROOM_CONFIG"):
        load_config(tmp_path / "feeds.toml")
    with pytest.raises(ConfigError, match="cannot read"):
        load_config(tmp_path)


ONE_FAULT = {
    "an unknown key": (feed('urll = "x"'), '4: feed "a": unknown key "urll", did you mean "url"?'),
    "a key of another table": (
        feed('contact = ""'),
        '4: feed "a": unknown key "contact"; it belongs in [http]',
    ),
    "a key outside tables": ('interval = "5m"', '1: unknown key "interval"; it belongs in [defaults]'),
    "an unknown table": ("[htpp]\n", '1: unknown table "htpp", did you mean "http"?'),
    "one bracket": ('[feed]\nid = "a"', '1: feed "a": each feed is a separate table: write [[feed]]'),
    "a feed that is no table": ("feed = [1]", "1: each feed is a separate table"),
    "a table that is none": ("http = 3", "1: http is a table: write [http]"),
    "a host without quotes": (
        '[host.example.org]\ndelay = "2s"',
        '1: write the whole name in quotes: [host."example.org"]',
    ),
    "a host that is none": ('[host."a b"]\ndelay = "2s"', '1: "a b" is not a host name'),
    "no id": ('[[feed]]\nurl = "https://x.org/"', '1: feed "number 1": missing id'),
    "no url": ('[[feed]]\nid = "a"', '1: feed "a": missing url'),
    "an id with a space": (
        '[[feed]]\nid = "a b"\nurl = "https://b.org/"',
        '2: feed "a b": id: "a b" is not an id',
    ),
    "the id twice": (
        feed() + '[[feed]]\nid = "a"\nurl = "https://b.org/"',
        '6: feed "a": duplicate id, first used in feeds.toml:2',
    ),
    "the url twice, in two spellings": (
        feed() + '[[feed]]\nid = "b"\nurl = "HTTPS://A.example.org:443"',
        '7: feed "b": the url is already used by feed "a" in feeds.toml:3',
    ),
    "bounds that cross": (
        '[defaults]\nmin_interval = "2h"\nmax_interval = "1h"',
        "2: [defaults]: min_interval is longer than max_interval",
    ),
    "a feed's bounds that cross": (
        '[defaults]\nmax_interval = "1h"\n' + feed('min_interval = "2h"'),
        '6: feed "a": min_interval is longer than max_interval',
    ),
    "no TOML": ("[http\n", "1: not valid TOML"),
    "no TOML at the end": ('[http]\ncontact = "', "2: not valid TOML"),
    "a key twice": ('[http]\ncontact = ""\ncontact = ""', "3: not valid TOML"),
}


@pytest.mark.parametrize(("text", "due"), ONE_FAULT.values(), ids=ONE_FAULT)
def test_a_fault_is_told_with_its_place(tmp_path, text, due):
    assert faults(tmp_path, text)[0].startswith(f"feeds.toml:{due}")


BAD_VALUES = [
    ('interval = "15 minutes"', "is not a duration"),
    ("interval = 900", "include a unit"),
    ('interval = "0s"', "too short"),
    ('interval = "40d"', "too long"),
    (f'interval = "{"9" * 400}s"', "too long"),
    ('timeout = "2h"', "too long"),
    ('max_body = "10"', "is not a size"),
    ('max_body = "10XB"', "is not a size"),
    ('max_body = "2GiB"', "not between 1KiB and 1GiB"),
    ('adaptive = "yes"', "neither true nor false"),
    ("moved_hits = 0", "not a whole number from 1"),
    ("moved_hits = true", "not a whole number from 1"),
    ('extract = "news"', 'did you mean "new"?'),
    ('keep = "for ever"', 'or "forever"'),
    ('quiet_alert = "on"', 'or "auto" or "off"'),
    ('lang = "english"', "is not a language tag"),
    ('timezone = "Asia/Soul"', 'did you mean "Asia/Seoul"?'),
    ('timezone = "../etc/passwd"', "is not a time zone"),
    ("timezone = 9", "is not a time zone"),
    ('tags = "wire"', "is not a list"),
    ('tags = ["a b"]', "is not a tag"),
    ("agency = 1", "is not text"),
    ('include = ["(a"]', "is not a regular expression"),
    (f'include = ["{"a" * 501}"]', "is not a regular expression of 1 to 500"),
    ('auth = "desk:pass"', "write { type"),
    ('auth = { type = "digest" }', 'not "basic" or "bearer"'),
    ('auth = { type = "basic", user = "u" }', "needs password"),
    ('auth = { type = "bearer", tokn = "env:X" }', 'did you mean "token"?'),
    ('auth = { type = "basic", user = "a:b", password = "env:X" }', "not contain a colon"),
    ('headers = { Cookie = "a" }', "no cookies are sent"),
    ('headers = { HOST = "a" }', "follows from the URL"),
    ('headers = { User-Agent = "a" }', "set contact in [http]"),
    ('headers = { If-None-Match = "a" }', "the poller sets it itself"),
    ('headers = { Authorization = "Basic x" }', "write auth"),
    ('headers = { "X Y" = "a" }', "is not a header name"),
    (r'headers = { X-A = "a\r\nHost: b" }', "without control characters"),
    ('headers = { X-A = "é" }', "not plain ASCII"),
    ('headers = { X-A = "a", x-a = "b" }', "is set already, as"),
]


@pytest.mark.parametrize(("line", "due"), BAD_VALUES, ids=[row[0][:40] for row in BAD_VALUES])
def test_a_bad_value_is_told_with_its_line_and_feed(tmp_path, line, due):
    told = faults(tmp_path, feed(line))
    assert len(told) == 1
    assert told[0].startswith('feeds.toml:4: feed "a": ')
    assert due in told[0]


BAD_URLS = [
    "ftp://example.org/",
    "file:///etc/passwd",
    "example.org/feed",
    "https:///feed",
    "https://example.org:99999/",
    "https://exa mple.org/",
    "http://[::1/",
    "",
    "https://example.org/" + "a" * 2_048,
]


@pytest.mark.parametrize("url", BAD_URLS, ids=[url[:30] for url in BAD_URLS])
def test_a_url_must_be_absolute_http_with_a_host(tmp_path, url):
    told = faults(tmp_path, f'[[feed]]\nid = "a"\nurl = "{url}"')
    assert len(told) == 1
    assert told[0].startswith('feeds.toml:3: feed "a": url: ')


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://[::1]:8080/x", "http://localhost/", "http://169.254.169.254/"]
)
def test_a_private_address_is_no_config_fault(tmp_path, url):
    """Whether it is asked is decided when it is connected to."""
    assert load_config(write(tmp_path, f'[[feed]]\nid = "a"\nurl = "{url}"')).feeds[0].url == url


HTTP_FAULTS = [
    ('allow_private = ["10.0.0.0/99"]', "is not a CIDR, host or host:port"),
    ('allow_private = ["host:99999"]', "is not a CIDR"),
    ('allow_private = "127.0.0.1"', "is not a list"),
    ('global_rate = "50"', "is not a rate"),
    ('global_rate = "0/s"', "is not a rate"),
    ('contact = "call"', "is neither a URL nor a mail address"),
    ('contact = "https://x.org/ (a)"', "is neither a URL nor a mail address"),
]


@pytest.mark.parametrize(("line", "due"), HTTP_FAULTS, ids=[row[0] for row in HTTP_FAULTS])
def test_the_http_table_is_checked(tmp_path, line, due):
    told = faults(tmp_path, f"[http]\n{line}")
    assert len(told) == 1
    assert told[0].startswith("feeds.toml:2: ")
    assert due in told[0]


SECRETS = [
    'auth = { type = "basic", user = "u", password = "hunter2" }',
    'auth = { type = "bearer", token = "hunter2" }',
    '[alerts]\nwebhook = "https://hooks.example.org/hunter2"',
]


@pytest.mark.parametrize("line", SECRETS)
def test_a_literal_secret_is_refused_without_being_shown(tmp_path, line):
    told = faults(tmp_path, feed(line))
    assert "hunter2" not in " ".join(told)
    assert 'write "env:NAME" or "file:PATH"' in told[0]


def test_a_url_with_a_password_is_refused_without_being_shown(tmp_path):
    told = faults(tmp_path, '[[feed]]\nid = "a"\nurl = "https://desk:hunter2@example.org/"')
    assert "hunter2" not in told[0]
    assert "write auth" in told[0]


def test_all_faults_of_all_files_are_told_at_once_in_order(tmp_path):
    told = faults(
        tmp_path,
        '[defaults]\nintervall = "5m"\n' + feed('lang = "?"'),
        a="[[feed]\n",
        b=feed('tags = "x"'),
    )
    places = [re.match(r"([\w./]+:\d+):", line)[1] for line in told]
    assert sorted(places) == sorted(
        [
            "feeds.toml:2",
            "feeds.toml:6",
            "feeds.d/a.toml:1",
            "feeds.d/b.toml:4",
            "feeds.d/b.toml:2",
            "feeds.d/b.toml:3",
        ]
    )
    assert [place for place in places if place.startswith("feeds.toml")] == ["feeds.toml:2", "feeds.toml:6"]


def test_no_key_is_set_in_two_files(tmp_path):
    told = faults(tmp_path, '[http]\ncontact = ""\n', extra='[http]\ncontact = ""\nglobal_rate = "1/s"')
    assert told == ['feeds.d/extra.toml:2: "contact" is already set in feeds.toml:2']


def test_one_bound_alone_moves_the_standard_other(tmp_path):
    low = load_config(write(tmp_path, feed('max_interval = "1m"\ninterval = "30s"'))).feeds[0]
    assert (low.min_interval_s, low.max_interval_s) == (60, 60)


def test_an_interval_beyond_the_ceiling_or_under_the_floor_is_kept(tmp_path):
    catalog = load_config(write(tmp_path, feed('interval = "2d"') + feed('interval = "1m"', name="b")))
    assert [each.interval_s for each in catalog.feeds] == [172_800, 60]
    assert catalog.notes == ("interval is shorter than min_interval and is used as the minimum: b",)


def test_bytes_that_are_no_utf8_are_told_with_their_line(tmp_path):
    path = tmp_path / "feeds.toml"
    path.write_bytes(b"[http]\n# caf\xe9\n")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value.problems[0]) == "feeds.toml:2: not UTF-8 text; save it as UTF-8"
    for codec in ("utf-16", "utf-16-le"):
        path.write_bytes("[http]\n".encode(codec))
        with pytest.raises(ConfigError, match=r"feeds\.toml:1: not UTF-8 text but UTF-16; save it as UTF-8"):
            load_config(path)


KINDS = ("credit", "facts", "fulltext", "words")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[defaults]\nextract_kinds = ["fultext"]\n',
            ':2: no extractor makes "fultext", did you mean "fulltext"?',
        ),
        (
            '[[feed]]\nid = "a"\nurl = "https://a.org/"\nextract_kinds = ["mood"]\n',
            'feed "a": no extractor makes "mood"; available: credit, facts, fulltext, words',
        ),
        ("[kind.fact]\nconcurrency = 1\n", ':1: no extractor makes "fact", did you mean "facts"?'),
        ("[kind.facts]\nconcurrency = 0\n", ":2: [kind.facts] concurrency: "),
        ("[kind]\nfacts = 1\n", "[kind.facts] on a line of its own"),
        ("[defaults]\nextract_kinds = []\n", 'write extract = "off"'),
        ('[defaults]\nextract_kinds = "facts"\n', "is not a list"),
        ('[defaults]\nextract_kinds = ["a b"]\n', "is not a kind"),
    ],
)
def test_kinds_that_cannot_be_are_told_with_the_nearest(tmp_path, text, said):
    path = tmp_path / "feeds.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path, lambda: KINDS)
    assert len(caught.value.problems) == 1
    assert said in str(caught.value)


def test_kinds_are_chosen_for_all_feeds_and_for_one(tmp_path):
    path = tmp_path / "feeds.toml"
    path.write_text(
        '[defaults]\nextract_kinds = ["fulltext", "credit"]\n[kind.words]\nconcurrency = 3\n'
        '[[feed]]\nid = "a"\nurl = "https://a.org/"\n'
        '[[feed]]\nid = "b"\nurl = "https://b.org/"\nextract_kinds = ["words"]\n'
    )
    catalog = load_config(path, lambda: KINDS)
    assert [feed.extract_kinds for feed in catalog.feeds] == [("fulltext", "credit"), ("words",)]
    assert (catalog.kind_limit("words"), catalog.kind_limit("facts")) == (3, None)
    assert [feed_from_json(feed_to_json(feed)) for feed in catalog.feeds] == list(catalog.feeds)


def test_where_a_plug_in_was_refused_its_kind_may_still_be_named(tmp_path):
    """A broken package must not cost the whole config."""
    (tmp_path / "feeds.toml").write_text("[kind.words]\nconcurrency = 2\n")
    assert load_config(tmp_path / "feeds.toml", lambda: None).kind_limit("words") == 2


def test_nobody_is_asked_for_kinds_when_the_config_names_none(tmp_path):
    def never():
        raise AssertionError

    (tmp_path / "feeds.toml").write_text('[[feed]]\nid = "a"\nurl = "https://a.org/"\n')
    assert load_config(tmp_path / "feeds.toml", never).feeds[0].extract_kinds is None


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("", 'id = "b"\n', ('feed "b"', 'feed "number 1"')),
        ('id = "a b"\n', 'id = "b"\n', ('feed "b"', 'feed "a b"')),
        ('id = "a"\n', "", ('feed "number 2"', 'feed "a"')),
        ("id = 7\n", 'id = ""\n', ('feed "number 2"', 'feed "number 1"')),
    ],
)
def test_a_feed_without_a_valid_id_has_one_name_in_all_problems(tmp_path, first, second, told):
    url = 'url = "https://b.org/"\n'
    found = faults(tmp_path, f"[[feed]]\n{first}{url}[[feed]]\n{second}{url}")
    [twin] = [fault for fault in found if "already used" in fault]
    assert f"{told[0]}: the url is already used by {told[1]} in feeds.toml:" in twin


def test_an_agency_that_a_receiver_selects_by_and_nothing_is_called_is_noted(tmp_path):
    push = '[[push]]\nname = "cms"\nurl = "env:HOOK"\nsecrets = ["env:KEY"]\nagencies = [{}]\n'
    names = '"Reuters", "velmpres", "Velmpress", "Reuterz"'
    catalog = load_config(write(tmp_path, push.format(names) + feed('agency = "Velmpress"')))
    found = [note for note in catalog.notes if "no agency is called" in note]
    assert [("velmpres" in note, "did you mean" in note) for note in found] == [(True, True), (False, True)]
