"""Building and checking the Keras model that the configuration names."""

import keras

from trainers.errors import ModelSourceError
from trainers.keras_trainer import models
from trainers.keras_trainer.predict import predict_logits
from trainers.models.architectures import check_image_size
from trainers.models.builder import check_logits, load_builder, trial_pixels
from trainers.models.source import BuiltInModel, TorchvisionModel, parse_model_source

_BUILT_IN = {"cnn": models.cnn, "resnet": models.resnet}


def build_model(source: str, *, num_classes: int, image_shape: tuple[int, int, int], seed: int) -> keras.Model:
    """Build a model with random weights and try it on a small batch.

    Args:
        source: The `model` setting.
        num_classes: Logits that the model must have.
        image_shape: Height, width and channels of the pixels.
        seed: Seed of the initial weights; Keras' global random state is set to it.

    Returns:
        A model from pixels float32 [N, H, W, C] to logits [N, num_classes].

    Raises:
        ModelSourceError: The source cannot be loaded, or what it builds does not keep the contract.
    """
    keras.utils.set_random_seed(seed)
    model = _build(source, num_classes=num_classes, image_shape=image_shape)
    if not isinstance(model, keras.Model):
        raise ModelSourceError(f"model {source!r} built a {type(model).__qualname__}; expected a keras.Model.")
    pixels_NHWC = trial_pixels(image_shape)
    logits_NK = predict_logits(model, pixels_NHWC, batch_size_examples=len(pixels_NHWC))
    check_logits(logits_NK, source=source, num_examples=len(pixels_NHWC), num_classes=num_classes)
    return model


def _build(source: str, *, num_classes: int, image_shape: tuple[int, int, int]) -> object:
    parsed = parse_model_source(source)
    if isinstance(parsed, TorchvisionModel):
        raise ModelSourceError(f"model {source!r} is a PyTorch model; choose framework pytorch or another model.")
    if isinstance(parsed, BuiltInModel):
        check_image_size(parsed.name, image_shape)
        return _BUILT_IN[parsed.name](num_classes=num_classes, image_shape=image_shape)
    return load_builder(parsed)(num_classes=num_classes, image_shape=image_shape)
