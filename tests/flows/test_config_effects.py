"""What a changed file does to what is stored is said before it is applied, and when it is."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.store.samples import add
from worker.cli.check import check
from worker.config import load_config
from worker.flows import config_effects, reload
from worker.store import events as event_store


def one(name, url="https://a.example/feed.xml", extra=""):
    return f'[[feed]]\nid = "{name}"\nurl = "{url}"\n{extra}'


OTHER = one("z", "https://z.example/feed.xml")


@pytest.fixture
def desk(services, clock):
    services.clock = clock
    use(services, one("a") + OTHER)
    with services.db.write() as connection:
        add(connection, "a", "1", "2")
    return services


def use(services, text):
    services.settings.config.write_text(text, encoding="utf-8")
    return reload.run(services)


def effects(services, text):
    services.settings.config.write_text(text, encoding="utf-8")
    with services.db.read() as connection:
        return config_effects.find_effects(
            connection, load_config(services.settings.config), services.clock()
        )


@pytest.mark.parametrize("url", ["https://a.example/feed.xml", "HTTPS://A.example:443/feed.xml"])
@pytest.mark.parametrize("is_earlier", [False, True])
def test_a_new_id_for_a_known_url_is_said_to_report_its_entries_again(desk, url, is_earlier):
    if is_earlier:
        use(desk, OTHER)
    [said] = effects(desk, one("b", url) + OTHER)
    assert said.startswith('feed "b" has the url of "a", which is not in the file any more: what it shows is')
    assert 'reported again under the new id; write id = "a"' in said
    assert use(desk, one("b", url) + OTHER)["notes"] == [said]
    with desk.db.read() as connection:
        assert said in next(event_store.iter_events(connection, kind="config.loaded"))["message"]
    assert effects(desk, one("b", url) + OTHER) == []  # is done


@pytest.mark.parametrize("text", [
    one("a") + OTHER,
    one("b", "https://b.example/feed.xml") + OTHER,
    one("b", extra="enabled = false\n") + OTHER,  # is not polled
    one("a") + one("y", "https://z.example/feed.xml"),  # nothing is stored of z
])  # fmt: skip
def test_what_reports_nothing_again_is_not_noted(desk, text):
    assert effects(desk, text) == []


def test_many_new_ids_are_counted(desk):
    many = [f"https://{n}.example/" for n in range(8)]
    use(desk, one("a") + "".join(one(f"f{n}", url) for n, url in enumerate(many)))
    with desk.db.write() as connection:
        for n in range(8):
            add(connection, f"f{n}", "1")
    said = effects(desk, one("a") + "".join(one(f"g{n}", url) for n, url in enumerate(many)))
    assert len(said) == 6
    assert said[5] == "3 more feeds with a new id and a known url"


def test_a_lower_keep_says_how_many_articles_it_deletes(desk):
    desk.clock.advance(timedelta(days=2).total_seconds())
    with desk.db.write() as connection:
        add(connection, "a", "3", now=desk.clock())
        add(connection, "z", "1", "2", now=desk.clock())
    said = "2 articles older than the lower `keep` will be deleted at the next upkeep"
    for text in (one("a", extra='keep = "1d"\n') + OTHER, '[defaults]\nkeep = "1d"\n' + one("a") + OTHER):
        assert effects(desk, text) == [said]
    assert effects(desk, one("a", extra='keep = "3d"\n') + OTHER) == []
    assert effects(desk, one("a", extra='keep = "forever"\n') + OTHER) == []
    assert use(desk, one("a", extra='keep = "1d"\n') + OTHER)["notes"] == [said]
    assert effects(desk, one("a", extra='keep = "2d"\n') + OTHER) == []  # a longer one deletes nothing more


def test_check_diff_shows_the_effects(desk, monkeypatch):
    for name in ("HOME", "CONFIG", "DATABASE_URL"):
        monkeypatch.setenv(f"WIREROOM_{name}", str(getattr(desk.settings, name.lower())))
    desk.settings.config.write_text(one("b") + OTHER, encoding="utf-8")
    done = CliRunner().invoke(check, ["--diff"])
    assert 'note: feed "b" has the url of "a"' in done.output, done.output
    assert "note:" not in CliRunner().invoke(check, []).output
