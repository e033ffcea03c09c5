"""The state of the service: config, upkeep, clock."""

from datetime import datetime
from typing import Any

from worker.store.models.base import Base
from worker.store.tables import Mapped, mapped_column
from worker.store.types import Name


class ConfigState(Base):
    """The single row (id 1) with the config in force."""

    __tablename__ = "config_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    loaded_at: Mapped[datetime | None]
    service: Mapped[dict[str, Any]]  # the config without its feeds


class ConfigFileRow(Base):
    """A config file as last read by its control; `source` is machine and path."""

    __tablename__ = "config_files"

    source: Mapped[str] = mapped_column(Name(600), primary_key=True)
    digest: Mapped[str]
    state: Mapped[str]  # "ok" | "refused" | "unreadable" | "other" | "superseded"
    error: Mapped[str | None]
    seen_at: Mapped[datetime]


class UpkeepState(Base):
    """The single row (id 1) with the lease and the progress of the upkeep."""

    __tablename__ = "upkeep_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    lease: Mapped[str | None]
    lease_until_at: Mapped[datetime | None]
    progress: Mapped[dict[str, Any]]


class ClockState(Base):
    """The single row (id 1) by which all processes agree on the time.

    A control updates it at each tick. `epoch` counts how often the clock was set; each time, all stored
    future times were moved by `step_s`. With a SQLite file, the other processes extrapolate from `at` by the
    steady clock that they share with the writer (`steady_s`, since the boot `boot`).
    """

    __tablename__ = "clock_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[int]
    at: Mapped[datetime]
    steady_s: Mapped[float | None]
    boot: Mapped[str | None]
    stepped_at: Mapped[datetime | None]
    step_s: Mapped[float | None]
