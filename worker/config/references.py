"""Where the config files refer to secrets, for messages that name a secret and its line."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from worker.config.locate import Place
from worker.config.logins import is_reference
from worker.config.sources import read_sources
from worker.errors import ConfigError

_AUTH = ("password", "token")
_PUSH = ("url", "secrets")
_ALERTS = ("webhook", "webhook_secret", "smtp_password")


def find_references(path: Path) -> dict[str, tuple[str, ...]]:
    """The places of each reference in the files of a config, such as `feeds.toml:12`, in file order.

    Empty if the main file cannot be read.
    """
    folder = path.with_suffix(".d")
    try:
        stamps = tuple((file, file.stat().st_mtime_ns) for file in (path, *sorted(folder.glob("*.toml"))))
    except OSError:
        return {}
    return dict(_find_in(path, stamps))


@lru_cache(maxsize=1)
def _find_in(path: Path, _stamps: tuple[tuple[Path, int], ...]) -> dict[str, tuple[str, ...]]:
    """The same, read again when a file has changed; the live screen asks every second."""
    places: dict[str, list[str]] = {}
    try:
        sources, _, _ = read_sources(path)
    except ConfigError:
        return {}
    for source in sources:
        for place, value in _walk(source.data, ()):
            if _may_be_secret(place) and is_reference(value):
                line = source.line(*place)
                places.setdefault(value, []).append(source.name if line is None else f"{source.name}:{line}")
    return {reference: tuple(dict.fromkeys(found)) for reference, found in places.items()}


def _walk(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(inner, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _walk(inner, (*place, number))


def _may_be_secret(place: Place) -> bool:
    match place:
        case ("feed", _, "auth", key):
            return key in _AUTH
        case ("feed", _, "headers", _):
            return True
        case ("alerts", key):
            return key in _ALERTS
        case ("push", _, key, *_):
            return key in _PUSH
    return False
