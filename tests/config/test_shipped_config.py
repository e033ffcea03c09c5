"""The config file that ships: it loads, says what the standards are, and explains every key."""

import re
from pathlib import Path

import pytest

from worker.cli.init import SAMPLE
from worker.config import load_config
from worker.config.schema import TABLES
from worker.records import Config, FeedConfig

SHIPPED = Path(__file__).parents[2] / "config" / "feeds.toml"


def test_the_shipped_config_is_valid_and_without_notes():
    catalog = load_config(SHIPPED)
    assert len(catalog.feeds) >= 15
    assert {feed.lang for feed in catalog.feeds} >= {"en", "ko"}
    assert catalog.notes == ()


def test_the_sample_of_init_is_the_shipped_config_but_another_file():
    """The config of a checkout is edited by its user; its feeds and tokens are not for other directories."""
    assert SAMPLE != SHIPPED
    assert SAMPLE.read_text() == SHIPPED.read_text()


def test_the_defaults_it_shows_are_the_ones_that_hold_without_it(tmp_path):
    """A manual that shows other values than the program uses would mislead."""
    (tmp_path / "feeds.toml").write_text(re.split(r"(?m)^\[\[feed\]\]", SHIPPED.read_text())[0])
    shown = load_config(tmp_path / "feeds.toml")
    assert shown == Config(feeds=(), digest=shown.digest)
    (tmp_path / "feeds.toml").open("a").write('[[feed]]\nid = "a"\nurl = "https://a.org/"\n')
    assert load_config(tmp_path / "feeds.toml").feeds == (FeedConfig(id="a", url="https://a.org/"),)


@pytest.mark.parametrize(("table", "key"), [(table, key) for table, keys in TABLES.items() for key in keys])
def test_every_key_is_explained(table, key):
    text = SHIPPED.read_text()
    assert re.search(rf"(?m)^(# )?{key} = |^#   {key}  |`{key}`", text), f"{table}: {key} is not explained"
