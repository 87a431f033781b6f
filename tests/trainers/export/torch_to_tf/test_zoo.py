"""A choice of torchvision's classifiers, saved, loaded and compared; `make zoo` does it for all of them."""

import pytest

# Before tensorflow: this one loads torch and what crashes after it.
from benchmarks.torch_zoo.check_model import check

NAMES = ["resnet18", "mobilenet_v3_small", "regnet_x_400mf", "shufflenet_v2_x0_5", "squeezenet1_1", "swin_t"]
WITHOUT_TRANSPOSES = {"resnet18", "mobilenet_v3_small", "regnet_x_400mf", "squeezenet1_1"}


@pytest.mark.slow
# TensorFlow points to a package that does not hold the converter's version.
@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning")
@pytest.mark.parametrize("name", NAMES)
def test_saved_torchvision_model_equals_torch(name: str) -> None:
    result = check(name)

    assert max(result["difference_1"], result["difference_7"]) <= 1e-4
    assert result.get("tflite_difference_1", 0) <= 1e-4
    assert result["output_range"] > 0.1
    assert result["deviation_between_images"] > 0.005 * result["output_range"]
    assert name not in WITHOUT_TRANSPOSES or result["transposes"] <= 1
