"""Counters and histograms of one thread, counted without locks and shown to prometheus-client when it asks.

Its own are made for many threads: a request that counts in half a dozen of them would spend on their locks and label
checks a tenth of what a small model takes.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

_TO_TEXT = {float("inf"): "+Inf"}


class HistogramTally:
    """How many values fell into each bucket, for one set of labels."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        """Take the upper bounds, rising; a last bucket without one is added."""
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.total += value


class Histograms:
    """A histogram for each set of labels; a collector of prometheus-client."""

    def __init__(self, name: str, help_text: str, labels: Sequence[str], bounds: Sequence[float]) -> None:
        """Start without values."""
        self._name, self._help_text, self._labels, self._bounds = name, help_text, labels, bounds
        self._tallies: dict[tuple[str, ...], HistogramTally] = {}

    def of(self, *labels: str) -> HistogramTally:
        """Return the histogram of these labels, a new one at first."""
        if labels not in self._tallies:
            self._tallies[labels] = HistogramTally(self._bounds)
        return self._tallies[labels]

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Return what was counted, in Prometheus's cumulative form."""
        family = HistogramMetricFamily(self._name, self._help_text, labels=self._labels)
        for labels, tally in [*self._tallies.items()]:
            family.add_metric(labels, list(self._cumulate(tally)), sum_value=tally.total)
        yield family

    def _cumulate(self, tally: HistogramTally) -> Iterator[tuple[str, int]]:
        total = 0
        for bound, count in zip([*self._bounds, float("inf")], [*tally.counts], strict=True):
            total += count
            yield _TO_TEXT.get(bound, str(float(bound))), total


class CounterTally:
    """A count, for one set of labels."""

    __slots__ = ("total",)

    def __init__(self) -> None:
        """Start at 0."""
        self.total = 0


class Counters:
    """A counter for each set of labels; a collector of prometheus-client."""

    def __init__(self, name: str, help_text: str, labels: Sequence[str]) -> None:
        """Start without counts."""
        self._name, self._help_text, self._labels = name, help_text, labels
        self._tallies: dict[tuple[str, ...], CounterTally] = {}

    def of(self, *labels: str) -> CounterTally:
        """Return the counter of these labels, a new one at first."""
        if labels not in self._tallies:
            self._tallies[labels] = CounterTally()
        return self._tallies[labels]

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Return what was counted."""
        family = CounterMetricFamily(self._name, self._help_text, labels=self._labels)
        for labels, tally in [*self._tallies.items()]:
            family.add_metric(labels, tally.total)
        yield family
