"""`wireroom check` tells every problem of config and environment at once."""

import json
import re
from contextlib import closing
from datetime import timedelta

import pytest
from click.testing import CliRunner

from worker.cli.check import check
from worker.cli.events import events
from worker.flows import reload
from worker.flows.services import Services
from worker.settings import read_settings
from worker.store import migrate
from worker.store.clock import machine_time

GOOD = """[[feed]]
id = "a"
url = "https://a.example.org/"
[[feed]]
id = "b"
url = "https://b.example.org/"
enabled = false
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the command on a config text, in an environment of its own; gives exit code and output."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "BROKER_URL", "FLOWER_ADDRESS", "FLOWER_BASIC_AUTH"):
        monkeypatch.delenv(f"WIREROOM_{name}", raising=False)
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WIREROOM_CONFIG", str(tmp_path / "feeds.toml"))

    def run(text, *args, **env):
        (tmp_path / "feeds.toml").write_text(text)
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        result = CliRunner().invoke(check, args)
        return result.exit_code, result.output

    return run


def test_a_good_config_exits_0_with_its_size_and_leaves_no_trace(run, tmp_path):
    code, output = run(GOOD)
    assert code == 0
    assert "valid, 2 feeds on 1 host, 1 disabled" in output
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.toml"]


def test_a_config_without_feeds_is_noted(run):
    code, output = run('[http]\ncontact = "desk@example.org"\n')
    assert code == 0
    assert "note: the config has no feeds; add a [[feed]]" in output


RECEIVER = """[[push]]
name = "cms"
url = "env:CMS_HOOK"
tags = ["wire", "wyre"]
agencies = ["Yonhap"]
"""


def test_receivers_are_shown_and_a_tag_that_no_feed_has_is_noted_with_the_nearest(run):
    feed = GOOD.replace('id = "a"', 'id = "a"\ntags = ["wire"]')
    code, output = run(feed + RECEIVER, CMS_HOOK="https://hooks.example.org/secret-path")
    assert code == 0
    assert 'note: push "cms": no feed has the tag "wyre", did you mean "wire"?' in output
    assert 'the tag "wire"' not in output
    line = next(line for line in output.splitlines() if line.startswith("push to cms: "))
    assert line.endswith("story.restored, story.changed; tags: wire, wyre; agencies: Yonhap; not signed")
    assert "secret-path" not in output
    [receiver] = json.loads(run(feed + RECEIVER, "--json")[1])["receivers"]
    assert receiver["tags"] == ["wire", "wyre"]
    assert receiver["is_signed"] is False


def test_secrets_and_tags_of_receivers_are_told_beside_all_other_faults(run):
    """A second pass would tell nothing new; the tag of a feed with a fault is a tag that a feed has."""
    feed = GOOD.replace('id = "a"', 'id = "a"\nurll = 1\ntags = ["wire"]')
    other = '[[push]]\nname = "desk"\nurl = "env:CHECK_NO_HOOK"\nevents = ["story.nw"]\n'
    code, output = run(feed + RECEIVER + other, CMS_HOOK="https://hooks.example.org/x")
    assert code == 1
    assert 'unknown key "urll"' in output
    assert '"story.nw" is not a kind of message' in output
    assert 'push "desk": url: the secret "env:CHECK_NO_HOOK" is not there' in output
    assert 'note: push "cms": no feed has the tag "wyre", did you mean "wire"?' in output
    assert 'the tag "wire"' not in output
    cut = run(feed + RECEIVER + other + "[[feed\n")[1]
    assert "no feed has the tag" not in cut, "it may be in what cannot be read"


def test_problems_of_config_and_environment_are_told_together(run):
    code, output = run(
        GOOD + 'urll = "x"\n',
        WIREROOM_FLOWER_ADDRESS="0.0.0.0",
        WIREROOM_BROKER_URL="redis://:hunter2@127.0.0.1:1/0",
        WIREROOM_DATABASE_URL="postgresql://desk:hunter2@127.0.0.1:1/x",
    )
    assert code == 1
    for word in (
        'feeds.toml:8: feed "b": unknown key "urll"',
        "BROKER_URL",
        "DATABASE_URL",
        "without a password",
    ):
        assert word in output
    assert "feeds.toml: 1 problem; the service rejects the file\nenvironment: 3 problems\n" in output
    assert "hunter2" not in output


def test_bad_settings_are_told_beside_the_config(run):
    code, output = run("[http]\nx = 1\n", WIREROOM_TICK="soon")
    assert code == 1
    assert "WIREROOM_TICK" in output
    assert 'unknown key "x"' in output


def test_json_is_one_object_on_one_line(run):
    code, output = run(GOOD, "--json")
    found = json.loads(output)
    assert code == 0
    assert (found["ok"], found["feeds"], found["enabled"], found["hosts"], found["problems"]) == (
        True,
        2,
        1,
        1,
        [],
    )
    code, output = run(GOOD + "x = 1\n", "--json")
    assert code == 1
    assert json.loads(output)["problems"][0]["line"] == 8


def test_another_file_can_be_looked_at(run, tmp_path):
    (tmp_path / "other.toml").write_text("[http\n")
    code, output = run(GOOD, str(tmp_path / "other.toml"))
    assert code == 1
    assert "other.toml:1: not valid TOML" in output


def test_a_missing_secret_is_a_problem_of_a_feed_that_is_polled(run):
    auth = 'auth = { type = "bearer", token = "env:CHECK_NO_SUCH_TOKEN" }\n'
    code, output = run(f'[[feed]]\nid = "a"\nurl = "https://a.example.org/"\n{auth}')
    assert code == 1
    assert 'feeds.toml:4: feed "a": auth.token: the secret "env:CHECK_NO_SUCH_TOKEN" is not there' in output
    assert run(GOOD + auth)[0] == 0  # feed b is disabled


def test_secrets_of_the_shell_that_the_env_file_lacks_are_noted(run, tmp_path):
    """The service reads the file, and may have another environment than the shell."""
    text = GOOD + 'headers = { "X-A" = "env:CHECK_SHELL", "X-B" = "env:CHECK_BOTH" }\n'
    secrets = {"CHECK_SHELL": "hunter2", "CHECK_BOTH": "hunter3"}
    code, output = run(text, **secrets)
    assert (code, "note:" in output) == (0, False)  # without a file, variables are all there is
    (tmp_path / ".env").write_text("CHECK_BOTH=hunter4\n")
    code, output = run(text, WIREROOM_ENV_FILE=".env")
    assert code == 0
    assert (
        f"note: set in this shell and not in {tmp_path / '.env'}: CHECK_SHELL (feeds.toml:8); a serv"
        in output
    )
    assert "CHECK_BOTH" not in output


def test_missing_secrets_are_told_with_all_other_problems_in_the_order_of_the_file(run):
    """Also those of feeds with other faults, of a table of their own, and of a header field."""
    code, output = run(
        '[alerts]\nwebhook = "env:CHECK_NO_HOOK"\n'
        '[[feed]]\nid = "a"\nurl = "https://a.example.org/"\nurll = 1\n'
        '[[feed]]\nid = "b"\nurl = "https://a.example.org/"\n'
        'headers = { "X-Key" = "env:CHECK_NO_KEY" }\n'
        '[[feed]]\nid = "c"\nurl = "no url"\n[feed.auth]\ntype = "basic"\nuser = "desk"\n'
        'password = "env:CHECK_NO_PASSWORD"\n'
        '[[feed]]\nid = "d"\n',
        "--json",
    )
    found = json.loads(output)
    problems = [(one["line"], one["feed"], one["key"]) for one in found["problems"] if one["line"]]
    assert code == 1
    assert problems == [
        (2, None, "webhook"),
        (6, "a", "urll"),
        (9, "b", "url"),
        (10, "b", "headers.X-Key"),
        (13, "c", "url"),
        (17, "c", "auth.password"),
        (18, "d", "url"),
    ]
    assert found["accepted"] is False


def test_a_file_that_cannot_be_loaded_has_no_figures(run):
    for text in (GOOD + "x = 1\n", "[http\n"):
        found = json.loads(run(text, "--json")[1])
        assert (found["feeds"], found["enabled"], found["hosts"]) == (None, None, None)
    auth = 'auth = { type = "bearer", token = "env:CHECK_NO_SUCH_TOKEN" }\n'
    found = json.loads(run(GOOD.replace("enabled = false\n", "") + auth, "--json")[1])
    assert (found["ok"], found["accepted"], found["feeds"], found["enabled"]) == (False, True, 2, 2)


def test_a_file_that_is_no_database_is_told(run, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "wireroom.db").write_text("this is no database, only text that is long enough" * 40)
    code, output = run(GOOD)
    assert code == 1
    assert "does not respond: file is not a database" in output


def test_a_password_for_the_monitor_needs_both_parts(run):
    code, output = run(GOOD, WIREROOM_FLOWER_BASIC_AUTH="desk")
    assert code == 1
    assert "WIREROOM_FLOWER_BASIC_AUTH: write user:password" in output


def test_metrics_beyond_loopback_need_a_password(run):
    code, output = run(GOOD, WIREROOM_METRICS_ADDRESS="0.0.0.0:9150")
    assert code == 1
    assert "metrics are not served on 0.0.0.0 without a password: set WIREROOM_METRICS_BASIC_AUTH" in output
    assert "write user:password" in run(GOOD, WIREROOM_METRICS_BASIC_AUTH="desk")[1]
    login = {"WIREROOM_METRICS_BASIC_AUTH": "desk:secret"}
    assert run(GOOD, WIREROOM_METRICS_ADDRESS="0.0.0.0:9150", **login)[0] == 0


@pytest.mark.parametrize(
    ("text", "env", "told"),
    [
        (GOOD + "interval = 15x\n", {}, "not valid TOML"),
        (GOOD + 'intervall = "15m"\n', {}, "unknown key"),
        (GOOD, {"WIREROOM_TICK": "x"}, "WIREROOM_TICK"),
        (GOOD, {"WIREROOM_DATABASE_URL": "postgresql://127.0.0.1:9/none"}, "WIREROOM_DATABASE_URL"),
    ],
)
def test_changes_that_cannot_be_found_are_not_told_as_none(run, text, env, told):
    code, output = run(text, "--diff", **env)
    assert code == 1
    assert told in output
    assert "it would change nothing" not in output
    code, output = run(text, "--diff", "--json", **env)
    assert told in output
    assert "changes" not in json.loads(output)


@pytest.mark.parametrize("is_empty_file", [False, True])
def test_before_the_first_run_a_file_would_add_all_of_its_feeds(run, tmp_path, *, is_empty_file):
    """Without a database there is nothing to compare with; that is no problem, and nothing is created."""
    database = tmp_path / "new" / "wireroom.db"
    env = {"WIREROOM_DATABASE_URL": f"sqlite:///{database}"}
    if is_empty_file:
        database.parent.mkdir()
        database.touch()
    code, output = run(GOOD, "--diff", **env)
    assert code == 0
    assert "the database does not exist yet: the first `wireroom run` adds all feeds" in output
    assert [line for line in output.splitlines() if line.startswith("+ ")] == [
        "+ a: added, https://a.example.org/",
        "+ b: added, https://b.example.org/, not polled",
    ]
    code, output = run(GOOD, "--diff", "--json", **env)
    assert code == 0
    assert [one["kind"] for one in json.loads(output)["changes"]] == ["added", "added"]
    assert database.exists() == is_empty_file


def test_a_file_that_was_just_loaded_names_where_its_changes_are(run, tmp_path, monkeypatch):
    """A running service loads a saved file before `check` can compare it with the one before."""
    code, output = run(GOOD, "--diff", WIREROOM_DATABASE_URL=f"sqlite:///{tmp_path / 'news.db'}")
    assert code == 0
    with closing(Services(read_settings(), machine_time)) as service:
        migrate(service.db)
        reload.run(service)
        told = "the service loaded this [0-9.]+ s ago; what that changed: `wireroom events --kind config`"
        code, output = run(GOOD, "--diff")
        assert re.search(told, output)
        assert output.endswith("it would change nothing\n")
        assert re.search(told, json.loads(run(GOOD, "--diff", "--json")[1])["notes"][0])
        monkeypatch.setattr("worker.flows.services._current", service)
        assert "2 added" in CliRunner().invoke(events, ["--kind", "config"]).output
        assert "the service loaded" not in run(GOOD.replace("enabled = false", ""), "--diff")[1]
        service.clock = lambda: machine_time() - timedelta(minutes=11)
        reload.run(service, force=True)
        assert "the service loaded" not in run(GOOD, "--diff")[1]


def test_a_copy_that_reload_would_refuse_as_it_removes_many_feeds_says_so(run, tmp_path):
    def feeds(count):
        return "".join(f'[[feed]]\nid = "f{n}"\nurl = "https://f{n}.example/"\n' for n in range(count))

    code, _ = run(feeds(17), "--diff", WIREROOM_DATABASE_URL=f"sqlite:///{tmp_path / 'news.db'}")
    assert code == 0
    with closing(Services(read_settings(), machine_time)) as service:
        migrate(service.db)
        reload.run(service)
    copy = tmp_path / "copy.toml"
    for left, is_refused in ((7, True), (12, False)):
        copy.write_text(feeds(left))
        code, output = run(feeds(17), "--diff", str(copy))
        assert code == 0
        assert ("wireroom reload --force" in output) == is_refused
        assert (f"removes {17 - left} of 17 feeds" in output) == is_refused


def test_a_changed_default_is_one_line_with_the_number_of_its_feeds(run, tmp_path):
    """Also beside feeds that change by themselves, and that do not follow the default."""

    def feeds(defaults, own=""):
        tables = "".join(f'[[feed]]\nid = "f{n}"\nurl = "https://f{n}.example/"\n' for n in range(4))
        return f"[defaults]\n{defaults}\n{tables}{own}"

    before = feeds('interval = "10m"\ntimeout = "5s"')
    code, output = run(before, "--diff", WIREROOM_DATABASE_URL=f"sqlite:///{tmp_path / 'news.db'}")
    assert code == 0
    with closing(Services(read_settings(), machine_time)) as service:
        migrate(service.db)
        reload.run(service)
    code, output = run(feeds('interval = "20m"\ntimeout = "6s"', 'interval = "30m"\ntags = ["x"]'), "--diff")
    assert [line for line in output.splitlines() if line.startswith(("~", "+", "-"))] == [
        "~ defaults.interval: 10 min → 20 min, for 3 feeds",
        "~ defaults.timeout: 5 s → 6 s, for 4 feeds",
        "~ f3: changed, tags none → x, interval 10 min → 30 min",
    ]
