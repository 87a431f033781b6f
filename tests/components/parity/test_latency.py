"""Speed is the median of several rounds, for one image."""

from pathlib import Path

import pytest
import tiny_exports

from components.parity.decoding import decode_both_ways
from components.parity.latency import ROUNDS, measure_latency
from components.parity.onnx_answers import OnnxFileUnderTest
from components.parity.saved_model_answers import SavedModelUnderTest


def test_one_slow_round_does_not_count(keras_bundle_dir: Path) -> None:
    images = tiny_exports.draw_images(3)
    usual_seconds, slow_seconds = 0.032, 5.0
    rounds = [slow_seconds] + [usual_seconds] * (ROUNDS - 1)
    times = iter([time for seconds in rounds * 2 for time in (10.0, 10.0 + seconds)])

    latency = measure_latency(
        SavedModelUnderTest(keras_bundle_dir),
        OnnxFileUnderTest(keras_bundle_dir / "model.onnx"),
        images=images,
        pixels=decode_both_ways(images).graph,
        clock=lambda: next(times),
    )

    assert latency.saved_model == pytest.approx(1.0)
    assert latency.onnx == pytest.approx(1.0)
