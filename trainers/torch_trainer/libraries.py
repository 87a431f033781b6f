"""Models of torchvision and timm, with random weights or with those that the library downloads."""

import logging
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from torch import nn

from trainers.did_you_mean import did_you_mean
from trainers.errors import ModelSourceError, WeightsError
from trainers.models.source import LibraryModel
from trainers.normalization import Normalization
from trainers.recipes.config import HeadConfig
from trainers.torch_trainer.head import put_head
from trainers.weights.source import LibraryWeights

_IMAGENET_CLASSES = 1000
_logger = logging.getLogger(__name__)
_Built = TypeVar("_Built")


class LibraryNetwork(NamedTuple):
    """A model, and what its downloaded weights expect of their pixels; None for random weights."""

    model: nn.Module
    wanted: Normalization | None


def build_library_model(
    source: LibraryModel, *, num_classes: int, image_size_pixels: int, head: HeadConfig, weights: LibraryWeights | None
) -> LibraryNetwork:
    """Build a model with `num_classes` logits and a head as configured.

    Raises:
        ModelSourceError: The library has no such model, or it does not take such a head or images.
        WeightsError: The library has no such weights, or they cannot be downloaded.
    """
    build = _build_torchvision if source.library == "torchvision" else _build_timm
    return build(source.name, num_classes=num_classes, image_size_pixels=image_size_pixels, head=head, weights=weights)


def _build_torchvision(
    name: str, *, num_classes: int, image_size_pixels: int, head: HeadConfig, weights: LibraryWeights | None
) -> LibraryNetwork:
    import torchvision  # takes seconds, and other models do not need it

    names = torchvision.models.list_models(module=torchvision.models)
    if name not in names:
        raise ModelSourceError(f"torchvision has no classification model {name!r}.{did_you_mean(name, names)}")
    options: dict[str, Any] = {"image_size": image_size_pixels} if name.startswith("vit_") and weights is None else {}
    source = f"torchvision:{name}"
    if weights is None and head.is_default:
        return LibraryNetwork(torchvision.models.get_model(name, num_classes=num_classes, **options), None)
    if weights is None:
        model = torchvision.models.get_model(name, num_classes=num_classes, **options)
        put_head(model, old_classes=num_classes, num_classes=num_classes, head=head, source=source)
        return LibraryNetwork(model, None)
    entry = _torchvision_weights(name, weights)
    model = _download(lambda: torchvision.models.get_model(name, weights=entry), f"{entry} of {source}", entry.url)
    put_head(model, old_classes=len(entry.meta["categories"]), num_classes=num_classes, head=head, source=source)
    preset = entry.transforms()
    _tell_size(source, trained_at=preset.crop_size[0], image_size_pixels=image_size_pixels)
    return LibraryNetwork(model, Normalization.from_mean_and_deviation(tuple(preset.mean), tuple(preset.std)))


def _torchvision_weights(name: str, weights: LibraryWeights) -> Any:
    import torchvision

    known = torchvision.models.get_model_weights(name)
    wanted = "DEFAULT" if weights.is_default else weights.name
    if wanted in known.__members__:
        return known[wanted]
    names = list(known.__members__)
    raise WeightsError(
        f"torchvision:{name} has no weights {weights.name!r}; it has {', '.join(names)}.{did_you_mean(wanted, names)}"
    )


def _build_timm(
    name: str, *, num_classes: int, image_size_pixels: int, head: HeadConfig, weights: LibraryWeights | None
) -> LibraryNetwork:
    source = f"timm:{name}"
    try:
        import timm
    except ModuleNotFoundError as error:
        raise ModelSourceError(f"model {source!r} needs the package timm; install tandem-tfx[timm].") from error
    if not timm.is_model(name):
        names = timm.list_models()
        raise ModelSourceError(f"timm has no classification model {name!r}.{did_you_mean(name, names)}")
    if weights is not None and not weights.is_default:
        raise WeightsError(
            "timm names weights in the model, as in timm:resnet18.a1_in1k; give weights DEFAULT for them."
        )
    model = _create_timm(name, num_classes, image_size_pixels, head, is_pretrained=weights is not None)
    if head.hidden_units or head.dropout:
        rest = head.model_copy(update={"pooling": "model"})
        put_head(model, old_classes=num_classes, num_classes=num_classes, head=rest, source=source)
    if weights is None:
        return LibraryNetwork(model, None)
    expected = timm.data.resolve_model_data_config(model)
    _tell_size(source, trained_at=expected["input_size"][-1], image_size_pixels=image_size_pixels)
    return LibraryNetwork(model, Normalization.from_mean_and_deviation(expected["mean"], expected["std"]))


def _create_timm(
    name: str, num_classes: int, image_size_pixels: int, head: HeadConfig, *, is_pretrained: bool
) -> nn.Module:
    import timm

    options: dict[str, Any] = {} if head.pooling == "model" else {"global_pool": head.pooling}

    def create(**more: Any) -> nn.Module:
        model: nn.Module = timm.create_model(name, pretrained=is_pretrained, num_classes=num_classes, **options, **more)
        return model

    def create_for_size() -> nn.Module:
        # Transformers fix their position embeddings to a size, and convolutional networks do not take the argument.
        try:
            return create(img_size=image_size_pixels)
        except TypeError:
            return create()

    if is_pretrained:
        return _download(create_for_size, f"of timm:{name}", "https://huggingface.co/timm")
    return create_for_size()


def _download(build: Callable[[], _Built], what: str, address: str) -> _Built:
    """Build something with downloaded weights, and say what to do when they cannot be had."""
    try:
        return build()
    except Exception as error:  # each library raises errors of its own; all of them mean that there are no weights
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise WeightsError(
            f"weights {what} cannot be downloaded from {address} ({reason}). Run once with a connection, so that they "
            "are kept in the library's cache, or give a file as the weights."
        ) from error


def _tell_size(source: str, *, trained_at: int, image_size_pixels: int) -> None:
    if trained_at != image_size_pixels:
        _logger.warning(
            "The weights of %s were trained at %d px, the images are resized to %d; image.size_pixels=%d suits them.",
            source,
            trained_at,
            image_size_pixels,
            trained_at,
        )
