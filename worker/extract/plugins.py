"""Plug-ins: extractors of other packages, found by the entry-point group `wireroom.extractors`.

Their code runs in processes of their own and never in the service's: one that hangs, crashes or eats memory
costs its own results and nothing else.
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

DESCRIBED_IN_S = 20.0  # imports included
DEADLINE_S = 60.0
MEMORY_BYTES = 1024 * 1024 * 1024
CONCURRENCY = 4  # jobs at once over all workers, unless the config says otherwise

log = logging.getLogger("wireroom.plugins")


def load_plugins(
    table: MutableMapping[str, Extractor], points: Iterable[EntryPoint] | None = None
) -> tuple[str, ...]:
    """Add the installed plug-ins to a table of extractors; gives why others were refused, one line each.

    A plug-in that cannot be imported, that is not what it should be, or whose name or kind is taken is
    refused by name; the others are added.
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
    """What a plug-in says of itself; asked twice where it may have been the machine."""
    with SandboxPool(
        "worker.plugin_child:describe", deadline_s=DESCRIBED_IN_S, memory_bytes=MEMORY_BYTES
    ) as fence:
        try:
            said: str = fence.call(reference)
        except SandboxError as exc:
            if not exc.may_pass:
                raise
            said = fence.call(reference)
    return said


def _read(point: EntryPoint) -> Extractor:
    said = json.loads(_describe(point.value))
    own = SandboxPool(
        "worker.plugin_child:run", processes=CONCURRENCY, deadline_s=DEADLINE_S, memory_bytes=MEMORY_BYTES
    )
    return Extractor(
        said["kind"],
        said["name"],
        said["version"],
        frozenset(said["needs"]),
        derive=partial(_derive, own, point.value, said["name"]),
        concurrency=CONCURRENCY,
    )


def _derive(fence: SandboxPool, reference: str, name: str, material: ExtractorInput) -> Extraction:
    """What a plug-in gives; an `error` that names it when it breaks or gives what cannot be stored."""
    try:
        status, reason, payload = json.loads(fence.call(reference, material))
    except SandboxError as exc:
        return Extraction("error", f'plug-in "{name}" broke: {exc}'[:MAX_REASON_CHARS])
    return Extraction(status, reason, payload)


def _check_free(table: Mapping[str, Extractor], extractor: Extractor) -> None:
    if taken := table.get(extractor.kind):
        raise ExtractError(f'"{extractor.kind}" is made by "{taken.name}" already')
    if any(extractor.name == other.name for other in table.values()):
        raise ExtractError(f'the name "{extractor.name}" is taken')
