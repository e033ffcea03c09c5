"""Plug-ins: what is added, what is refused by name, and that a broken one stops nothing else."""

import json
import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from worker.errors import ExtractError
from worker.extract import EXTRACTORS, derive
from worker.extract.plugins import GROUP, load_plugins
from worker.records import Extraction, Material

ROOT = Path(__file__).parents[2]


class Good:
    name, version, kinds, needs = "good", "1", ("words",), ("text",)

    def extract(self, doc):
        return Extraction("ok", None, {"schema": "words/1", "words": len(doc.text.split())})


class Breaks(Good):
    name, kinds = "breaks", ("broken",)

    def extract(self, doc):
        raise RuntimeError("boom\nand more")


class NotJson(Good):
    name, kinds = "notjson", ("notjson",)

    def extract(self, doc):
        return Extraction("ok", None, {"schema": "x/1", "what": object()})


class TakesCredit(Good):
    name, kinds = "taker", ("credit",)


class TakesTheName(Good):
    kinds = ("others",)


class Fetches(Good):
    name, kinds, needs = "fetches", ("fetched",), ("network",)


class TwoKinds(Good):
    name, kinds = "two", ("one", "two")


class NoVersion:
    name, kinds, needs = "unversioned", ("unversioned",), ("text",)


def load(*plugins):
    table = dict(EXTRACTORS)
    points = [EntryPoint(plugin.__name__, f"{__name__}:{plugin.__name__}", GROUP) for plugin in plugins]
    return table, load_plugins(table, points)


def test_a_plug_in_makes_its_kind():
    table, refused = load(Good)
    assert refused == ()
    assert derive(table["words"], Material(text="one two")).payload == {"schema": "words/1", "words": 2}


@pytest.mark.parametrize(
    ("plugin", "why"),
    [
        (TakesCredit, '"credit" is made by "wireroom"'),
        (TakesTheName, 'the name "good" is taken'),
        (Fetches, "it needs ['network']"),
        (TwoKinds, "a plug-in makes one kind"),
        (NoVersion, "AttributeError"),
    ],
)
def test_what_cannot_be_added_is_refused_by_name_and_the_others_are_added(plugin, why):
    table, refused = load(Good, plugin)
    assert len(refused) == 1
    assert f'plug-in "{plugin.__name__}" is refused' in refused[0]
    assert why in refused[0]
    assert set(table) == {*EXTRACTORS, "words"}


@pytest.mark.parametrize(("plugin", "why"), [(Breaks, "RuntimeError: boom"), (NotJson, "no JSON")])
def test_a_plug_in_that_breaks_gives_an_error_of_one_line(plugin, why):
    table, _ = load(plugin)
    found = derive(table[plugin.kinds[0]], Material(text="one two"))
    assert (found.status, dict(found.payload)) == ("error", {})
    assert why in found.reason
    assert "\n" not in found.reason


def test_a_time_limit_ends_a_plug_in_as_it_ends_any_job():
    table, _ = load(Breaks)
    with pytest.raises(RuntimeError):
        derive(table["broken"], Material(text="one"), passing=(RuntimeError,))


def test_without_what_it_needs_a_plug_in_is_not_called():
    table, _ = load(Breaks)
    assert derive(table["broken"], Material()).status == "empty"
    with pytest.raises(ExtractError, match="page itself"):
        derive(table["fulltext"], Material())


def test_an_installed_package_is_found_and_its_bad_parts_are_named(tmp_path):
    """Really installed, in a folder of its own: its kind is in the result, and the command works."""
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
