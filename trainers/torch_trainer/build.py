"""Building and checking the PyTorch model that the configuration names."""

import torch
from torch import nn

from trainers.errors import ModelSourceError
from trainers.models.architectures import check_image_size
from trainers.models.builder import check_logits, load_builder, trial_pixels
from trainers.models.source import BuiltInModel, LibraryModel, parse_model_source
from trainers.models.start_check import check_start
from trainers.recipes.config import HeadConfig
from trainers.torch_trainer import models
from trainers.torch_trainer.head import put_head
from trainers.torch_trainer.libraries import LibraryNetwork, build_library_model
from trainers.torch_trainer.seeding import set_random_seed
from trainers.weights.source import LibraryWeights

_BUILT_IN = {"cnn": models.cnn, "resnet": models.resnet}


def build_model(
    source: str,
    *,
    num_classes: int,
    image_shape: tuple[int, int, int],
    seed: int,
    head: HeadConfig | None = None,
) -> nn.Module:
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
) -> LibraryNetwork:
    """Build a model and try it on a small batch.

    Args:
        source: The `model` setting.
        num_classes: Logits that the model must have.
        image_shape: Height, width and channels of the pixels.
        seed: Seed of the initial weights; PyTorch's global random state is set to it.
        head: Form of the head; None for the model's own.
        weights: What the model's library is to download; None for random weights.

    Returns:
        A model on the CPU from pixels float32 [N, C, H, W] to logits [N, num_classes], and what its weights expect.

    Raises:
        ModelSourceError: The source cannot be loaded, or what it builds does not keep the contract.
        WeightsError: The weights cannot be had.
    """
    set_random_seed(seed)
    network = _build(
        source, num_classes=num_classes, image_shape=image_shape, head=head or HeadConfig(), weights=weights
    )
    model = network.model
    if not isinstance(model, nn.Module):
        raise ModelSourceError(f"model {source!r} built a {type(model).__qualname__}; expected a torch.nn.Module.")
    try_model(model, source, num_classes=num_classes, image_shape=image_shape)
    return network


def try_model(model: nn.Module, source: str, *, num_classes: int, image_shape: tuple[int, int, int]) -> None:
    """Try a new model on a small batch, on the CPU; it is left in inference mode.

    Args:
        model: What the source built.
        source: The `model` setting, for messages.
        num_classes: Logits that the model must have.
        image_shape: Height, width and channels of the pixels.

    Raises:
        ModelSourceError: It has no `forward`, or what that answers is not logits.
    """
    pixels_BHWC = trial_pixels(image_shape)
    output = _try(model, torch.from_numpy(pixels_BHWC).permute(0, 3, 1, 2).contiguous(), source)
    if not isinstance(output, torch.Tensor):
        raise ModelSourceError(f"model {source!r} answers a {type(output).__qualname__}; expected one tensor.")
    check_logits(output.numpy(), source=source, num_examples=len(pixels_BHWC), num_classes=num_classes)


def _try(model: nn.Module, pixels_NCHW: torch.Tensor, source: str) -> object:
    try:
        with torch.no_grad():
            return model.eval()(pixels_NCHW)
    except NotImplementedError as error:
        raise ModelSourceError(
            f"model {source!r} cannot answer: {str(error) or 'something in it is not implemented'}. "
            "Define forward from pixels float32 [N, channels, height, width] to logits [N, num_classes]."
        ) from error
    except (AssertionError, RuntimeError) as error:
        if not isinstance(parse_model_source(source), LibraryModel):
            raise
        side = pixels_NCHW.shape[-1]
        reason = str(error).splitlines()[0]
        raise ModelSourceError(
            f"model {source!r} takes no images of {side} pixels a side ({reason}); change image.size_pixels."
        ) from error


def _build(
    source: str,
    *,
    num_classes: int,
    image_shape: tuple[int, int, int],
    head: HeadConfig,
    weights: LibraryWeights | None,
) -> LibraryNetwork:
    parsed = parse_model_source(source)
    check_start(source, parsed, framework="pytorch", head=head, weights=weights)
    if isinstance(parsed, LibraryModel):
        return build_library_model(
            parsed, num_classes=num_classes, image_size_pixels=image_shape[0], head=head, weights=weights
        )
    if isinstance(parsed, BuiltInModel):
        check_image_size(parsed.name, image_shape)
        model = _BUILT_IN[parsed.name](num_classes=num_classes, image_shape=image_shape)
        if not head.is_default:
            put_head(model, old_classes=num_classes, num_classes=num_classes, head=head, source=source)
        return LibraryNetwork(model, None)
    return LibraryNetwork(load_builder(parsed)(num_classes=num_classes, image_shape=image_shape), None)
