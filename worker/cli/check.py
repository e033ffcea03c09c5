"""`wireroom check`: report all problems of config and environment at once."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from worker.errors import ConfigError, ConfigProblem, ServiceError
from worker.redaction import redact, redact_data
from worker.text.amounts import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from worker.flows.config_diff import Change
    from worker.records import PushRule
    from worker.settings import Settings

ENVIRONMENT = "environment"
LATELY = timedelta(minutes=10)


@dataclass(slots=True)
class Findings:
    """The result: all problems, notes about settings without effect, and the size of the config."""

    config: str
    feeds: int | None = None  # None, as the next two: the file cannot be loaded
    enabled: int | None = None
    hosts: int | None = None
    accepted: bool = False  # the service would load the file; a missing secret does not prevent that
    problems: list[ConfigProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    receivers: list[dict[str, Any]] = field(default_factory=list)  # of push


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--diff", is_flag=True, help="Also show what the file would change if it were applied.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def check(path: Path | None, *, diff: bool, as_json: bool) -> None:
    """Validate config and environment; exit 1 if there is a problem.

    The file is validated as the service and `wireroom reload` do. PATH is the config file to check, by
    default the active one (WIREROOM_CONFIG).
    """
    findings = examine(path)
    changes = _find_changes(findings) if diff else None
    if as_json:
        problems = [asdict(problem) for problem in findings.problems]
        found = {"ok": not problems, **asdict(findings), "problems": problems}
        if changes is not None:
            found["changes"] = [asdict(change) for change in changes]
        click.echo(json.dumps(redact_data(found, by_form=True), ensure_ascii=False))
    else:
        _show(findings)
        if changes is not None:
            _show_changes(changes)
    sys.exit(1 if findings.problems else 0)


def examine(path: Path | None) -> Findings:
    """Run all checks; they start nothing and change nothing on disk."""
    from worker.cli.environment import PARTS
    from worker.settings import find_odd_variables, read_settings

    settings = None
    problems: list[ConfigProblem] = []
    try:
        settings = read_settings()
    except ConfigError as exc:
        problems.extend(exc.problems)
    config = path or (
        settings.config if settings else Path(os.environ.get("WIREROOM_CONFIG", "config/feeds.toml"))
    )
    findings = Findings(str(config))
    _examine_config(findings, config, settings)
    findings.problems.extend(problems)
    with suppress(ConfigError):  # told already
        findings.notes.extend(find_odd_variables())
        findings.notes.extend(_note_shell_secrets(config))
    if settings is not None:
        for name, examine_part in PARTS.items():
            try:
                examine_part(settings)
            except ServiceError as exc:
                findings.problems.append(ConfigProblem(ENVIRONMENT, str(exc), key=name))
    return findings


def _examine_config(findings: Findings, path: Path, settings: Settings | None) -> None:
    from worker.cli.environment import present_feeds
    from worker.cli.offline_config import refused_plugins
    from worker.config import in_file_order
    from worker.flows.examine import examine_config
    from worker.flows.local_service import excuse_missing_secret

    is_active = settings is not None and _is_same(path, settings.config)
    found = examine_config(path, present_feeds(settings) if settings and is_active else ())
    findings.accepted = not found.faults
    excuse = excuse_missing_secret(settings) if settings and is_active else None
    missing = () if excuse else found.missing
    findings.problems.extend(in_file_order(path, [*found.faults, *missing]))
    findings.notes.extend(f"{problem}; {excuse}" for problem in found.missing if excuse)
    if found.config is None:
        findings.notes.extend(found.notes)
        return
    if not found.config.feeds:
        findings.notes.append('the config has no feeds; add a [[feed]] with id = "…" and url = "…"')
    polled = [feed for feed in found.config.feeds if feed.enabled]
    findings.feeds, findings.enabled = len(found.config.feeds), len(polled)
    findings.hosts = len({urlsplit(feed.url).hostname for feed in polled})
    findings.notes.extend([*found.notes, *refused_plugins()])
    findings.receivers = [_describe_receiver(rule) for rule in found.config.push]


def _describe_receiver(rule: PushRule) -> dict[str, Any]:
    """What a receiver of push gets; not its address, which is a secret."""
    facts = {name: getattr(rule, name) for name in ("name", "events", "tags", "agencies", "form")}
    return {**facts, "is_signed": bool(rule.secrets)}


def _note_shell_secrets(config: Path) -> list[str]:
    """A note about secrets that this shell has and `.env` lacks. Raises ConfigError for an unusable file."""
    from worker.config import find_references
    from worker.env_file import environment_file, find_unlisted

    path = environment_file()
    places = find_references(config) if path else {}
    names = find_unlisted(one.removeprefix("env:") for one in places if one.startswith("env:"))
    if not names:
        return []
    named = ", ".join(f"{name} ({places[f'env:{name}'][0]})" for name in names)
    return [f"set in this shell and not in {path}: {named}; a service started elsewhere does not have them"]


def _find_changes(findings: Findings) -> list[Change] | None:
    """What the file would change; None if it cannot be loaded or compared, which is among the problems."""
    from contextlib import closing

    from worker.cli.environment import has_no_database
    from worker.config import load_config
    from worker.config.load import read_files
    from worker.flows.config_diff import find_changes, find_first
    from worker.flows.config_effects import find_effects
    from worker.settings import read_settings
    from worker.store import Database
    from worker.store.clock import machine_time

    if findings.feeds is None:
        return None
    try:
        if has_no_database(read_settings()):
            findings.notes.append("the database does not exist yet: the first `wireroom run` adds all feeds")
            return find_first(load_config(Path(findings.config)))
        with closing(Database(read_settings().database_url)) as database, database.read() as connection:
            reading = read_files(Path(findings.config))
            if reading.config is None or reading.defaults is None:  # reported already
                return None
            changes = find_changes(connection, reading.config, reading.defaults)
            findings.notes.extend(find_effects(connection, reading.config, machine_time()))
            if not changes:
                findings.notes.extend(_note_loading(connection))
            if findings.accepted:  # otherwise that is among the problems
                findings.notes.extend(_note_removals(connection, changes))
            return changes
    except ConfigError:  # reported already
        return None
    except ServiceError as exc:
        if not any(problem.key == "DATABASE_URL" for problem in findings.problems):
            findings.problems.append(ConfigProblem(ENVIRONMENT, str(exc), key="DATABASE_URL"))
        return None


def _note_loading(connection: Connection) -> Iterator[str]:
    """A note if the config in force was loaded lately: a running service is faster than its operator."""
    from worker.store.clock import machine_time
    from worker.store.config import read_config
    from worker.views.times import ago

    in_force, now = read_config(connection), machine_time()
    if in_force and in_force.loaded_at and now - in_force.loaded_at < LATELY:
        loaded = ago(in_force.loaded_at, now)
        yield f"the service loaded this {loaded}; what that changed: `wireroom events --kind config`"


def _note_removals(connection: Connection, changes: list[Change]) -> Iterator[str]:
    """A note if `wireroom reload` would refuse the file, as it removes many feeds."""
    from worker.flows.examine import removes_many
    from worker.store.feeds import enabled_ids

    removed, present = sum(change.kind == "removed" for change in changes), len(enabled_ids(connection))
    if removes_many(removed, present):
        yield (
            f"as the config in force this file would be refused, since it removes {removed} of {present} "
            "feeds: run `wireroom reload --force` if that is meant"
        )


def _show_changes(changes: list[Change]) -> None:
    from worker.flows.config_diff import SIGNS

    for change in changes:
        kind = "" if change.kind == "setting" else f"{change.kind}, "
        click.echo(redact(f"{SIGNS[change.kind]} {change.subject}: {kind}{change.text}"))
    if not changes:
        click.echo("it would change nothing")


def _is_same(path: Path, other: Path) -> bool:
    """Whether both are one path; a link from elsewhere has other files beside it."""
    return (path.parent.resolve(), path.name) == (other.parent.resolve(), other.name)


def _show(findings: Findings) -> None:
    for problem in findings.problems:
        click.secho(redact(str(problem)), fg="red")
    for note in findings.notes:
        click.secho(redact(f"note: {note}"), fg="yellow")
    if findings.problems:
        verdict = "" if findings.accepted else "; the service rejects the file"
        around = sum(problem.file == ENVIRONMENT for problem in findings.problems)
        if of_file := len(findings.problems) - around:
            click.echo(f"{findings.config}: {count_of(of_file, 'problem')}{verdict}")
        if around:
            click.echo(f"{ENVIRONMENT}: {count_of(around, 'problem')}")
        return
    feeds, hosts = findings.feeds or 0, findings.hosts or 0
    idle = feeds - (findings.enabled or 0)
    disabled = f", {idle} disabled" if idle else ""
    size = f"{count_of(feeds, 'feed')} on {count_of(hosts, 'host')}{disabled}"
    click.secho(f"{findings.config}: valid, {size}", fg="green")
    for one in findings.receivers:
        chosen = [f"{key}: {', '.join(one[key])}" for key in ("tags", "agencies") if one[key]]
        signed = "signed" if one["is_signed"] else "not signed"
        click.echo(redact("; ".join([f"push to {one['name']}: {', '.join(one['events'])}", *chosen, signed])))
