"""The metrics: names, help texts and labels; the labels have few values, never the name of a feed or a host.

Names follow prometheus.io/docs/practices/naming: base units as suffixes, `_total` for counters.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from platform import python_version
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)

from worker.records import EventKind, ExtractionStatus, Kind, Outcome
from worker.store.figures import OPEN_STATES, Counts

FETCH_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
PARSE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
TASK_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0)


def gauge(name: str, about: str, value: float) -> Metric:
    """A gauge without labels."""
    return GaugeMetricFamily(f"wireroom_{name}", about, value=value)


def gauges(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    """A gauge with one label."""
    family = GaugeMetricFamily(f"wireroom_{name}", about, labels=[label])
    for value, number in sorted(values.items()):
        family.add_metric([value], number)
    return family


def counters(
    name: str, about: str, labels: Sequence[str], counts: Counts, known: Iterable[tuple[str, ...]]
) -> Metric:
    """A counter with labels; those of `known` are there from the beginning, so that rates begin at zero."""
    family = CounterMetricFamily(f"wireroom_{name}", about, labels=labels)
    for values in sorted({*known, *counts}):
        family.add_metric(values, counts.get(values, 0))
    return family


def histogram(
    name: str, about: str, buckets: Sequence[tuple[float, float]], count: float, total: float
) -> Metric:
    """A histogram without labels, of cumulative counts by upper limit."""
    family = HistogramMetricFamily(f"wireroom_{name}", about)
    family.add_metric([], [*((str(limit), n) for limit, n in buckets), ("+Inf", count)], total)
    return family


def poll_metrics(counts: Counts) -> Iterator[Metric]:
    """The metrics of polls from the counts of `figures.count_polls`."""

    def total(name: str, about: str, column: str) -> Metric:
        family = CounterMetricFamily(f"wireroom_{name}", about)
        family.add_metric([], counts.get(("sum", column), 0))
        return family

    def took(name: str, about: str, column: str, limits: Sequence[float]) -> Metric:
        buckets = [(limit, counts.get(("bucket", column, str(limit)), 0)) for limit in limits]
        sums = counts.get(("count", column), 0), counts.get(("sum", column), 0)
        return histogram(name, about, buckets, *sums)

    outcomes: Counts = {(key[1],): n for key, n in counts.items() if key[0] == "outcome"}
    known = [(outcome.value,) for outcome in Outcome if outcome is not Outcome.STALE]  # which has no record
    yield counters("polls", "Polls by outcome.", ["outcome"], outcomes, known)
    yield took("poll_fetch_seconds", "Time to fetch a feed.", "fetch_s", FETCH_BUCKETS)
    yield took("poll_parse_seconds", "Time to parse a feed.", "parse_s", PARSE_BUCKETS)
    yield total("poll_received_bytes", "Bytes of feeds as received, before decompression.", "wire_bytes")
    yield total("poll_entries", "Entries of the feeds that were polled.", "entries")
    yield total("articles_stored", "Articles stored.", "new")
    yield total("articles_updated", "New versions of stored articles.", "updated")


def event_metrics(counts: Counts) -> Iterator[Metric]:
    """Events by kind."""
    known = [(kind.value,) for kind in EventKind]
    yield counters("events", "Events by kind, as in `wireroom events`.", ["kind"], counts, known)


def extraction_metrics(counts: Counts) -> Iterator[Metric]:
    """Results of extraction by kind and status."""
    known = [(kind.value, status.value) for kind in Kind for status in ExtractionStatus]
    about = "Results of extraction by kind and status."
    yield counters("extractions", about, ["kind", "status"], counts, known)


def job_metrics(counts: Counts, oldest_due_s: float) -> Iterator[Metric]:
    """Open jobs by kind and state."""
    family = GaugeMetricFamily("wireroom_jobs", "Jobs that are not done.", labels=["kind", "state"])
    known = [(kind.value, state) for kind in Kind for state in OPEN_STATES]
    for values in sorted({*known, *counts}):
        family.add_metric(values, counts.get(values, 0))
    yield family
    yield gauge("oldest_due_job_seconds", "How long the oldest due job has waited.", oldest_due_s)


def build_metrics() -> Iterator[Metric]:
    """The versions of wireroom and Python."""
    about: dict[str, Any] = {"version": version("wireroom"), "python": python_version()}
    yield InfoMetricFamily("wireroom_build", "Versions of wireroom and Python.", value=about)
