import keras
import numpy as np
import pytest

from trainers.errors import ModelSourceError, WeightsError
from trainers.keras_trainer.applications import _expectation, build_application
from trainers.keras_trainer.blocks import split_model
from trainers.keras_trainer.layers import named_variables
from trainers.keras_trainer.start import adapted
from trainers.normalization import FIXED_NORMALIZATIONS, IMAGENET
from trainers.recipes.config import HeadConfig
from trainers.weights.source import LibraryWeights

pytestmark = pytest.mark.filterwarnings("ignore:`input_shape` is undefined:UserWarning")
_SHAPE = (32, 32, 3)


def _build(name: str, *, weights: str = "", size: int = 32, **head: object) -> keras.Model:
    return build_application(
        name,
        num_classes=4,
        image_shape=(size, size, 3),
        head=HeadConfig.model_validate(head),
        weights=LibraryWeights(weights) if weights else None,
    ).model


@pytest.mark.parametrize(
    ("name", "expected", "is_bgr"),
    [
        ("MobileNetV2", FIXED_NORMALIZATIONS["symmetric"], False),
        ("DenseNet121", IMAGENET, False),
        ("EfficientNetB0", FIXED_NORMALIZATIONS["levels"], False),
        ("MobileNetV3Small", FIXED_NORMALIZATIONS["levels"], False),
    ],
)
def test_what_an_application_expects_is_what_its_preprocessing_does(name: str, expected: object, is_bgr: bool) -> None:
    normalization, order = _expectation(getattr(keras.applications, name))
    assert normalization.after(expected) is None  # type: ignore[arg-type]
    assert order == is_bgr


def test_colours_are_swapped_where_the_weights_were_trained_so() -> None:
    normalization, is_bgr = _expectation(keras.applications.ResNet50)
    assert is_bgr
    np.testing.assert_allclose(normalization.offset_C, (-123.68, -116.779, -103.939))
    levels_NHWC = np.random.default_rng(0).integers(0, 256, (2, *_SHAPE)).astype(np.float32)
    given = FIXED_NORMALIZATIONS["unit"]
    body = keras.Sequential([keras.Input(_SHAPE)])
    model = adapted(body, given=given, wanted=normalization, image_shape=_SHAPE)
    expected = keras.applications.resnet.preprocess_input(levels_NHWC.copy())
    np.testing.assert_allclose(np.asarray(model(levels_NHWC / 255))[..., ::-1], expected, atol=1e-3)


def test_a_model_is_built_with_the_head_of_the_configuration() -> None:
    model = _build("MobileNetV2", pooling="max", hidden_units=8, dropout=0.1)
    blocks, head = split_model(model, 4)
    assert [layer.name for layer in head.layers] == ["head_hidden", "logits"]
    assert blocks[0].name == "Conv1"
    assert sum(block.size for block in blocks) + head.size == sum(
        int(np.prod(v.shape)) for v in model.trainable_variables
    )


def test_names_of_weights_do_not_depend_on_what_was_built_before() -> None:
    first, second = (list(named_variables(_build("Xception", size=71))) for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first)


def test_images_too_small_for_a_model_are_refused() -> None:
    with pytest.raises(ModelSourceError, match=r"takes no images of 16 pixels a side.*image\.size_pixels"):
        _build("ResNet50", size=16)


def test_weights_that_cannot_be_downloaded_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Exception("URL fetch failure: no route")

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", fail)
    with pytest.raises(WeightsError, match=r"cannot be downloaded \(URL fetch failure: no route\)"):
        _build("MobileNetV2", weights="imagenet")


def test_other_weights_than_those_of_imagenet_are_unknown() -> None:
    with pytest.raises(WeightsError, match="it has imagenet"):
        _build("MobileNetV2", weights="IMAGENET1K_V2")
