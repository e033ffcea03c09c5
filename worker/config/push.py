"""Build the receivers of push from their tables: names are unique, what a receiver needs is there."""

from collections.abc import Collection, Iterator
from typing import Any

from worker.agencies.names import NAMES
from worker.agencies.naming import agency_of
from worker.config.alert_checks import find_secret_fault, resolve_key, resolve_url
from worker.config.schema import PUSH_KEYS
from worker.config.tables import Gathered, Table, read_table
from worker.config.values import nearest
from worker.records import PushRule

RECEIVERS_MAX = 50  # each has its own queue


def build_push(gathered: Gathered) -> tuple[PushRule, ...]:
    """All receivers in file order; faults are added to `gathered`, faulty receivers are omitted."""
    rules: dict[str, PushRule] = {}
    names: dict[str, Table] = {}
    for table in gathered.push:
        faults = len(gathered.problems)
        fields = read_table(table, PUSH_KEYS, gathered.problems)
        for key, message in _find_faults(table, fields):
            gathered.problems.append(table.problem(message, key))
        if "name" in fields and (first := names.setdefault(fields["name"], table)) is not table:
            message = f"duplicate name, first used in {first.at('name')}; give this receiver another one"
            gathered.problems.append(table.problem(message, "name"))
        _check_secrets(gathered, table, fields)
        if len(gathered.problems) == faults:
            rules[fields["name"]] = PushRule(**fields)
    if len(gathered.push) > RECEIVERS_MAX:
        gathered.problems.append(gathered.push[-1].problem(f"more than {RECEIVERS_MAX} receivers"))
    return tuple(rules.values())


def _find_faults(table: Table, fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is missing or selects nothing, as (key, message)."""
    examples = {"name": 'name = "cms"', "url": 'url = "env:NAME"'}
    for key, example in examples.items():
        if key not in table.data:
            yield key, f"missing {key}; add {example}"
    for key in ("events", "tags", "agencies"):
        if key in fields and not fields[key]:
            yield key, f"{key} is empty, so that nothing is selected; leave it out to select all"


def _check_secrets(gathered: Gathered, table: Table, fields: dict[str, Any]) -> None:
    """Report secrets that cannot be read or used here; they may be on the machines of the control workers."""
    wanted = [("url", fields["url"])] if "url" in fields else []
    for key, reference in (*wanted, *(("secrets", one) for one in dict.fromkeys(fields.get("secrets", ())))):
        if fault := find_secret_fault(reference, resolve_url if key == "url" else resolve_key):
            gathered.missing.append(table.problem(f"{key}: {fault}", key))


def note_unknown_tags(rules: tuple[PushRule, ...], tags: Collection[str]) -> list[str]:
    """A line for each tag that a receiver selects by and no feed has."""
    known = sorted(tags)
    return [
        f'push "{rule.name}": no feed has the tag "{tag}"{nearest(tag, known)}'
        for rule in rules
        for tag in rule.tags
        if tag not in tags
    ]


def note_unknown_agencies(rules: tuple[PushRule, ...], own: Collection[str]) -> list[str]:
    """A line for each agency that a receiver selects by, and that neither is known nor a feed's own."""
    known = sorted({*own, *(names[0] for names in NAMES.values())})
    by_fold = {name.casefold() for name in own}
    return [
        f'push "{rule.name}": no agency is called "{name}", and no feed has it{nearest(name, known)}'
        for rule in rules
        for name in rule.agencies
        if agency_of(name) is None and name.casefold() not in by_fold
    ]


def note_unsigned(rules: tuple[PushRule, ...]) -> list[str]:
    """A line for each receiver whose messages are not signed."""
    return [
        f'push "{rule.name}" is not signed: add secrets, which `wireroom alerts secret` makes'
        for rule in rules
        if not rule.secrets and rule.form == "standard"
    ]
