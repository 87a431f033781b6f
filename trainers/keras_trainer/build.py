"""Building and checking the Keras model that the configuration names."""

import keras

from trainers.errors import ModelSourceError
from trainers.keras_trainer import models
from trainers.keras_trainer.applications import KerasNetwork, build_application
from trainers.keras_trainer.predict import predict_logits
from trainers.models.architectures import check_image_size
from trainers.models.builder import check_logits, load_builder, trial_pixels
from trainers.models.source import BuiltInModel, LibraryModel, parse_model_source
from trainers.models.start_check import check_start
from trainers.recipes.config import HeadConfig
from trainers.weights.source import LibraryWeights

_BUILT_IN = {"cnn": models.cnn, "resnet": models.resnet}


def build_model(
    source: str,
    *,
    num_classes: int,
    image_shape: tuple[int, int, int],
    seed: int,
    head: HeadConfig | None = None,
) -> keras.Model:
    """Build a model with random weights and try it on a small batch; see `build_network`."""
    network = build_network(source, num_classes=num_classes, image_shape=image_shape, seed=seed, head=head)
    return network.model


def build_network(
    source: str,
    *,
    num_classes: int,
    image_shape: tuple[int, int, int],
    seed: int,
    head: HeadConfig | None = None,
    weights: LibraryWeights | None = None,
) -> KerasNetwork:
    """Build a model and try it on a small batch.

    Args:
        source: The `model` setting.
        num_classes: Logits that the model must have.
        image_shape: Height, width and channels of the pixels.
        seed: Seed of the initial weights; Keras' global random state is set to it.
        head: Form of the head; None for the model's own.
        weights: What the model's library is to download; None for random weights.

    Returns:
        A model from pixels float32 [N, H, W, C] to logits [N, num_classes], and what its weights expect.

    Raises:
        ModelSourceError: The source cannot be loaded, or what it builds does not keep the contract.
        WeightsError: The weights cannot be had.
    """
    keras.utils.set_random_seed(seed)
    network = _build(
        source, num_classes=num_classes, image_shape=image_shape, head=head or HeadConfig(), weights=weights
    )
    model = network.model
    if not isinstance(model, keras.Model):
        raise ModelSourceError(f"model {source!r} built a {type(model).__qualname__}; expected a keras.Model.")
    pixels_NHWC = trial_pixels(image_shape)
    logits_NK = predict_logits(model, pixels_NHWC, batch_size_examples=len(pixels_NHWC))
    check_logits(logits_NK, source=source, num_examples=len(pixels_NHWC), num_classes=num_classes)
    return network


def _build(
    source: str,
    *,
    num_classes: int,
    image_shape: tuple[int, int, int],
    head: HeadConfig,
    weights: LibraryWeights | None,
) -> KerasNetwork:
    parsed = parse_model_source(source)
    check_start(source, parsed, framework="keras", head=head, weights=weights)
    if isinstance(parsed, LibraryModel):
        return build_application(
            parsed.name, num_classes=num_classes, image_shape=image_shape, head=head, weights=weights
        )
    if isinstance(parsed, BuiltInModel):
        check_image_size(parsed.name, image_shape)
        return KerasNetwork(_BUILT_IN[parsed.name](num_classes=num_classes, image_shape=image_shape, head=head), None)
    return KerasNetwork(load_builder(parsed)(num_classes=num_classes, image_shape=image_shape), None)
