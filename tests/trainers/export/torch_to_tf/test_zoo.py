"""torchvision's classifiers, saved, loaded and compared: two in CI, all others, as `make zoo` does, each night."""

import concurrent.futures
import multiprocessing
from collections.abc import Mapping

import pytest

# Before tensorflow: this one loads torch and what crashes after it.
from benchmarks.torch_zoo.check_model import check  # isort: skip

from benchmarks.torch_zoo import models

IN_CI = ("mobilenet_v3_small", "swin_t")
"""A convolutional network and a transformer, both converted to TFLite too."""
WITHOUT_TRANSPOSES = {"resnet18", "mobilenet_v3_small", "regnet_x_400mf", "squeezenet1_1"}


def assert_equals_torch(result: Mapping[str, float], name: str) -> None:
    assert max(result["difference_1"], result["difference_7"]) <= 1e-4
    assert ("tflite_difference_1" in result) == (name in models.FOR_TFLITE)
    assert result.get("tflite_difference_1", 0) <= 1e-4
    assert result["output_range"] > 0.1
    assert result["deviation_between_images"] > 0.005 * result["output_range"]
    assert name not in WITHOUT_TRANSPOSES or result["transposes"] <= 1


@pytest.mark.slow
# TensorFlow points to a package that does not hold the converter's version.
@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning")
@pytest.mark.parametrize("name", IN_CI)
def test_saved_torchvision_model_equals_torch(name: str) -> None:
    assert_equals_torch(check(name), name)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", [name for name in models.names() if name not in IN_CI])
def test_every_other_torchvision_model_equals_torch(name: str) -> None:
    # A process of its own gives back the gigabytes that the larger ones take.
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as process:
        result = process.submit(check, name).result()
    assert_equals_torch(result, name)
