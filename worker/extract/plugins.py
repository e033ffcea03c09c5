"""Plug-ins: extractors of other packages, found by the entry-point group `wireroom.extractors`."""

import json
import logging
from collections.abc import Iterable, Mapping, MutableMapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from worker.errors import ExtractError
from worker.extract.registry import NEEDS, NETWORK, Extractor
from worker.records import Extraction, Material

GROUP = "wireroom.extractors"
STATUSES = frozenset({"ok", "empty", "refused", "thin", "error"})
MAX_PAYLOAD_CHARS = 1_000_000

log = logging.getLogger("wireroom.plugins")


def load_plugins(
    table: MutableMapping[str, Extractor], points: Iterable[EntryPoint] | None = None
) -> tuple[str, ...]:
    """Add the installed plug-ins to a table of extractors; gives why others were refused, one line each.

    A plug-in that cannot be imported, that is not what it should be, or whose name or kind is taken is
    refused by name; the others are added.
    """
    refused = []
    for point in sorted(entry_points(group=GROUP) if points is None else points, key=lambda one: one.name):
        try:
            extractor = _read(point)
            _check_free(table, extractor)
        except ExtractError as exc:
            refused.append(f'plug-in "{point.name}" is refused: {exc}')
            log.warning(refused[-1])
            continue
        table[extractor.kind] = extractor
    return tuple(refused)


def _read(point: EntryPoint) -> Extractor:
    try:
        made = point.load()
        plugin = made() if isinstance(made, type) else made
        name, version = str(plugin.name), str(plugin.version)
        kinds, needs, extract = tuple(plugin.kinds), frozenset(plugin.needs), plugin.extract
    except Exception as exc:
        raise ExtractError(f"{type(exc).__name__}: {exc}".splitlines()[0]) from exc
    if not name or not version or not callable(extract):
        raise ExtractError("it has no name, version or extract(doc)")
    if len(kinds) != 1 or not isinstance(kinds[0], str) or not kinds[0].isidentifier():
        raise ExtractError(f"its kinds are {kinds!r}; a plug-in makes one kind")
    if not needs or not needs <= NEEDS - {NETWORK}:
        raise ExtractError(f"it needs {sorted(map(str, needs))}; there are {sorted(NEEDS - {NETWORK})}")

    def derive(material: Material) -> Extraction:
        return _checked(extract(material))

    return Extractor(kinds[0], name, version, needs, derive=derive, is_plugin=True)


def _check_free(table: Mapping[str, Extractor], extractor: Extractor) -> None:
    if taken := table.get(extractor.kind):
        raise ExtractError(f'"{extractor.kind}" is made by "{taken.name}" already')
    if any(extractor.name == other.name for other in table.values()):
        raise ExtractError(f'the name "{extractor.name}" is taken')


def _checked(result: Any) -> Extraction:
    """The result, if it can be stored. Raises ExtractError when it cannot."""
    if not isinstance(result, Extraction) or result.status not in STATUSES:
        raise ExtractError("it gave no Extraction with a known status")
    try:
        text = json.dumps(result.payload, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as exc:
        raise ExtractError(f"its payload is no JSON: {exc}") from exc
    if len(text) > MAX_PAYLOAD_CHARS or not isinstance(result.payload, Mapping):
        raise ExtractError(f"its payload is no object of at most {MAX_PAYLOAD_CHARS} characters")
    if result.payload and not isinstance(result.payload.get("schema"), str):
        raise ExtractError('its payload has no "schema"')
    return result
