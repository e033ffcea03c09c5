"""Plug-ins: extractors of other packages, discovered by the entry-point group `wireroom.extractors`.

Plug-in code runs in sandboxed child processes only: one that hangs, crashes or exhausts memory affects no
results but its own.
"""

import json
import logging
from collections.abc import Iterable, Mapping, MutableMapping
from functools import partial
from importlib.metadata import EntryPoint, entry_points

from worker.errors import ExtractError, SandboxError
from worker.extract.registry import MAX_REASON_CHARS, Extractor
from worker.plugin_child import GROUP
from worker.records import Extraction, ExtractorInput
from worker.sandbox import SandboxPool

DESCRIBE_DEADLINE_S = 20.0  # including imports
DEADLINE_S = 60.0
MEMORY_BYTES = 1024 * 1024 * 1024
CONCURRENCY = 4  # concurrent jobs of all workers together, unless configured otherwise

log = logging.getLogger("wireroom.plugins")


def load_plugins(
    table: MutableMapping[str, Extractor], points: Iterable[EntryPoint] | None = None
) -> tuple[str, ...]:
    """Add the installed plug-ins to a table of extractors; returns one line for each that was refused.

    A plug-in is refused if it cannot be imported, does not have the required attributes, or if its name or
    kind is already in use.
    """
    found = sorted(entry_points(group=GROUP) if points is None else points, key=lambda one: one.name)
    refused = []
    for point in found:
        try:
            extractor = _read(point)
            _check_free(table, extractor)
        except (ExtractError, SandboxError) as exc:
            refused.append(f'plug-in "{point.name}" is refused: {exc}')
            log.warning(refused[-1])
            continue
        table[extractor.kind] = extractor
    return tuple(refused)


def _describe(reference: str) -> str:
    """Returns a plug-in's description as JSON; retries once if the failure may be environmental."""
    with SandboxPool(
        "worker.plugin_child:describe", deadline_s=DESCRIBE_DEADLINE_S, memory_bytes=MEMORY_BYTES
    ) as sandbox:
        try:
            description: str = sandbox.call(reference)
        except SandboxError as exc:
            if not exc.may_pass:
                raise
            description = sandbox.call(reference)
    return description


def _read(point: EntryPoint) -> Extractor:
    description = json.loads(_describe(point.value))
    sandbox = SandboxPool(
        "worker.plugin_child:run", processes=CONCURRENCY, deadline_s=DEADLINE_S, memory_bytes=MEMORY_BYTES
    )
    return Extractor(
        description["kind"],
        description["name"],
        description["version"],
        frozenset(description["needs"]),
        derive=partial(_derive, sandbox, point.value, description["name"]),
        concurrency=CONCURRENCY,
    )


def _derive(sandbox: SandboxPool, reference: str, name: str, given: ExtractorInput) -> Extraction:
    """Runs a plug-in; returns status `error` with its name if it fails or its result cannot be stored."""
    try:
        status, reason, payload = json.loads(sandbox.call(reference, given))
    except SandboxError as exc:
        return Extraction("error", f'plug-in "{name}" failed: {exc}'[:MAX_REASON_CHARS])
    return Extraction(status, reason, payload)


def _check_free(table: Mapping[str, Extractor], extractor: Extractor) -> None:
    if taken := table.get(extractor.kind):
        raise ExtractError(f'kind "{extractor.kind}" is already provided by "{taken.name}"')
    if any(extractor.name == other.name for other in table.values()):
        raise ExtractError(f'the name "{extractor.name}" is already in use')
