import pytest

from trainers.errors import ModelSourceError, WeightsError
from trainers.framework import Framework
from trainers.models.source import parse_model_source
from trainers.models.start_check import check_start
from trainers.recipes.config import HeadConfig
from trainers.weights.source import LibraryWeights

HEAD = HeadConfig(hidden_units=8)
WEIGHTS = LibraryWeights("imagenet")


def check(source: str, framework: Framework, head: HeadConfig | None = None, weights: object = None) -> None:
    parsed = parse_model_source(source)
    check_start(source, parsed, framework=framework, head=head or HeadConfig(), weights=weights)  # type: ignore[arg-type]


def test_what_fits_passes() -> None:
    check("torchvision:resnet18", "pytorch", HEAD, WEIGHTS)
    check("keras_applications:MobileNetV2", "keras", HEAD, WEIGHTS)
    check("cnn", "keras", HEAD)
    check("mine.py:build_model", "pytorch")


def test_what_does_not_is_refused() -> None:
    with pytest.raises(ModelSourceError, match="is a PyTorch model; choose framework pytorch or another model"):
        check("torchvision:resnet18", "keras")
    with pytest.raises(ModelSourceError, match="is a Keras model; choose framework keras or another model"):
        check("keras_applications:MobileNetV2", "pytorch")
    with pytest.raises(WeightsError, match="weights 'imagenet' are those of a library's model; 'cnn' is none"):
        check("cnn", "pytorch", weights=WEIGHTS)
    with pytest.raises(ModelSourceError, match=r"brings its own head; leave out recipe\.head"):
        check("mine.py:build_model", "pytorch", HEAD)
