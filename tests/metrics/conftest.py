"""A gatherer on real components, read without its thread."""

import pytest

from worker.metrics.gatherer import Gatherer


class Seconds:
    """A monotonic clock that is moved."""

    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def gatherer(services, seconds):
    return Gatherer(services, seconds)


@pytest.fixture
def scrape(gatherer, seconds):
    """The samples after `later_s` seconds: value by name and labels in the order of their names."""

    def read(later_s=100.0):
        seconds.now_s += later_s
        gatherer.refresh()
        return {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for metric in gatherer.collect()
            for sample in metric.samples
        }

    return read
