"""The real TensorFlow Data Validation, on ingested examples and on the log of the same images."""

import io
from datetime import timedelta
from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
from PIL import Image
from tensorflow_metadata.proto.v0 import statistics_pb2
from tiny_predictions import MIDNIGHT, entry, predict

from components.errors import DataError
from components.image_example_gen.ingest import ingest
from components.image_example_gen.sources import ImageSource
from components.image_example_gen.splits import SplitFractions
from components.statistics.data_validation import tfdv
from components.statistics.options import image_statistics_options
from components.statistics.request_log import request_log_statistics
from serving.request_log.entries import to_entries, to_line
from serving.request_log.files import LogFiles

LABEL = "green"
"""What `predict` answers for every image."""
HOUR = timedelta(hours=1)
Statistics = statistics_pb2.DatasetFeatureStatisticsList


def draw(seed: int) -> bytes:
    random = np.random.default_rng(seed)
    height, width = random.integers(4, 12, 2)
    encoded = io.BytesIO()
    image = Image.fromarray(random.integers(0, 256, (height, width, 3), np.uint8))
    image.save(encoded, "PNG" if seed % 3 else "JPEG")
    return encoded.getvalue()


IMAGES = [draw(seed) for seed in range(60)]


def log(folder: Path, images: list[bytes]) -> None:
    files = LogFiles(folder, max_bytes=1 << 20)
    for made in to_entries(predict(images), time=MIDNIGHT, max_pixels=10_000):
        files.write(to_line(made), time=MIDNIGHT)
    files.finish()


def read(folder: Path, *, version: int = 2) -> Statistics:
    return request_log_statistics(folder, model="colours", version=version, start=MIDNIGHT, end=MIDNIGHT + HOUR)


def by_feature(statistics: Statistics) -> dict[str, statistics_pb2.FeatureNameStatistics]:
    (dataset,) = statistics.datasets
    return {feature.path.step[0]: feature for feature in dataset.features}


def test_the_log_of_ingested_images_has_the_statistics_of_their_examples(tmp_path: Path) -> None:
    with_label = [ImageSource(name=str(number), label=LABEL, content=image) for number, image in enumerate(IMAGES)]
    report = ingest(
        beam.Pipeline(runner="DirectRunner"),
        with_label,
        examples_dir=tmp_path / "examples",
        quarantine_dir=tmp_path / "quarantine",
        fractions=SplitFractions(eval=1e-9, test=1e-9),
        max_pixels=1000,
    )
    assert report.split_sizes()["train"] == len(IMAGES)
    examples = tfdv.generate_statistics_from_tfrecord(
        str(tmp_path / "examples" / "Split-train" / "*"), stats_options=image_statistics_options()
    )
    log(tmp_path / "log", IMAGES)

    logged = by_feature(read(tmp_path / "log"))

    ingested = by_feature(examples)
    assert set(ingested) - set(logged) == {"image"}
    for name, feature in logged.items():
        assert feature.type == ingested[name].type
    for name in ("height", "width", "channels", "size_bytes", "brightness"):
        ours, theirs = logged[name].num_stats, ingested[name].num_stats
        assert (ours.common_stats.num_non_missing, ours.min, ours.max) == (
            theirs.common_stats.num_non_missing,
            theirs.min,
            theirs.max,
        )
        assert ours.mean == pytest.approx(theirs.mean, abs=1e-6)
        assert ours.histograms[0] == theirs.histograms[0]
    for name in ("label", "format"):
        assert logged[name].string_stats.rank_histogram == ingested[name].string_stats.rank_histogram


def test_facts_that_are_not_known_are_missing_values(tmp_path: Path) -> None:
    files = LogFiles(tmp_path, max_bytes=1 << 20)
    files.write(to_line(entry()) + to_line(entry(format=None, size_bytes=None)), time=MIDNIGHT)
    files.finish()

    found = by_feature(read(tmp_path))

    assert found["height"].num_stats.common_stats.num_missing == 0
    assert found["size_bytes"].num_stats.common_stats.num_missing == 1
    assert found["format"].string_stats.common_stats.num_missing == 1


def test_a_log_without_such_images_is_told(tmp_path: Path) -> None:
    log(tmp_path / "log", IMAGES[:1])

    with pytest.raises(DataError, match="no image of colours version 3 from 2026-01-02 00:00:00 to 2026-01-02 01:00"):
        read(tmp_path / "log", version=3)
    with pytest.raises(DataError, match="absent is not a folder"):
        read(tmp_path / "absent")
