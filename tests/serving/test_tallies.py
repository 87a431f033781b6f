"""What is counted is what prometheus-client's own figures would show."""

import random

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from serving.tallies import Counters, Histograms

BOUNDS = (0.5, 1, 2.5)


def read(registry: CollectorRegistry) -> dict[tuple[str, str], float]:
    families = text_string_to_metric_families(generate_latest(registry).decode())
    samples = [sample for family in families for sample in family.samples]
    return {(s.name, str(sorted(s.labels.items()))): s.value for s in samples if not s.name.endswith("_created")}


def test_tallies_show_the_same_as_figures_of_the_library() -> None:
    theirs, ours = CollectorRegistry(), CollectorRegistry()
    histogram = Histogram("seconds", "Times", ["stage"], buckets=BOUNDS, registry=theirs)
    counter = Counter("images", "Images", ["model", "code"], registry=theirs)
    histograms, counters = (
        Histograms("seconds", "Times", ["stage"], BOUNDS),
        Counters("images", "Images", ["model", "code"]),
    )
    ours.register(histograms)
    ours.register(counters)
    chance = random.Random(0)  # noqa: S311

    for value in [0.5, 1, 2.5, *(chance.uniform(0, 4) for _ in range(200))]:
        stage, code = chance.choice(["queue", "model"]), chance.choice(["200", "429"])
        histogram.labels(stage).observe(value)
        histograms.of(stage).observe(value)
        counter.labels("a", code).inc(3)
        counters.of("a", code).total += 3

    assert read(ours) == read(theirs)
    assert len(read(ours)) == 2 * (len(BOUNDS) + 3) + 2
