"""Permits to send requests to a host: a free slot, and no back-off that the host asked for."""

import math
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import Connection

from worker.fault_words import name_broker_fault
from worker.fetch.pacing import BrokerWait, Slot
from worker.flows.leases import LEASE_S, Lease
from worker.flows.services import Services
from worker.records import Config
from worker.schedule.words import spell_at
from worker.store import hosts as host_store

HOP_WAIT_S = 5.0  # how long a request under way waits for a slot of the host that a redirect leads to
START_WAIT_S = 5.0  # how long a request with a slot waits for the host's delay
GRANTED_S = LEASE_S / 2  # a start that was granted longer ago, as the process was stopped, is requested again
RETRY_HOST_S = 1.0  # retry delay for a host that is busy or is handling its probe request


class HostBusy(Exception):  # noqa: N818 - not an error: a retry is worthwhile after `wait_s`
    """Nothing may be sent to a host now."""

    def __init__(self, wait_s: float, why: str) -> None:
        super().__init__(why)
        self.wait_s = wait_s


class RedirectHostBusy(HostBusy):
    """A redirect leads to a host that cannot be requested now."""


@dataclass(slots=True)
class HostPermit:
    """The right to have one connection open to a host, and to the hosts that redirects lead to.

    As a context manager it renews its leases for at most `at_most_s` seconds, and is released at the end of
    the block. Call `confirm` in the transaction that begins the work and `start` before the request, which is
    sent inside `sending`.
    """

    services: Services
    config: Config
    slot: Slot
    at_most_s: float
    is_probe: bool = False  # the single request that goes first after a host's back-off
    is_released: bool = False
    further: list["HostPermit"] = field(default_factory=list)  # of the hosts that redirects led to
    granted_at_s: float = 0.0  # monotonic: when the start was requested
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        """Renew the slot's lease until the end of the block."""
        self._renew("slot")
        self._stack.callback(self._finish)
        return self

    def __exit__(self, *_: object) -> None:
        """Release everything, and end the probe: other requests may follow.

        A back-off that the response asked for has to be stored inside the block, before the slot is free.
        """
        self._stack.close()

    def confirm(self, connection: Connection) -> None:
        """Check the host's back-off, and claim its probe when that is over, in the caller's transaction.

        Raises HostBusy. Comes after the wait for the slot, since the back-off may have changed during it.
        """
        now, host = self.services.clock(), self.slot.host
        until = host_store.host_not_before(connection, host)
        if until is None:
            return
        if until > now:
            why = f"{host} asked to wait until {spell_at(until, now)}, for all its feeds and pages"
            raise HostBusy((until - now).total_seconds(), why)
        held_until = now + timedelta(seconds=LEASE_S)
        if not host_store.take_probe(connection, host, self.slot.token, now, held_until):
            raise HostBusy(RETRY_HOST_S, "the host is responding to its first request after a wait")
        self.is_probe = True
        self._renew("probe")

    def drop_probe(self, connection: Connection) -> None:
        """Leave the probe to another request, as nothing will be sent."""
        self.is_probe = False
        host_store.drop_probe(connection, self.slot.host, self.slot.token)

    def start(self) -> None:
        """Wait for the moment to send the request: the host's delay counts from request to request.

        Raises HostBusy if that takes long, if the slot was lost or if the broker does not respond.
        """
        self.granted_at_s = time.monotonic()
        if wait_s := self.services.pacer.start(self.slot, START_WAIT_S):
            if self.is_probe:
                with self.services.db.write() as connection:
                    self.drop_probe(connection)
            raise _busy(wait_s)

    @contextmanager
    def sending(self, host: str) -> Iterator[None]:
        """Send a request to the permit's host, or to one that a redirect led to, in the block.

        Raises HostBusy if its start was granted too long ago and the host is not free now.
        """
        permit = next((one for one in (self, *self.further) if one.slot.host == host), self)
        if time.monotonic() - permit.granted_at_s > GRANTED_S:
            permit.start()
        yield
        permit.granted_at_s = math.inf  # a redirect within the host follows at once, however late it comes
        self.services.pacer.sent(permit.slot)

    def extend(self, host: str) -> None:
        """Acquire a permit for the host that a redirect leads to, and start it. Raises RedirectHostBusy.

        A host that this permit is for already is requested at once, as a redirect within it.
        """
        if any(permit.slot.host == host for permit in (self, *self.further)):
            return
        services, token = self.services, self.slot.token
        try:
            with ExitStack() as entered:
                permit = entered.enter_context(
                    acquire(
                        services, self.config, host, token, max_wait_s=HOP_WAIT_S, at_most_s=self.at_most_s
                    )
                )
                with services.db.write() as connection:
                    permit.confirm(connection)
                permit.start()
                self._stack.enter_context(entered.pop_all())
        except HostBusy as exc:
            raise RedirectHostBusy(exc.wait_s, f"redirected to {host}: {exc}") from exc
        self.further.append(permit)

    def release(self) -> None:
        """Release the slots as soon as the response has been read. Safe to call twice."""
        for permit in (self, *self.further):
            if not permit.is_released:
                permit.is_released = True
                with self.services.turns.waiting():  # a broker that does not respond takes seconds
                    self.services.pacer.release(permit.slot)

    def _renew(self, kind: str) -> None:
        lease = Lease(kind, self.slot.host, self.slot.token)
        self._stack.enter_context(self.services.keeper.hold(lease, at_most_s=self.at_most_s))

    def _finish(self) -> None:
        self.release()
        if self.is_probe:
            with self.services.db.write() as connection:
                host_store.end_probe(connection, self.slot.host, self.slot.token)


def acquire(
    services: Services,
    config: Config,
    host: str,
    token: str,
    *,
    max_wait_s: float,
    at_most_s: float,
    global_rate_per_s: float = 0.0,
) -> HostPermit:
    """A permit for the lease holder, waiting at most `max_wait_s` for a slot; still to be confirmed.

    Raises HostBusy.
    """
    slot = services.pacer.acquire(
        host,
        config.host_rule(host),
        token,
        hold_s=LEASE_S,
        max_wait_s=max_wait_s,
        global_rate_per_s=global_rate_per_s,
    )
    if not isinstance(slot, Slot):
        raise _busy(slot)
    return HostPermit(services, config, slot, at_most_s)


def host_wait_reason(host: str, until: datetime, now: datetime, status: int | None, asked: str) -> str:
    """Why nothing is sent to a host: the status with which it answered `asked`, and until when."""
    return f"nothing is sent to {host} until {spell_at(until, now)}: HTTP {status} for {asked}"


def _busy(wait_s: float) -> HostBusy:
    why = name_broker_fault(wait_s.error) if isinstance(wait_s, BrokerWait) else "the host is busy"
    return HostBusy(max(wait_s, RETRY_HOST_S), why)
