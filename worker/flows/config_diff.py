"""What a config file would change: feeds added, changed, paused, brought back or removed, and settings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection

from worker.config import feed_from_json, fingerprint
from worker.records import Config, FeedConfig
from worker.redaction import display_url
from worker.store import config as config_store
from worker.store import removed_feeds
from worker.store.removed_feeds import StoredFeed
from worker.text.amounts import count_of, spell_s

SIGNS = {
    "added": "+",
    "returns": "+",
    "changed": "~",
    "resumed": "~",
    "paused": "-",
    "removed": "-",
    "setting": "~",
}

NAMED = ("hosts", "kinds", "push")  # tables of the config that are listed by their names
SHARED_FEEDS = 2  # that change in the same way to the default: it is the default that changed
COUNTED = 1_000  # articles of a feed; of more only that there are more


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between a file and the config in force; `subject` is a feed's id or a setting."""

    kind: str  # one of SIGNS
    subject: str
    text: str


@dataclass(slots=True)
class _Defaults:
    """Changes of keys to the default of the file, with the feeds that have the same one.

    A feed as it is stored does not say which of its keys were defaults. If several feeds change in the same
    way to what is the default now, that one changed.
    """

    feed: FeedConfig
    by_words: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # (key, values): ids

    def count(self, changed: Mapping[str, str], feed: FeedConfig) -> None:
        """Note the changed keys of a feed that has the default now."""
        for key, words in changed.items():
            if getattr(feed, key) == getattr(self.feed, key):
                self.by_words.setdefault((key, words), []).append(feed.id)

    def is_shared(self, key: str, words: str, feed: str) -> bool:
        """Whether other feeds change this key in the same way to the default."""
        ids = self.by_words.get((key, words), ())
        return len(ids) >= SHARED_FEEDS and feed in ids

    def changes(self) -> Iterator[Change]:
        """One change for each default that changed."""
        for (key, words), ids in self.by_words.items():
            if len(ids) >= SHARED_FEEDS:
                values = words.removeprefix(f"{_written(key)} ")
                yield Change("setting", f"defaults.{_written(key)}", f"{values}, for {len(ids)} feeds")


def find_changes(connection: Connection, config: Config, defaults: FeedConfig) -> list[Change]:
    """What would change if the file were applied, in the order of the file; removed feeds are last.

    A changed default is one line, which says for how many feeds; `defaults` are those of the file.
    """
    stored = {row.id: row for row in removed_feeds.read_stored(connection)}
    forgotten = removed_feeds.find_forgotten(connection, [f.id for f in config.feeds if f.id not in stored])
    changed = {
        feed.id: _changed_keys(feed_from_json(stored[feed.id].config), feed)
        for feed in config.feeds
        if feed.id in stored
    }
    shared = _Defaults(defaults)
    for feed in config.feeds:
        shared.count(changed.get(feed.id, {}), feed)
    of_defaults = list(shared.changes())
    told = {change.subject for change in of_defaults}
    settings = _settings(config_store.read_service(connection), config)
    changes = [*(one for one in settings if f"defaults.{one.subject}" not in told), *of_defaults]
    for feed in config.feeds:
        before = stored.pop(feed.id, None)
        if before is not None:
            own = [said for key, said in changed[feed.id].items() if not shared.is_shared(key, said, feed.id)]
            changes += _of_known(connection, before, feed, own)
        elif feed.id in forgotten:
            changes.append(Change("returns", feed.id, _spell_forgotten(forgotten[feed.id])))
        else:
            changes.append(Change("added", feed.id, _spell_new(feed)))
    gone = [row for row in stored.values() if row.enabled]
    return [*changes, *(_removed(connection, row) for row in gone)]


def find_first(config: Config) -> list[Change]:
    """What changes if the file is the first one: all of its feeds are added."""
    return [Change("added", feed.id, _spell_new(feed)) for feed in config.feeds]


def find_returning(connection: Connection, config: Config, shown: int) -> tuple[list[Change], frozenset[str]]:
    """The feeds of a file that were removed or forgotten: at most `shown` of each and a count; all ids."""
    known = {row.id: row for row in removed_feeds.read_stored(connection)}
    back = [feed.id for feed in config.feeds if feed.enabled and _was_removed(known.get(feed.id))]
    forgotten = removed_feeds.find_forgotten(connection, [f.id for f in config.feeds if f.id not in known])
    changes = [Change("returns", feed, _spell_back(connection, feed)) for feed in back[:shown]]
    changes += [
        Change("returns", feed, _spell_forgotten(count)) for feed, count in sorted(forgotten.items())[:shown]
    ]
    more = max(0, len(back) - shown) + max(0, len(forgotten) - shown)
    rest = [Change("returns", count_of(more, "feed"), "removed earlier")] if more else []
    return [*changes, *rest], frozenset((*back, *forgotten))


def _was_removed(row: StoredFeed | None) -> bool:
    return row is not None and removed_feeds.was_removed(row.config, enabled=row.enabled)


def _spell_back(connection: Connection, feed: str) -> str:
    return f"with its history of {_count(connection, feed)}"


def _spell_forgotten(entries: int) -> str:
    return f"it was forgotten, and {count_of(entries, 'entry')} of it will not be stored again"


def _count(connection: Connection, feed: str) -> str:
    number = removed_feeds.count_articles(connection, feed, COUNTED)
    return f"more than {COUNTED:,} articles" if number > COUNTED else count_of(number, "article")


def _spell_new(feed: FeedConfig) -> str:
    return display_url(feed.url) if feed.enabled else f"{display_url(feed.url)}, not polled"


def _removed(connection: Connection, row: StoredFeed) -> Change:
    count = _count(connection, row.id)
    stay = "stays" if count.startswith("1 ") else "stay"
    return Change(
        "removed", row.id, f"no longer polled; its {count} {stay} until `wireroom feeds forget {row.id}`"
    )


def _changed_keys(old: FeedConfig, feed: FeedConfig) -> dict[str, str]:
    """The keys of a feed that change, with the old and the new value in words."""
    was, now = asdict(old), asdict(feed)
    said = {key: ", ".join(_differences({key: was[key]}, {key: now[key]})) for key in now}
    return {key: words for key, words in said.items() if words}


def _of_known(
    connection: Connection, before: StoredFeed, feed: FeedConfig, words: Sequence[str]
) -> Iterator[Change]:
    """The changes of a feed that is stored; `words` are those of its keys."""
    old = feed_from_json(before.config)
    if before.enabled and not feed.enabled:
        yield Change("paused", feed.id, "no longer polled; its history stays")
    elif feed.enabled and _was_removed(before):
        yield Change("returns", feed.id, _spell_back(connection, feed.id))
    elif feed.enabled and not before.enabled:
        yield Change("resumed", feed.id, "polled again")
    if words:
        is_new_request = fingerprint(old) != fingerprint(feed) and feed.enabled
        yield Change("changed", feed.id, ", ".join(words) + ("; polled at once" if is_new_request else ""))


def _differences(
    old: dict[str, Any], new: dict[str, Any], hidden: Sequence[str] = ("enabled",)
) -> Iterator[str]:
    for name, value in new.items():
        before = old.get(name)
        if name in hidden or _plain(before) == _plain(value):
            continue
        was, now = _table(before), _table(value)
        if was or now:  # only its keys that differ
            paths = {key: f"{name}.{key}" for key in {**was, **now}}
            olds, news = ({path: one.get(key) for key, path in paths.items()} for one in (was, now))
            yield from _differences(olds, news, hidden=())
        else:
            yield f"{_written(name)} {_spell(before, name)} → {_spell(value, name)}"


def _table(value: Any) -> dict[str, Any]:
    """A table by its keys, or tables by their names; empty for anything else."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, dict) and "name" in one for one in value):
        return {one["name"]: {key: of for key, of in one.items() if key != "name"} for one in value}
    return {}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return {key: _plain(one) for key, one in value.items()} if isinstance(value, dict) else value


def _spell(value: Any, name: str = "") -> str:
    """A value as it is written in the file, or with the unit that the end of its name says."""
    if value in (None, "", (), []):
        return "none"
    if name.endswith("_per_s"):
        return f"{value:g}/s"
    if name.endswith("_s"):
        return spell_s(value)
    if name.endswith("quiet_hours"):
        return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in value)
    if isinstance(value, list | tuple):
        return ", ".join(_spell(one) for one in value)
    if isinstance(value, str) and "://" in value:
        return display_url(value)
    return f"{value:g}" if isinstance(value, float) else str(_plain(value))


def _settings(before: Config | None, config: Config) -> Iterator[Change]:
    if before is None:
        return
    old, new = config_store.service_to_json(before), config_store.service_to_json(config)
    hidden = ("digest", "feeds", "notes", *NAMED)
    yield from _changed_settings(old, new, hidden)
    for name in NAMED:
        was, now = _table(old[name]), _table(new[name])
        for subject in {**was, **now}:
            path = f"{name}.{subject}"
            if subject not in was:
                yield Change("added", path, _spell_table(now[subject]))
            elif subject not in now:
                yield Change("removed", path, _spell_table(was[subject]))
            else:
                yield from _changed_settings({path: was[subject]}, {path: now[subject]})


def _changed_settings(
    old: dict[str, Any], new: dict[str, Any], hidden: Sequence[str] = ()
) -> Iterator[Change]:
    for text in _differences(old, new, hidden):
        yield Change("setting", text.partition(" ")[0], text.partition(" ")[2])


def _spell_table(table: dict[str, Any]) -> str:
    """The keys of a table that have a value, and their values."""
    return "; ".join(f"{_written(key)} {_spell(of, key)}" for key, of in table.items() if of)


def _written(name: str) -> str:
    """The key of a field, as it is written in the file."""
    return name.removesuffix("_s").removesuffix("_per")
