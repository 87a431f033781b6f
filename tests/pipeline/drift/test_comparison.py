"""The real TensorFlow Data Validation on drawn images: in folders, and in a request log."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tensorflow_metadata.proto.v0.statistics_pb2 import DatasetFeatureStatisticsList
from tiny_predictions import MIDNIGHT, entry

from components.image_example_gen.spans.search import latest_spans
from components.statistics.fact_statistics import fact_statistics
from pipeline.drift.comparison import compare
from pipeline.drift.door import DriftOrder, PushedModel
from pipeline.drift.new_images import inspect_images, list_new_images
from pipeline.drift.report import DriftReport
from pipeline.settings import load_config
from serving.request_log.entries import to_line
from serving.request_log.files import LogFiles

IMAGES = 80
"""Of each span; random widths, sizes and brightness of so few move by chance, which the limits here leave room for."""
LIMITS = [f"drift.limits.{name}=0.4" for name in ("brightness", "height", "width", "size_bytes")]


def deliver(folder: Path, span: int, *, brightness: int, labels: str = "ab", suffix: str = "png") -> None:
    """Draw a span of images of two classes."""
    random = np.random.default_rng(span)
    for number in range(IMAGES):
        path = folder / str(span) / labels[number % len(labels)] / f"{number}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        levels = random.normal(brightness, 10, (8, 8, 3)).clip(0, 255).astype(np.uint8)
        Image.fromarray(levels).save(path)


@pytest.fixture
def pattern(tmp_path: Path) -> str:
    deliver(tmp_path / "data", 1, brightness=80)
    return f"{tmp_path}/data/{{SPAN}}"


def order(pattern: str, *settings: str, spans: str = "1") -> DriftOrder:
    config = load_config(options={"data": {"path": pattern}}, assignments=["drift.min_images=50", *LIMITS, *settings])
    new = tuple(span for span in latest_spans(pattern) if span.name not in spans.split(","))
    pushed = PushedModel(name="colours", version=2, lineage={"spans": spans})
    return DriftOrder(config=config, pushed=pushed, new_spans=new)


def trained_on(pattern: str) -> DatasetFeatureStatisticsList:
    images = list_new_images(pattern, latest_spans(pattern)[:1], max_images=1000)
    return fact_statistics(inspect_images(images, max_pixels=1000).facts)


def measure(pattern: str, *settings: str) -> DriftReport:
    return compare(order(pattern, *settings), trained_on(pattern), now=MIDNIGHT)


def test_a_span_of_the_same_kind_has_not_drifted(pattern: str, tmp_path: Path) -> None:
    deliver(tmp_path / "data", 2, brightness=80)

    report = measure(pattern)

    assert not report.has_drifted
    assert {(one.what, one.feature) for one in report.compared} == {
        ("span 2", name) for name in ("label", "format", "height", "width", "channels", "size_bytes", "brightness")
    }
    assert report.reasons == report.notes == ()


def test_a_brighter_span_of_another_class_has_drifted_and_says_in_what(pattern: str, tmp_path: Path) -> None:
    deliver(tmp_path / "data", 2, brightness=80)
    deliver(tmp_path / "data", 3, brightness=200, labels="ac")

    report = measure(pattern)

    assert report.has_drifted
    assert {one.feature for one in report.compared if one.has_drifted} == {"brightness", "label"}
    assert len(report.reasons) == 2
    assert report.reasons[0].startswith("brightness of spans 2,3 is 0.")
    assert report.reasons[0].endswith("away from what version 2 was trained on, above its limit 0.4")


def test_too_few_images_are_not_compared(pattern: str, tmp_path: Path) -> None:
    deliver(tmp_path / "data", 2, brightness=200)

    report = measure(pattern, "drift.min_images=81")

    assert not report.has_drifted
    assert report.compared == ()
    (note,) = report.notes
    assert note.startswith("80 images of span 2 and 80 images of the training data of version 2 are too few")


def test_unusable_images_are_left_out_and_counted(pattern: str, tmp_path: Path) -> None:
    deliver(tmp_path / "data", 2, brightness=80)
    (tmp_path / "data" / "2" / "a" / "cut.png").write_bytes(b"no image")

    assert measure(pattern).notes == ("1 of 81 images of span 2 are unusable",)


def test_without_a_new_span_nothing_is_compared(pattern: str) -> None:
    assert measure(pattern).notes == ("no span is newer than those that version 2 was trained on, 1",)


def test_requests_of_the_last_hours_are_compared(pattern: str, tmp_path: Path) -> None:
    files = LogFiles(tmp_path / "log", max_bytes=1 << 20)
    (tmp_path / "log").mkdir()
    for number in range(IMAGES):
        made = entry(time=MIDNIGHT, brightness=0.9, label="ab"[number % 2], height=8, width=8, format="PNG")
        files.write(to_line(made), time=MIDNIGHT)
    files.finish()
    request_log = order(pattern, f"drift.request_log={tmp_path / 'log'}", "drift.hours=2")

    at_once = compare(request_log, trained_on(pattern), now=MIDNIGHT)
    later = compare(request_log, trained_on(pattern), now=MIDNIGHT + timedelta(hours=3))

    assert "brightness" in {one.feature for one in at_once.compared if one.has_drifted}
    assert {one.what for one in at_once.compared} == {"requests of 2 h"}
    assert not later.has_drifted
    assert "has no image of colours version 2" in later.notes[1]
