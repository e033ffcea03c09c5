"""What tests call in fenced processes: functions that behave, and functions and plug-ins that do not."""

import importlib
import os
import signal
import sys
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from worker.errors import ExtractError
from worker.records import Extraction, ExtractorInput


def double(number: int) -> int:
    """A function that behaves."""
    return 2 * number


def echo(value: bytes) -> bytes:
    """Give back what came."""
    return value


def refuse(why: str) -> None:
    """Refuse as a stage does."""
    raise ExtractError(why)


def break_down() -> None:
    """An error that nobody foresaw."""
    raise KeyError("no such thing")


def sleep(seconds: float) -> None:
    """Take long."""
    time.sleep(seconds)


def eat(megabytes: int) -> int:
    """Take memory."""
    return len(bytearray(megabytes * 1024 * 1024))


def descend(depth: int = 0) -> int:
    """Nest too deep."""
    return descend(depth + 1) + 1


_HOARD: list[bytearray] = []


def hoard(megabytes: int) -> int:
    """Keep memory from call to call."""
    _HOARD.append(bytearray(megabytes * 1024 * 1024))
    return len(_HOARD)


def multiply(seconds: float) -> None:
    """Leave a process behind that keeps the pipes open, and die."""
    if os.fork():
        os._exit(4)
    time.sleep(seconds)
    os._exit(0)


def leave() -> None:
    """End the process as a crash would."""
    os._exit(3)


def kill_itself() -> None:
    """End the process by a signal."""
    os.kill(os.getpid(), signal.SIGKILL)


def import_late(_: int) -> None:
    """Import on first use what is not installed."""
    importlib.import_module("tests.support.broken_import")


def die_once(counted: str) -> int:
    """Count the calls in a file; end the process in the first one, as a signal from elsewhere would."""
    with Path(counted).open("a", encoding="utf-8") as file:
        file.write("x")
        calls = file.tell()
    if calls == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return calls


def chatter() -> str:
    """Print where the answers go."""
    print("to the standard output", flush=True)
    os.write(1, b"and past Python")
    return "said"


class Good:
    """A plug-in that counts words."""

    name, version, kinds, needs = "good", "1", ("words",), ("text",)

    def extract(self, doc: ExtractorInput) -> Extraction:
        """The number of words."""
        return Extraction("ok", None, {"schema": "words/1", "words": len(doc.text.split())})


class TakesCredit(Good):
    """Wants a kind that is built in."""

    name, kinds = "taker", ("credit",)


class TakesTheName(Good):
    """Has the name of another."""

    kinds = ("others",)


class Fetches(Good):
    """Wants the network."""

    name, kinds, needs = "fetches", ("fetched",), ("network",)


class TwoKinds(Good):
    """Makes more than one kind."""

    name, kinds = "two", ("one", "two")


class NoVersion:
    """Is not what a plug-in should be."""

    name, kinds, needs = "unversioned", ("unversioned",), ("text",)


class Status(StrEnum):
    """A word of the plug-in's own, which would bring its module along."""

    FINE = "ok"


class SpeaksItsOwn(Good):
    """Gives values of types of its own."""

    name, kinds = "own", ("own",)

    def extract(self, doc: ExtractorInput) -> Extraction:
        """A status and a number of types of its own."""
        return Extraction(Status.FINE, None, {"schema": "own/1", "status": Status.FINE})


class CannotBeMade(Good):
    """Hangs the moment it is made."""

    name, kinds = "unmade", ("unmade",)

    def __init__(self) -> None:
        time.sleep(600)


class Crashes(Good):
    """Ends the process the moment it is made."""

    name, kinds = "crashing", ("crashing",)

    def __init__(self) -> None:
        os._exit(3)


def _bad(name: str, act: Callable[[], object]) -> type[Good]:
    """A plug-in that is well described and behaves badly on every article."""

    def extract(self: Good, doc: ExtractorInput) -> object:
        return act()

    return type(name, (Good,), {"name": name, "kinds": (name,), "extract": extract})


def _raise() -> None:
    raise RuntimeError("boom\nand more")


def _extraction(payload: object, status: str = "ok") -> Callable[[], Extraction]:
    return lambda: Extraction(status, None, payload)  # type: ignore[arg-type]


Raises = _bad("raises", _raise)
Hangs = _bad("hangs", lambda: time.sleep(600))
Exits = _bad("exits", lambda: os._exit(7))
Quits = _bad("quits", lambda: sys.exit(3))
Eats = _bad("eats", lambda: bytearray(4 * 1024**3))
GivesNothing = _bad("nothing", lambda: None)
GivesNoStatus = _bad("nostatus", _extraction({}, "fine"))
GivesNoJson = _bad("nojson", _extraction({"schema": "x/1", "what": object()}))
GivesNan = _bad("nan", _extraction({"schema": "x/1", "what": float("nan")}))
GivesMuch = _bad("much", _extraction({"schema": "x/1", "what": "x" * 2_000_000}))
GivesList = _bad("list", _extraction([1, 2]))
GivesNoSchema = _bad("noschema", _extraction({"what": 1}))


def sleep_on(*_: object) -> None:
    """Take long, whatever is given."""
    time.sleep(60.0)


def eat_on(*_: object) -> int:
    """Take more memory than is allowed, whatever is given."""
    return len(bytearray(512 << 20))


def leave_on(*_: object) -> None:
    """End the process, whatever is given."""
    os._exit(3)
