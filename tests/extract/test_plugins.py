"""Plug-ins: valid ones are added, others are refused by name, and a failing one affects nothing else."""

import json
import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from worker.errors import ExtractError
from worker.extract import BUILT_IN, derive, plugins
from worker.plugin_child import GROUP
from worker.records import ExtractorInput

ROOT = Path(__file__).parents[2]


def load(*names):
    table = dict(BUILT_IN)
    points = [EntryPoint(name, f"tests.support.sandboxed:{name}", GROUP) for name in names]
    return table, plugins.load_plugins(table, points)


@pytest.fixture
def impatient(monkeypatch):
    """Low limits."""
    monkeypatch.setattr(plugins, "DESCRIBE_DEADLINE_S", 3.0)
    monkeypatch.setattr(plugins, "DEADLINE_S", 3.0)


def test_a_plug_in_makes_its_kind():
    table, refused = load("Good")
    assert refused == ()
    assert derive(table["words"], ExtractorInput(text="one two")).payload == {"schema": "words/1", "words": 2}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("TakesCredit", 'kind "credit" is already provided by "wireroom"'),
        ("TakesTheName", 'the name "good" is already in use'),
        ("Fetches", "its needs are ['network']"),
        ("TwoKinds", "a plug-in makes one kind"),
        ("NoVersion", "AttributeError"),
        ("NotThere", "AttributeError"),
        ("CannotBeMade", "longer than 3 s"),
        ("Crashes", "died"),
    ],
)
def test_what_cannot_be_added_is_refused_by_name_and_the_others_are_added(name, why, impatient):
    table, refused = load(name, "Good", "Raises")
    assert len(refused) == 1
    assert f'plug-in "{name}" is refused' in refused[0] or name == "TakesTheName"
    assert why in refused[0]
    assert {*BUILT_IN, "raises"} < set(table)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Raises", "RuntimeError: boom"),
        ("Hangs", "longer than 3 s"),
        ("Exits", "died"),
        ("Quits", "SystemExit: 3"),
        ("Eats", "more memory"),
        ("GivesNothing", "did not return an Extraction"),
        ("GivesNoStatus", "did not return an Extraction with a known status"),
        ("GivesNoJson", "is not JSON"),
        ("GivesNan", "is not JSON"),
        ("GivesMuch", "1000000 characters"),
        ("GivesList", "is not an object"),
        ("GivesNoSchema", 'no "schema"'),
    ],
)
def test_a_plug_in_that_behaves_badly_gives_an_error_of_one_line_that_names_it(name, why, impatient):
    """Each runs in its own process, so nothing else is affected."""
    table, refused = load(name)
    assert refused == ()
    kind = next(iter(table.keys() - BUILT_IN.keys()))
    found = derive(table[kind], ExtractorInput(text="one two"))
    assert (found.status, dict(found.payload)) == ("error", {})
    assert f'plug-in "{kind}" failed' in found.reason
    assert why in found.reason
    assert "\n" not in found.reason


def test_what_a_plug_in_gives_comes_without_its_code():
    """Its types stay in its process; its module is not imported here."""
    table, _ = load("SpeaksItsOwn")
    found = derive(table["own"], ExtractorInput(text="one two"))
    assert (type(found.status), found.status, type(found.payload["status"])) == (str, "ok", str)
    assert "tests.support.sandboxed" not in sys.modules


def test_without_what_it_needs_a_plug_in_is_not_called():
    table, _ = load("Raises")
    assert derive(table["raises"], ExtractorInput()).status == "empty"
    with pytest.raises(ExtractError, match="page itself"):
        derive(table["fulltext"], ExtractorInput())


def test_an_installed_package_is_found_and_its_bad_parts_are_named(tmp_path):
    """An installed plug-in in its own folder: its kind is in the result, and the command works."""
    pytest.importorskip("hatchling")
    place = tmp_path / "site"
    source = ROOT / "tests" / "example_plugin"
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--target", str(place)]
    copy = tmp_path / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "wordcount.py"):
        (copy / name).write_text((source / name).read_text())
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(copy)], check=True, timeout=120)
    page = tmp_path / "a.txt"
    page.write_text("Ferry sails again\n\nThe ferry sailed on Tuesday.\n\nIt was full.\n")
    done = subprocess.run(
        [sys.executable, "-c", "from worker.cli.main import main; main()", "extract", str(page), "--json"],
        env={**os.environ, "PYTHONPATH": f"{place}{os.pathsep}{ROOT}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    row = json.loads(done.stdout)
    assert row["words"] == {"schema": "words/1", "words": 8, "of": "page"}
    assert 'plug-in "takes_credit" is refused' in done.stderr
    assert 'plug-in "cannot_be_imported" is refused' in done.stderr
