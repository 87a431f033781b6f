"""Drift by the real TensorFlow Data Validation, between windows of a request log."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from tensorflow_metadata.proto.v0 import statistics_pb2
from tiny_predictions import MIDNIGHT, entry

from components.statistics.drift import measure_drift
from components.statistics.drift_limits import DRIFT_LIMITS
from components.statistics.request_log import request_log_statistics
from serving.request_log.entries import to_line
from serving.request_log.files import LogFiles

SECOND = timedelta(seconds=1)
Statistics = statistics_pb2.DatasetFeatureStatisticsList


def images_of(
    folder: Path, seed: int, *, brighter_by: float = 0.0, labels: str = "abc", image_format: str = "PNG"
) -> Statistics:
    """Log five hundred random images at a second of their own and return their statistics."""
    random, time = np.random.default_rng(seed), MIDNIGHT + seed * SECOND
    files = LogFiles(folder, max_bytes=1 << 20)
    for _ in range(500):
        made = entry(
            time=time,
            brightness=float(np.clip(random.normal(0.4 + brighter_by, 0.1), 0, 1)),
            width=int(random.integers(20, 60)),
            size_bytes=int(random.integers(100, 300)),
            label=str(random.choice(list(labels))),
            format=image_format,
        )
        files.write(to_line(made), time=time)
    files.finish()
    return request_log_statistics(folder, model="colours", version=2, start=time, end=time + SECOND)


def drifted(earlier: Statistics, later: Statistics) -> list[str]:
    measured = measure_drift(earlier, later)
    assert [drift.feature for drift in measured] == sorted(DRIFT_LIMITS)
    return [drift.feature for drift in measured if drift.has_drifted]


def test_images_of_the_same_kind_have_not_drifted(tmp_path: Path) -> None:
    assert drifted(images_of(tmp_path, 1), images_of(tmp_path, 2)) == []


def test_brighter_images_have_drifted_in_brightness_alone(tmp_path: Path) -> None:
    assert drifted(images_of(tmp_path, 1), images_of(tmp_path, 2, brighter_by=0.2)) == ["brightness"]


@pytest.mark.parametrize(("change", "feature"), [({"labels": "aabd"}, "label"), ({"image_format": "JPEG"}, "format")])
def test_other_words_have_drifted(tmp_path: Path, change: dict[str, str], feature: str) -> None:
    assert drifted(images_of(tmp_path, 1), images_of(tmp_path, 2, **change)) == [feature]  # type: ignore[arg-type]


def test_only_features_with_a_limit_are_compared_and_by_it(tmp_path: Path) -> None:
    earlier, later = images_of(tmp_path, 1), images_of(tmp_path, 2, brighter_by=0.02)

    (strict,) = measure_drift(earlier, later, limits={"brightness": 0.001})
    (loose,) = measure_drift(earlier, later, limits={"brightness": 0.5})

    assert strict.has_drifted
    assert not loose.has_drifted
    assert strict.distance == loose.distance
