"""The documents hold what the code has: commands, options, settings, config keys, tasks, states, links."""

import pkgutil
import re
import socket
import tomllib
from inspect import signature

import click
import pytest

from tests.docs import pages
from worker.config import load_config, logins
from worker.config.schema import SHARED_KEYS, TABLES
from worker.errors import ServiceError
from worker.extract.registry import BUILT_IN
from worker.extract.schemas import SCHEMAS
from worker.launcher.flower import Flower
from worker.records import FeedConfig, FeedStatus, JobState, Outcome, Role
from worker.settings import read_settings

COMMANDS, SETTINGS, CONFIG = "docs/commands.md", "docs/operations.md", "docs/configuration.md"
README_BYTES = 9_000
MANUAL = [page for page in pages.PAGES if page.name != "CHANGELOG.md"]  # which names what was there once, too
KEY_HEADINGS = {"feed": "[[feed]]", "host": '[host."NAME"]', "kind": "[kind.NAME]", "push": "[[push]]"}
CALLED = {name: command for name, command in pages.all_commands().items() if name != "wireroom"}


# ---- commands ------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", CALLED)
def test_every_command_has_a_section_with_its_options_and_no_others(name):
    text = pages.section(COMMANDS, f"`{name}`")
    options = pages.options_of(CALLED[name])
    assert set(re.findall(r"--[a-z][a-z-]*", text)) - {"--help"} == options
    tabled = {cell for cell in pages.first_cells(text) if cell.startswith("--")}
    assert tabled == options, "each option is in the table of its command"


@pytest.mark.parametrize("name", CALLED)
def test_the_choices_of_an_option_or_argument_are_named(name):
    text = pages.section(COMMANDS, f"`{name}`")
    for param in CALLED[name].params:
        if isinstance(param.type, click.Choice):
            assert all(f"`{choice}`" in text for choice in param.type.choices), param.name


@pytest.mark.parametrize("name", [name for name in CALLED if "--yes" in pages.options_of(CALLED[name])])
def test_a_page_that_shows_a_command_which_asks_says_how_to_answer_in_a_script(name):
    showing = {block.page for block in pages.blocks("console") if name in block.text} - {"CHANGELOG.md"}
    assert "docs/removing.md" in showing
    assert [page for page in sorted(showing) if "--yes" not in pages.read(page)] == []


def test_the_options_of_the_program_itself_are_named():
    text = pages.section(COMMANDS, "Commands")
    assert all(f"`wireroom {name}`" in text for name in pages.options_of(pages.all_commands()["wireroom"]))


def test_there_is_no_section_about_a_command_that_does_not_exist():
    named = {heading.strip("`") for heading in pages.headings(pages.read(COMMANDS)) if "`" in heading}
    assert named == set(CALLED)


# ---- settings and config -------------------------------------------------------------------------
class Requested(dict):
    """An empty environment that remembers which variables were asked for."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def get(self, key, default=None):
        self.names.add(key)
        return default

    def __getitem__(self, key):
        self.names.add(key)
        raise KeyError(key)


def used_settings():
    """Every variable that the settings are read from, and every other one that the code names."""
    requested = Requested()
    read_settings(requested)
    source = "\n".join(path.read_text() for path in (pages.ROOT / "worker").rglob("*.py"))
    named = re.findall(r"(?:WIREROOM_|\{PREFIX\})([A-Z][A-Z_]*[A-Z])\b", source)
    return requested.names | {f"WIREROOM_{name}" for name in named}


def test_every_setting_is_described_and_no_other():
    described = set(re.findall(r"`(WIREROOM_[A-Z_]+)(?:=[^`]*)?`", pages.read(SETTINGS)))
    assert described == used_settings()


def test_the_settings_template_names_only_settings():
    named = set(re.findall(r"WIREROOM_[A-Z_]+", pages.read("config/env.example")))
    assert named <= used_settings()


@pytest.mark.parametrize("table", TABLES)
def test_every_config_key_is_described_and_no_other(table):
    own = set(TABLES[table]) - (set(SHARED_KEYS) if table == "feed" else set())
    heading = KEY_HEADINGS.get(table, f"[{table}]")
    assert set(pages.first_cells(pages.section(CONFIG, f"`{heading}`"))) == own


def test_the_keys_of_a_login_are_described():
    keys = {"type"}.union(*logins._AUTH_KEYS.values())
    assert set(pages.first_cells(pages.section(CONFIG, "Secrets"))) == keys


def test_the_defaults_that_are_shown_are_those_that_apply():
    rows = re.findall(
        r"^\| `(\w+)` \| [^|]+ \| `([^`]+)` \|", pages.section(CONFIG, "`[defaults]`"), re.MULTILINE
    )
    assert len(rows) > 10
    standard = FeedConfig(id="", url="")
    for name, shown in rows:
        key = SHARED_KEYS[name]
        assert key.read(tomllib.loads(f"value = {shown}")["value"]) == getattr(standard, key.field), name


@pytest.mark.parametrize("block", pages.blocks("toml"), ids=lambda block: block.page)
def test_every_toml_example_is_accepted(block, tmp_path):
    if "[project" in block.text:  # of a package, not of the config
        assert tomllib.loads(block.text)
        return
    path = tmp_path / "feeds.toml"
    path.write_text(block.text, encoding="utf-8")
    assert load_config(path, lambda: BUILT_IN).notes == ()


# ---- monitor, states, kinds ----------------------------------------------------------------------
def test_every_task_is_described_with_its_arguments():
    from worker import app, tasks

    assert tasks.app is app
    own = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    rows = dict(
        re.findall(r"^\| `([a-z.]+)` \| (.+) \|$", pages.section("docs/monitor.md", "Tasks"), re.MULTILINE)
    )
    assert rows.keys() == own.keys()
    for name, task in own.items():
        arguments = rows[name].split(" | ")[1]
        assert re.findall(r"`(\w+)`", arguments) == list(signature(task.run).parameters)


@pytest.mark.parametrize(
    ("page", "heading", "values"),
    [
        ("docs/monitor.md", "Outcomes of a poll", Outcome),
        ("docs/scheduling.md", "States of a feed", FeedStatus),
        ("docs/extraction.md", "States of a job", JobState),
        ("docs/copies.md", "Roles", Role),
        ("docs/extraction.md", "Kinds", BUILT_IN),
    ],
    ids=["outcomes", "feed states", "job states", "roles", "kinds"],
)
def test_every_value_of_a_closed_set_has_a_row(page, heading, values):
    assert pages.first_cells(pages.section(page, heading))
    assert set(pages.first_cells(pages.section(page, heading))) == {str(value) for value in values}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_field_of_a_result_is_described(schema):
    text = pages.section("docs/extraction.md", f"`{schema}`")
    assert set(pages.first_cells(text)) == set(SCHEMAS[schema].__annotations__) - {"schema"}


# ---- pages ---------------------------------------------------------------------------------------
def test_the_readme_is_short():
    assert len((pages.ROOT / "README.md").read_bytes()) <= README_BYTES


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings_that_exist(page):
    for target in pages.links(page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_relative_to(pages.ROOT), target
        assert file.exists(), target
        if anchor:
            assert anchor in pages.anchors(file.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("page", MANUAL, ids=lambda page: page.name)
def test_the_paths_and_names_of_code_in_the_text_exist(page):
    text = pages.without_code(page.read_text(encoding="utf-8"))
    for path in re.findall(r"`((?:worker|tests|config|docs)/[\w./-]*)`", text):
        assert (pages.ROOT / path).exists(), path
    for name in re.findall(r"`(worker(?:\.\w+)+)`", text):
        assert pkgutil.resolve_name(name)


PYTHON = [block for block in pages.blocks("python") if block.info == "python"]


def test_programs_are_run_by_a_test_of_their_own():
    programs = [block for block in pages.blocks("python") if block.info == "python program"]
    assert {block.page for block in programs} == {"docs/integrating.md"}
    assert len(programs) + len(PYTHON) == len(pages.blocks("python"))


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.page)
def test_every_python_example_can_be_imported(block):
    exec(compile(block.text, block.page, "exec"), {})


@pytest.mark.parametrize("index", ["README.md", "docs/README.md"])
def test_an_index_names_every_page(index):
    folder = (pages.ROOT / index).parent
    linked = {(folder / target.partition("#")[0]).resolve() for target in pages.links(pages.read(index))}
    docs = pages.ROOT / "docs"
    pages_of_docs = {page for page in pages.PAGES if page.parent == docs and page.name != "README.md"}
    assert pages_of_docs <= linked


def test_the_changelog_has_the_form_of_keep_a_changelog():
    text = pages.read("CHANGELOG.md")
    releases = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert releases[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", name) for name in releases[1:])
    sections = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert set(sections) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    for release in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        named = re.findall(r"^### (.+)$", release, re.MULTILINE)
        assert len(named) == len(set(named)), "each section stands once in a release"


def test_the_message_of_a_taken_port_is_quoted_as_it_is(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        settings = read_settings({"WIREROOM_HOME": str(tmp_path), "WIREROOM_FLOWER_PORT": str(port)})
        with pytest.raises(ServiceError) as caught:
            Flower(settings).prepare(0)
    said = str(caught.value).replace(str(port), "5555").partition(". ")[0]
    assert f"`{said}`" in pages.read("docs/troubleshooting.md")
