"""Models of keras.applications, with random weights or with those of ImageNet."""

import inspect
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np

from trainers.did_you_mean import did_you_mean
from trainers.errors import ModelSourceError, WeightsError
from trainers.keras_trainer.head import classify
from trainers.normalization import FIXED_NORMALIZATIONS, WHITE_LEVEL, Normalization
from trainers.recipes.config import HeadConfig
from trainers.weights.source import LibraryWeights

_logger = logging.getLogger(__name__)


class KerasNetwork(NamedTuple):
    """A model, and what it expects of its pixels; None where anything goes, as with random weights."""

    model: keras.Model
    wanted: Normalization | None


def build_application(
    name: str, *, num_classes: int, image_shape: tuple[int, int, int], head: HeadConfig, weights: LibraryWeights | None
) -> KerasNetwork:
    """Build a model of keras.applications with a head of our own.

    Args:
        name: As keras.applications calls it, like `MobileNetV2`.
        num_classes: Logits of the model.
        image_shape: Height, width and channels of the pixels.
        head: Form of the head.
        weights: ImageNet's, or None for random ones.

    Raises:
        ModelSourceError: There is no such model, or it does not take images of this size.
        WeightsError: The weights are not known or cannot be downloaded.
    """
    source = f"keras_applications:{name}"
    application = _find(name)
    if weights is not None and not weights.is_default:
        raise WeightsError(f"{source} has no weights {weights.name!r}; it has imagenet.")
    body = _build_body(application, source, image_shape, weights)
    expects, is_bgr = _expectation(application)
    pixels_NHWC = keras.Input(image_shape, name="pixels")
    ordered_NHWC = keras.ops.take(pixels_NHWC, [2, 1, 0], axis=-1) if is_bgr else pixels_NHWC
    model = keras.Model(pixels_NHWC, classify(body(ordered_NHWC), num_classes, head), name=body.name)
    if weights is not None:
        _tell_size(application, source, image_shape)
    # A model that scales levels inside expects them whatever its weights are.
    scales_inside = expects == FIXED_NORMALIZATIONS["levels"]
    return KerasNetwork(model, expects if scales_inside or weights is not None else None)


def _find(name: str) -> Callable[..., keras.Model]:
    known = [each for each in dir(keras.applications) if each[:1].isupper()]
    if name not in known:
        raise ModelSourceError(f"keras.applications has no classification model {name!r}.{did_you_mean(name, known)}")
    application: Callable[..., keras.Model] = getattr(keras.applications, name)
    return application


def _build_body(
    application: Callable[..., keras.Model],
    source: str,
    image_shape: tuple[int, int, int],
    weights: LibraryWeights | None,
) -> keras.Model:
    try:
        return application(
            include_top=False, weights=None if weights is None else "imagenet", input_shape=image_shape, pooling=None
        )
    except ValueError as error:
        reason = str(error).splitlines()[0]
        raise ModelSourceError(
            f"model {source!r} takes no images of {image_shape[0]} pixels a side: {reason} Change image.size_pixels."
        ) from error
    except Exception as error:  # Keras raises a plain Exception where a download fails
        if weights is None:
            raise
        raise WeightsError(
            f"weights imagenet of {source} cannot be downloaded ({str(error).splitlines()[0]}). Run once with a "
            "connection, so that they are kept in ~/.keras/models, or give a file as the weights."
        ) from error


def _expectation(application: Callable[..., keras.Model]) -> tuple[Normalization, bool]:
    """Return what the application's own `preprocess_input` does to RGB levels, and whether it makes them BGR.

    Three modes and the identity exist; asking the function of the application for black, white and red tells them.
    """
    preprocess: Any = getattr(inspect.getmodule(application), "preprocess_input")  # noqa: B009  a module's attribute
    colours_P11C = np.array([(0, 0, 0), (1, 1, 1), (1, 0, 0)], np.float64)[:, None, None, :] * WHITE_LEVEL
    black_C, white_C, red_C = np.asarray(preprocess(colours_P11C.copy(), data_format="channels_last"))[:, 0, 0, :]
    is_bgr = bool(red_C[0] == black_C[0])
    scale_C, offset_C = (white_C - black_C) / WHITE_LEVEL, black_C
    if is_bgr:
        scale_C, offset_C = scale_C[::-1], offset_C[::-1]
    return Normalization(scale_C=tuple(scale_C.tolist()), offset_C=tuple(offset_C.tolist())), is_bgr


def _tell_size(application: Callable[..., keras.Model], source: str, image_shape: tuple[int, int, int]) -> None:
    # The shape that an application takes when none is asked for is the one that it was trained at.
    trained_at = application(include_top=True, weights=None, classes=1).input_shape[1]
    if trained_at != image_shape[0]:
        _logger.warning(
            "The weights of %s were trained at %d px, the images are resized to %d; image.size_pixels=%d suits them.",
            source,
            trained_at,
            image_shape[0],
            trained_at,
        )
