"""Leave to send one request to a host: a free slot, and no wait that the host asked for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from worker.fetch.pacing import Slot
from worker.flows.leases import LEASE_S, Lease
from worker.flows.services import Services
from worker.records import Config, HostRule
from worker.store import hosts as host_store

HOP_WAIT_S = 5.0  # how long a request under way waits for a slot of the host that a redirect leads to
RETRY_HOST_S = 1.0  # how soon to come back to a host that is busy or answers its first request


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing may be sent now, but it is worth asking again after `wait_s`."""

    wait_s: float
    why: str


class HostClosed(Exception):  # noqa: N818 - no error: it is worth asking again after `wait_s`
    """A redirect leads to a host that cannot be asked now."""

    def __init__(self, host: str, refusal: Refusal) -> None:
        super().__init__(f"redirected to {host}: {refusal.why}")
        self.wait_s = refusal.wait_s


@dataclass(slots=True)
class HostPermit:
    """The right to have one connection open to a host; a probe is the one request after a host's wait.

    `further` are those for the hosts that redirects led to.
    """

    slot: Slot
    is_probe: bool
    further: list["HostPermit"] = field(default_factory=list)
    is_open: bool = field(default=True)

    @property
    def leases(self) -> tuple[Lease, ...]:
        """What has to be prolonged while the request is under way."""
        slot, host = self.slot, self.slot.host
        probe = (Lease("probe", host, slot.token),) if self.is_probe else ()
        return (Lease("slot", host, slot.token), *probe)

    def close(self, services: Services) -> None:
        """The reply has ended: the slots are free. Safe to call twice."""
        for one in (self, *self.further):
            if one.is_open:
                one.is_open = False
                services.pacer.release(one.slot)


def ask(
    services: Services,
    host: str,
    rule: HostRule,
    token: str,
    begin: Callable[[Connection], bool],
    *,
    max_wait_s: float,
    global_rate_per_s: float = 0.0,
) -> HostPermit | Refusal | None:
    """Leave for the holder of a lease `token`, after at most `max_wait_s`; None when the lease was lost.

    `begin` says whether the lease is still good, and that the work begins. It and the host are asked last,
    with the slot in hand: much can happen while one waits for it. The request goes out after `start`.
    """
    slot = services.pacer.acquire(
        host, rule, token, hold_s=LEASE_S, max_wait_s=max_wait_s, global_rate_per_s=global_rate_per_s
    )
    if not isinstance(slot, Slot):
        return Refusal(max(slot, RETRY_HOST_S), "the host is busy")
    answer: HostPermit | Refusal | None = None
    try:
        answer = _look(services, slot, begin)
    finally:
        if not isinstance(answer, HostPermit):
            services.pacer.release(slot)
    return answer


def start(services: Services, leave: HostPermit, rule: HostRule) -> None:
    """Wait for the moment to send the request: the host's delay counts from request to request."""
    services.pacer.start(leave.slot, rule.delay_s)


def _look(services: Services, slot: Slot, begin: Callable[[Connection], bool]) -> HostPermit | Refusal | None:
    now, host = services.clock(), slot.host
    with services.db.write() as connection:
        until = host_store.host_not_before(connection, host)
        if until is not None:
            if until > now:
                return Refusal((until - now).total_seconds(), "the host asked to wait")
            held_until = now + timedelta(seconds=LEASE_S)
            if not host_store.take_probe(connection, host, slot.token, now, held_until):
                return Refusal(RETRY_HOST_S, "the host answers its first request after a wait")
        if begin(connection):
            return HostPermit(slot, is_probe=until is not None)
        host_store.drop_probe(connection, host, slot.token)
        return None


@contextmanager
def held(
    services: Services, leave: HostPermit, service: Config, *, at_most_s: float
) -> Iterator[Callable[[str], None]]:
    """Keep a leave for the block, or until it is closed; gives how to get one for a further host.

    That raises HostClosed. After a probe the others may go, unless its reply asked to wait: that is stored
    inside the block, so that nobody finds a slot free before it.
    """
    with ExitStack() as stack:

        def keep(one: HostPermit) -> None:
            stack.enter_context(services.keeper.hold(*one.leases, at_most_s=at_most_s))
            stack.callback(_settle, services, one)

        def enter(host: str) -> None:
            rule, token = service.host_rule(host), leave.slot.token
            got = ask(services, host, rule, token, lambda _: True, max_wait_s=HOP_WAIT_S)
            if isinstance(got, Refusal):
                raise HostClosed(host, got)
            if got is not None:
                leave.further.append(got)
                keep(got)
                start(services, got, rule)

        keep(leave)
        yield enter


def _settle(services: Services, leave: HostPermit) -> None:
    leave.close(services)
    if leave.is_probe:
        with services.db.write() as connection:
            host_store.end_probe(connection, leave.slot.host, leave.slot.token)
