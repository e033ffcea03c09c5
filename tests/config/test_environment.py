"""Variables and `.env` files: read as Docker Compose reads them, and what sets nothing is told."""

import pytest

from worker.dotenv import LineFault, read_lines
from worker.durations import parse_duration
from worker.errors import ConfigError
from worker.settings import NAMES, find_odd_variables, read_settings


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=1\nB = two words \n", {"A": "1", "B": "two words"}),
        ("export A=1\r\n\r\n# B=2\n", {"A": "1"}),
        ("A=x # note\nB=x#y\nC=#\nD= # note", {"A": "x", "B": "x#y", "C": "#", "D": ""}),
        ("A='x # y' # note\nB=\"x # y\"\n", {"A": "x # y", "B": "x # y"}),
        ('A=\'a\\n$b\'\nB="a\\n\\"b\\"\\\\ \\$c \\d"\n', {"A": "a\\n$b", "B": 'a\n"b"\\ $c \\d'}),
        ("A='Let\\'s go!'", {"A": "Let's go!"}),
        ('A="one\ntwo"\nB=3', {"A": "one\ntwo", "B": "3"}),
        ("A=it's\n", {"A": "it's"}),
        ("A=1\nA=2\n", {"A": "2"}),
        ("\ufeffA=ü\n", {"A": "ü"}),
        ("A=\n", {"A": ""}),
        ("URL=postgresql://u:p=w@h/d?x=1\n", {"URL": "postgresql://u:p=w@h/d?x=1"}),
    ],
)
def test_lines_that_set_a_variable(text, values):
    assert read_lines(text, {}) == (values, [])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$SET", "s"),
        ("x${SET}y$SET.", "xsys."),
        ('"a $SET"', "a s"),
        ("'a $SET ${SET}'", "a $SET ${SET}"),
        ("$EARLIER", "e"),
        ("$BOTH", "of the environment"),
        ("${SET:-d}${EMPTY:-d}${UNSET:-d}", "sdd"),
        ("${SET-d}${EMPTY-d}${UNSET-d}", "sd"),
        ("${SET:+r}${EMPTY:+r}${UNSET:+r}", "r"),
        ("${SET+r}${EMPTY+r}${UNSET+r}", "rr"),
        ("${SET:?why}${SET?why}${EMPTY?why}", "ss"),
        ("${UNSET:-${SET}}/${UNSET:-${EMPTY:-d}}", "s/d"),
        ("${SET:-${UNSET:?why}}", "s"),
        ("${UNSET:-}", ""),
        ("$$SET ${UNSET:-$$x}", "$SET $x"),
        ("5$ $1 $", "5$ $1 $"),
        ("$DOLLARS", "$SET ${SET}"),
    ],
)
def test_values_are_interpolated_as_compose_documents_it(written, value):
    """The environment counts before earlier lines, and what a variable contains is not interpolated again."""
    environ = {"SET": "s", "EMPTY": "", "BOTH": "of the environment", "DOLLARS": "$SET ${SET}"}
    values, faults = read_lines(f"EARLIER=e\nBOTH=of the file\nA={written}\n", environ)
    assert values["A"] == value
    assert faults == []


def test_a_variable_that_is_not_set_is_empty_and_reported_without_the_value():
    values, [fault] = read_lines("A=1\n\nB=pa$word\n", {})
    assert values == {"A": "1", "B": "pa"}
    assert fault.number == 3
    assert "not set; write $$" in fault.fault
    assert "word" not in fault.fault  # it may be part of a secret


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("WIREROOM_TICK 5s", 'no "="'),
        ("WIREROOM_TICK", 'no "="'),
        ("WIREROOM_TICK: 5s", 'no "="'),
        ("export", 'no "="'),
        ("5s=WIREROOM_TICK", "the name"),
        ("WIRE-ROOM=1", "the name"),
        ("=5", "the name"),
        ("A='open", "not closed"),
        ('export\tA="open', "not closed"),
        ('A="x" y', "text follows it"),
        ("A=x${A:?open}", "requires"),
        ("A=x${open", "not followed by a name and }"),
        ("A=${A/open/b}", "not followed by a name and }"),
    ],
)
def test_a_broken_line_is_reported_by_number_and_takes_no_other_along(line, sign):
    values, [broken] = read_lines(f"A0=1\n\n{line}\nZ=2\n", {})
    assert values == {"A0": "1", "Z": "2"}
    assert isinstance(broken, LineFault)
    assert broken.number == 3
    assert broken.fault.startswith("is ignored: ")
    assert sign in broken.fault
    assert "open" not in broken.fault  # it may be a secret


@pytest.mark.parametrize(
    ("value", "sign"),
    [
        ("${A:-" * 3000 + "x" + "}" * 3000, "within each other"),
        ("a\0b", "NUL"),
        ("x" * 100_001, "longer than 100,000"),
        ("$LONG$LONG", "longer than 100,000"),
    ],
    ids=["nested", "nul", "long", "expanded"],
)
def test_a_value_that_no_process_can_have_is_reported(value, sign):
    values, [fault] = read_lines(f"LONG={'y' * 60_000}\nB={value}\nC=1\n", {})
    assert values.keys() == {"LONG", "C"}
    assert (fault.number, sign in fault.fault) == (2, True)


@pytest.fixture
def place(tmp_path, monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(f"WIREROOM_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("WIREROOM_DATABSE_URL", "WIREROOM_DATABASE_URL"),
        ("WIREROOM_DB_URL", "WIREROOM_DATABASE_URL"),
        ("WIREROOM_LOGLEVEL", "WIREROOM_LOG_LEVEL"),
        ("WIREROOM_TICKS", "WIREROOM_TICK"),
        ("wireroom_tick", "WIREROOM_TICK"),
        ("Wireroom_Databse_Url", "WIREROOM_DATABASE_URL"),
        ("WIREROOM_POLL_CONCURENCY", "WIREROOM_POLL_CONCURRENCY"),
    ],
)
def test_a_misspelled_variable_is_told_with_the_nearest_name(place, monkeypatch, name, meant):
    monkeypatch.setenv(name, "x")
    [line] = find_odd_variables()
    assert line.startswith(f"{name} is not a setting")
    assert f"did you mean {meant}?" in line


def test_every_setting_and_every_secret_that_the_config_names_is_known(place, monkeypatch):
    (place / "config").mkdir()
    (place / "config" / "feeds.toml").write_text('[alerts]\nwebhook = "env:WIREROOM_WEBHOOK"\n')
    for name in NAMES:
        if name not in {"CONFIG", "ENV_FILE"}:
            monkeypatch.setenv(f"WIREROOM_{name}", "1")
    monkeypatch.setenv("WIREROOM_WEBHOOK", "https://hooks.example/1")
    assert find_odd_variables() == []
    monkeypatch.setenv("WIREROOM_OTHER", "1")
    assert [line.split()[0] for line in find_odd_variables()] == ["WIREROOM_OTHER"]


def test_a_broken_line_is_told_with_its_file(place):
    (place / ".env").write_text("WIREROOM_TICK=5s\nWIREROOM_HOME\n")
    assert read_settings().tick_s == 5.0
    assert find_odd_variables() == ['.env, line 2 is ignored: no "=" after the name; write NAME=value']


def test_a_value_and_a_name_that_are_wrong_are_told_with_file_and_line(place, monkeypatch):
    """Of two lines with a name the last counts; what the environment sets itself has no line."""
    named = place / "other.env"
    named.write_text(
        "# settings\nWIREROOM_TICK=5s\nA='one\ntwo'\nexport WIREROOM_TICK=soon\nWIREROOM_TIC=1s\n"
    )
    monkeypatch.setenv("WIREROOM_ENV_FILE", str(named))
    with pytest.raises(ConfigError) as caught:
        read_settings()
    [problem] = caught.value.problems
    assert str(problem).startswith(f'environment: WIREROOM_TICK ({named}, line 5): "soon" is not a duration')
    [odd] = find_odd_variables()
    assert odd.startswith(f"WIREROOM_TIC ({named}, line 6) is not a setting and is ignored; did you mean")
    monkeypatch.setenv("WIREROOM_TICK", "later")
    with pytest.raises(ConfigError, match=r'^environment: WIREROOM_TICK: "later" is not a duration'):
        read_settings()


@pytest.mark.parametrize("text", ["2", "0.5", " 30 "])
def test_a_duration_without_a_unit_is_refused(place, monkeypatch, text):
    with pytest.raises(ValueError, match="has no unit; write for example"):
        parse_duration(text)
    with pytest.raises(ConfigError, match="has no unit"):
        read_settings({"WIREROOM_TICK": text})
