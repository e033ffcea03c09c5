"""`wireroom opml` takes feeds over into the config file, which otherwise stays as it is, and writes them."""

import pytest
from click.testing import CliRunner

from worker.cli.opml import opml
from worker.config import load_config
from worker.config.feed_list import read_feed_list
from worker.errors import ParseError

CONFIG = """# our feeds
[defaults]
interval = "10m"   # not too often

[[feed]]
id = "my-quay"  # the old one
url = "https://quay.example/atom"
tags = ["ports"]
"""
OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Mine</title></head><body>
<outline text="Sea Ports" title="Sea Ports">
 <outline type="rss" text="Pier Gazette" xmlUrl="https://pier.example/feed.xml" htmlUrl="https://pier.example/"/>
 <outline text="North">
  <outline text="Fjord" XMLURL="https://fjord.example/rss" category="/Fish,Ice" language="no"/>
 </outline>
</outline>
<outline text="Letters" xmlUrl="newsletter:a@b"/>
<outline type="link" text="Quay" xmlUrl="https://QUAY.example:443/atom"/>
<outline type="link" text="A bookmark" url="https://bookmark.example/"/>
</body></opml>
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the command in a directory of its own; returns the result."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREROOM_CONFIG", str(tmp_path / "feeds.toml"))
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "home"))

    def run(*args, given=None):
        return CliRunner().invoke(opml, args, input=given)

    return run


def test_new_feeds_are_appended_and_the_rest_of_the_file_stays(run, tmp_path):
    """Tags from folders and categories, readable ids; known and unusable addresses are named."""
    path = tmp_path / "feeds.toml"
    path.write_text(CONFIG)
    (tmp_path / "list.opml").write_text(OPML)
    done = run("import", "list.opml")
    assert done.exit_code == 0
    assert path.read_text().startswith(CONFIG)
    feeds = {feed.id: feed for feed in load_config(path).feeds}
    assert list(feeds) == ["my-quay", "pier", "fjord"]
    assert feeds["pier"].tags == ("sea-ports",)
    assert (feeds["fjord"].tags, feeds["fjord"].lang) == (("sea-ports", "north", "fish", "ice"), "no")
    assert "known   " not in done.output
    assert "skipped Letters" in done.output
    assert "skipped A bookmark: no xmlUrl, and no feeds in it" in done.output
    assert f"2 feeds added to {path}; 1 known, 2 skipped\n" in done.output
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_feeds_that_are_known_are_counted_and_listed_only_if_that_is_asked_for(run, tmp_path):
    (tmp_path / "feeds.toml").write_text(CONFIG)
    short, wide = (run("import", "-", "--dry-run", *more, given=OPML) for more in ((), ("--wide",)))
    assert "known   my-quay  https://QUAY.example:443/atom\n" in wide.output
    assert short.output == wide.output.replace("known   my-quay  https://QUAY.example:443/atom\n", "")
    assert "2 feeds would be added to" in short.output
    assert short.output.endswith("; 1 known, 2 skipped\n")


def test_a_second_import_changes_nothing(run, tmp_path):
    path = tmp_path / "feeds.toml"
    path.write_text(CONFIG)
    run("import", "-", given=OPML)
    once = path.read_bytes()
    assert "0 feeds added" in run("import", "-", given=OPML).output
    assert path.read_bytes() == once


def test_a_dry_run_and_a_missing_config_write_nothing(run, tmp_path):
    assert 'url = "https://pier.example/feed.xml"' in run("import", "-", given=OPML).output
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "feeds.toml").write_text(CONFIG)
    assert "2 feeds would be added" in run("import", "--dry-run", "-", given=OPML).output
    assert (tmp_path / "feeds.toml").read_text() == CONFIG


def test_a_config_with_errors_is_not_touched(run, tmp_path):
    (tmp_path / "feeds.toml").write_text(CONFIG + "[[fed]]\n")
    done = run("import", "-", given=OPML)
    assert done.exit_code == 1
    assert "nothing was changed" in done.output
    assert (tmp_path / "feeds.toml").read_text() == CONFIG + "[[fed]]\n"


def test_what_is_exported_can_be_imported_again(run, tmp_path):
    """Addresses, tags and languages."""
    path = tmp_path / "feeds.toml"
    path.write_text(CONFIG)
    run("import", "-", given=OPML)
    first = {feed.url: (feed.tags, feed.lang) for feed in load_config(path).feeds}
    listed = read_feed_list(run("export").output.encode())
    assert {feed.url: (feed.tags, feed.lang) for feed in listed.feeds} == first


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://a.example/1\nhttps://b.example/2\n", ["https://a.example/1", "https://b.example/2"]),
        ("# mine\n\nhttps://a.example/1  Port Times\r\nhttps://a.example/1\n", ["https://a.example/1"]),
        ("\ufeffhttps://a.example/1", ["https://a.example/1"]),
        ("", []),
        (
            "<opml><body><outline xmlUrl='https://a.example/1?a=1&amp;b=2'/></body></opml>",
            ["https://a.example/1?a=1&b=2"],
        ),
        (
            "<opml><body><outline type='rss' url='https://a.example/1'/></body></opml>",
            ["https://a.example/1"],
        ),
        (
            "<opml><body><outline text='A & B' xmlUrl='https://a.example/1'/></body></opml>",
            ["https://a.example/1"],
        ),
    ],
)
def test_lists_of_all_forms_are_read(text, urls):
    """Plain lists with comments and titles; OPML with unescaped characters and other attributes."""
    assert [feed.url for feed in read_feed_list(text.encode()).feeds] == urls


@pytest.mark.parametrize(
    "text", ["<rss version='2.0'/>", "<html><body>x</body></html>", "hello world", "{}", "<o:/>"]
)
def test_what_is_no_list_is_refused(text):
    with pytest.raises(ParseError):
        read_feed_list(text.encode())


def test_an_entity_is_not_resolved(tmp_path):
    """No file is read through a document type declaration."""
    (tmp_path / "secret").write_text("https://secret.example/")
    text = (
        f"<!DOCTYPE opml [<!ENTITY x SYSTEM 'file://{tmp_path}/secret'>]>"
        "<opml><body><outline text='&x;'>&x;</outline></body></opml>"
    )
    assert read_feed_list(text.encode()).feeds == ()


def test_ids_are_unique_and_without_accents(run, tmp_path):
    path = tmp_path / "feeds.toml"
    path.write_text("")
    lines = (
        "https://news.example/a Économie\nhttps://news.example/b Économie\nhttps://news.example/c Économie\n"
    )
    run("import", "-", given=lines)
    assert [feed.id for feed in load_config(path).feeds] == ["news", "news-economie", "news-economie-2"]


def test_a_bad_line_is_skipped_with_its_number_and_what_to_write(run, tmp_path):
    path = tmp_path / "feeds.toml"
    path.write_text("")
    lines = "# mine\nhttps://a.example/1\nb.example/feed.xml Port Times\n\nno url at all\n"
    lines += "me:pw7Zq1x@c.example:80/x\n"
    done = run("import", "-", given=lines)
    assert done.exit_code == 0
    assert [feed.url for feed in load_config(path).feeds] == ["https://a.example/1"]
    assert "skipped line 3: https:// is missing: write https://b.example/feed.xml\n" in done.output
    assert 'skipped line 5: "no url at all" is not a URL\n' in done.output
    assert "skipped line 6: https:// is missing: write https://c.example:80/x\n" in done.output
    assert "pw7Zq1x" not in done.output
    assert done.output.endswith("; 0 known, 3 skipped\n")


def test_a_list_without_any_url_is_refused_with_the_first_line(run):
    done = run("import", "-", given="# mine\na.example/1\nb.example/2\n")
    assert done.exit_code == 1
    assert (
        "neither OPML nor a list of URLs: line 2: https:// is missing: write https://a.example/1"
        in done.output
    )


@pytest.mark.parametrize(
    "given", ["", " \n", "# only a comment\n", '<opml version="2.0"><head/><body/></opml>']
)
def test_a_list_without_a_feed_is_refused_by_name(run, tmp_path, given):
    (tmp_path / "feeds.toml").write_text(CONFIG)
    (tmp_path / "list.txt").write_text(given)
    for done, name in (
        (run("import", "list.txt"), "list.txt"),
        (run("import", "-", given=given), "standard input"),
    ):
        assert done.exit_code == 1
        assert done.output == f"Error: {name} lists no feed: give an OPML document, or one URL a line\n"
    assert (tmp_path / "feeds.toml").read_text() == CONFIG


def test_disabled_feeds_are_marked_and_stay_disabled(run, tmp_path):
    path = tmp_path / "feeds.toml"
    path.write_text(CONFIG + "enabled = false\n[[feed]]\nid = 'x'\nurl = 'https://x.example/'\n")
    written = run("export").output
    assert written.count('isComment="true"') == 1
    path.write_text("")
    assert run("import", "-", given=written).exit_code == 0
    assert {feed.url: feed.enabled for feed in load_config(path).feeds} == {
        "https://quay.example/atom": False,
        "https://x.example/": True,
    }


def test_feeds_in_a_folder_that_is_commented_out_are_disabled():
    text = (
        "<opml><body><outline text='F' isComment='true'><outline text='a' xmlUrl='https://a.example/'/></outline>"
        "<outline text='b' isComment='false' xmlUrl='https://b.example/'/></body></opml>"
    )
    assert [feed.enabled for feed in read_feed_list(text.encode()).feeds] == [False, True]


# ---- damaged documents -----------------------------------------------------------------------------
BEGIN = """<opml version="1.0"><body>
<outline text="Ports">
<outline type="rss" text="Pier" xmlUrl="https://pier.example/feed.xml"/>
"""
LAST = '<outline type="rss" text="Fjord" xmlUrl="https://fjord.example/rss"'


@pytest.mark.parametrize(
    ("document", "line", "read"),
    [
        (BEGIN, 4, 1),
        (BEGIN + LAST[:20], 4, 1),
        (BEGIN + LAST[:-8], 4, 1),
        (BEGIN + LAST, 4, 2),
        (BEGIN + LAST + "/>\n", 5, 2),
        (BEGIN + LAST + "/></outline>", 4, 2),
        (BEGIN + LAST + "/></outline></body>\n", 5, 2),
        ("<opml><body>", 1, 0),
    ],
)
def test_a_list_that_ends_early_adds_what_was_read_and_exits_1(run, tmp_path, document, line, read):
    path = tmp_path / "feeds.toml"
    path.write_text(CONFIG)
    done = run("import", "-", given=document)
    assert done.exit_code == 1
    count = "1 feed" if read == 1 else f"{read} feeds"
    assert f"Error: standard input ends early, in line {line}, after {count}: import the" in done.output
    assert [feed.id for feed in load_config(path).feeds] == ["my-quay", "pier", "fjord"][: 1 + read]
    whole = run("import", "-", given=BEGIN + LAST + "/></outline></body></opml>")
    assert whole.exit_code == 0
    assert [feed.id for feed in load_config(path).feeds] == ["my-quay", "pier", "fjord"]


def test_other_faults_of_a_list_are_named_with_their_line(run, tmp_path):
    (tmp_path / "feeds.toml").write_text(CONFIG)
    done = run(
        "import", "--dry-run", "-", given=BEGIN + f'<outline text="a"b" {LAST[9:]}/></outline></body></opml>'
    )
    assert done.exit_code == 0
    assert "standard input is not well-formed, so feeds may be missing: line 4: " in done.output
    assert "skipped a: no xmlUrl" in done.output


@pytest.mark.parametrize("is_there", [False, True])
def test_stdout_is_a_valid_config_when_it_is_sent_into_the_file(run, tmp_path, is_there):
    """As `wireroom opml import list > feeds.toml` does, for which the shell creates an empty file first."""
    path = tmp_path / "feeds.toml"
    if is_there:
        path.touch()
    done = run("import", "-", given="https://a.example/feed\nhttps://a.example/feed\nhttps://b.example/f\n")
    assert done.exit_code == 0
    assert "new     a  https://a.example/feed" in done.stderr
    if not is_there:
        path.write_text(done.stdout)
    assert [feed.id for feed in load_config(path).feeds] == ["a", "b"]
    assert bool(done.stdout) is not is_there


@pytest.mark.parametrize(
    ("written", "title", "url"),
    [
        ("a=1&b=2", "AT&T", "https://c.example/?a=1&b=2"),
        ("a=1&copy=2&amp;c=3", "Caf&eacute; &amp; bar", "https://c.example/?a=1&copy=2&c=3"),
        ("a=1&#38;b=2", "&#233;", "https://c.example/?a=1&b=2"),
        ("a=1&&b=2&", "&unknown;", "https://c.example/?a=1&&b=2&"),
    ],
)
def test_an_ampersand_in_an_address_is_kept_however_it_is_written(written, title, url):
    document = f'<opml><body><outline text="{title}" xmlUrl="https://c.example/?{written}"/></body></opml>'
    listed = read_feed_list(document.encode())
    assert [feed.url for feed in listed.feeds] == [url]
    wanted = {"Caf&eacute; &amp; bar": "Café & bar", "&#233;": "é"}.get(title, title)
    assert listed.feeds[0].title == wanted
    assert (listed.damage, listed.cut_at) == (None, None)


@pytest.mark.parametrize("end", ["</opml>\n<!-- exported -->\n", "</opml>\n\n", "</opml>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_whole_list_is_not_said_to_end_early(end, encoding):
    listed = read_feed_list((BEGIN + LAST + "/></outline></body>" + end).encode(encoding))
    assert len(listed.feeds) == 2
    assert (listed.damage, listed.cut_at) == (None, None)
