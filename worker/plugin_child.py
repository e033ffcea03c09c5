"""What runs in the process of a plug-in: load it, describe it, call it, check its result.

Plug-ins are classes or objects of other packages, found by the entry-point group `wireroom.extractors`. What
leaves the process is JSON: an object of theirs would bring their code along.
"""

import importlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from worker.errors import ExtractError
from worker.records import Extraction, ExtractorInput

GROUP = "wireroom.extractors"
NEEDS = frozenset({"text", "html", "feed"})
STATUSES = frozenset({"ok", "empty", "refused", "thin", "error"})
MAX_REASON_CHARS = 300
MAX_PAYLOAD_CHARS = 1_000_000


def describe(reference: str) -> str:
    """`name`, `version`, `kind` and `needs` of the plug-in at `module:object`; JSON. Raises ExtractError."""
    plugin = _load(reference)
    try:
        name, version = str(plugin.name), str(plugin.version)
        kinds, needs, extract = tuple(plugin.kinds), frozenset(plugin.needs), plugin.extract
    except Exception as exc:
        raise ExtractError(_one_line(exc)) from exc
    if not name or not version or not callable(extract):
        raise ExtractError("it has no name, version or extract(doc)")
    if len(kinds) != 1 or not isinstance(kinds[0], str) or not kinds[0].isidentifier():
        raise ExtractError(f"its kinds are {kinds!r}; a plug-in makes one kind")
    if not needs or not needs <= NEEDS:
        raise ExtractError(f"it needs {sorted(map(str, needs))}; there are {sorted(NEEDS)}")
    return json.dumps({"name": name, "version": version, "kind": kinds[0], "needs": sorted(needs)})


def run(reference: str, material: ExtractorInput) -> str:
    """Status, reason and payload of a plug-in's result, as JSON; raises ExtractError when it is none."""
    try:
        result = _load(reference).extract(material)
    except MemoryError:
        raise
    except (Exception, SystemExit) as exc:
        raise ExtractError(_one_line(exc)) from exc
    if not isinstance(result, Extraction) or result.status not in STATUSES:
        raise ExtractError("it gave no Extraction with a known status")
    reason = None if result.reason is None else str(result.reason)[:MAX_REASON_CHARS]
    return _to_json(result.status, reason, result.payload)


def _to_json(status: str, reason: str | None, payload: Mapping[str, Any]) -> str:
    if not isinstance(payload, Mapping):
        raise ExtractError("its payload is no object")
    try:
        text = json.dumps([status, reason, dict(payload)], allow_nan=False)
    except (TypeError, ValueError, RecursionError) as exc:
        raise ExtractError(f"its payload is no JSON: {exc}") from exc
    if len(text) > MAX_PAYLOAD_CHARS:
        raise ExtractError(f"its payload has more than {MAX_PAYLOAD_CHARS} characters")
    if payload and not isinstance(payload.get("schema"), str):
        raise ExtractError('its payload has no "schema"')
    return text


@cache
def _load(reference: str) -> Any:
    module, _, path = reference.partition(":")
    try:
        made: Any = importlib.import_module(module)
        for name in filter(None, path.split(".")):
            made = getattr(made, name)
        return made() if isinstance(made, type) else made
    except (Exception, SystemExit) as exc:
        raise ExtractError(_one_line(exc)) from exc


def _one_line(exc: BaseException) -> str:
    return f"{type(exc).__name__}: {exc}".splitlines()[0]
