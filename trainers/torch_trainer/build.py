"""Building and checking the PyTorch model that the configuration names."""

import torch
from torch import nn

from trainers.did_you_mean import did_you_mean
from trainers.errors import ModelSourceError
from trainers.models.architectures import check_image_size
from trainers.models.builder import check_logits, load_builder, trial_pixels
from trainers.models.source import BuiltInModel, TorchvisionModel, parse_model_source
from trainers.torch_trainer import models
from trainers.torch_trainer.seeding import set_random_seed

_BUILT_IN = {"cnn": models.cnn, "resnet": models.resnet}


def build_model(source: str, *, num_classes: int, image_shape: tuple[int, int, int], seed: int) -> nn.Module:
    """Build a model with random weights and try it on a small batch.

    Args:
        source: The `model` setting.
        num_classes: Logits that the model must have.
        image_shape: Height, width and channels of the pixels.
        seed: Seed of the initial weights; PyTorch's global random state is set to it.

    Returns:
        A model on the CPU from pixels float32 [N, C, H, W] to logits [N, num_classes].

    Raises:
        ModelSourceError: The source cannot be loaded, or what it builds does not keep the contract.
    """
    set_random_seed(seed)
    model = _build(source, num_classes=num_classes, image_shape=image_shape)
    if not isinstance(model, nn.Module):
        raise ModelSourceError(f"model {source!r} built a {type(model).__qualname__}; expected a torch.nn.Module.")
    try_model(model, source, num_classes=num_classes, image_shape=image_shape)
    return model


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
    try:
        with torch.no_grad():
            output = model.eval()(torch.from_numpy(pixels_BHWC).permute(0, 3, 1, 2).contiguous())
    except NotImplementedError as error:
        raise ModelSourceError(
            f"model {source!r} cannot answer: {str(error) or 'something in it is not implemented'}. "
            "Define forward from pixels float32 [N, channels, height, width] to logits [N, num_classes]."
        ) from error
    if not isinstance(output, torch.Tensor):
        raise ModelSourceError(f"model {source!r} answers a {type(output).__qualname__}; expected one tensor.")
    check_logits(output.numpy(), source=source, num_examples=len(pixels_BHWC), num_classes=num_classes)


def _build(source: str, *, num_classes: int, image_shape: tuple[int, int, int]) -> object:
    parsed = parse_model_source(source)
    if isinstance(parsed, TorchvisionModel):
        return _build_torchvision(parsed.name, num_classes)
    if isinstance(parsed, BuiltInModel):
        check_image_size(parsed.name, image_shape)
        return _BUILT_IN[parsed.name](num_classes=num_classes, image_shape=image_shape)
    return load_builder(parsed)(num_classes=num_classes, image_shape=image_shape)


def _build_torchvision(name: str, num_classes: int) -> nn.Module:
    import torchvision  # takes seconds, and no other model needs it

    names = torchvision.models.list_models(module=torchvision.models)
    if name not in names:
        raise ModelSourceError(f"torchvision has no classification model {name!r}.{did_you_mean(name, names)}")
    model: nn.Module = torchvision.models.get_model(name, weights=None, num_classes=num_classes)
    return model
