"""Every torchvision classifier with random weights that leave rounding small and no branch silent.

Random weights make deep networks chaotic: batch norms that saw no images, layer scales of 1e-6, heads of zeros. What
is done about it, for each model alike:

- convolutions are drawn after He et al. 2015, linear layers with a standard deviation of 1 / sqrt(inputs), biases with
  0.05;
- scales of norms are drawn from 0.1..0.2, so that residual branches stay smaller than what they are added to, and those
  of norms on the shortcuts of ResNets and RegNets from 0.5..1, or branch and shortcut would be of one size again (that
  alone takes torch's own rounding in resnet152 from 1e-4 to 3e-6);
- other parameters that start all alike, such as layer scales and class tokens, are drawn with 0.3;
- batch norms take their statistics from one batch that runs through the model in evaluation mode, the variance at
  least a quarter of the layer's mean: a channel that is almost constant there would be blown up on other images.

The images have the spectrum of photographs: after a global average all images of white noise look alike.
"""

import functools

import numpy as np
import torch
import torchvision
from torch import fx, nn

from trainers.export.self_check import photo_like_images

IMAGE_SIZE_PIXELS = 64
_SIDES = {"inception_v3": 96, "maxvit_t": 224, "vit_h_14": 56}
"""What the structure of some models asks for."""
_CALIBRATION_IMAGES = 12
_NORM_SCALE = (0.1, 0.2)
_SHORTCUT_NORM_SCALE = (0.5, 1.0)
_SHORTCUTS = ("downsample", "proj")
"""Names of shortcuts that have norms."""
_BIAS_DEVIATION = 0.05
_ALIKE_DEVIATION = 0.3

_LEAST_VARIANCE = 0.25

_BLOCKS_KEPT = 2
REDUCED = ("convnext_large", "regnet_y_128gf", "vit_h_14", "vit_l_16", "vit_l_32")
"""Models with more than 600 MB of weights: checked with two blocks a stage, which `operations` shows to be enough."""

FOR_TFLITE = (
    "resnet18",
    "resnet50",
    "mobilenet_v3_small",
    "efficientnet_b0",
    "convnext_tiny",
    "vit_b_16",
    "swin_t",
)
"""Models that are converted to TFLite too, and whose speed `benchmarks.export_speed` measures."""

_NORMS = (nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm)


def names() -> list[str]:
    """Return the names of all torchvision classification models."""
    return sorted(torchvision.models.list_models(module=torchvision.models))


def image_size_pixels(name: str) -> int:
    """Return the side of the images that a model is tried on; small, but what its structure asks for."""
    return _SIDES.get(name, IMAGE_SIZE_PIXELS)


def build(name: str) -> nn.Module:
    """Return a tamed model in evaluation mode, reduced if it is one of the heaviest."""
    torch.manual_seed(0)
    if name in REDUCED:
        model = reduced(name).to_empty(device="cpu")
        for part in model.modules():
            reset = getattr(part, "reset_parameters", None)
            if reset is not None:
                reset()
    else:
        model = whole(name, image_size_pixels(name))
    return tame(model, image_size_pixels(name))


def reduced(name: str) -> nn.Module:
    """Return a model without memory behind it and with the first two blocks of each stage only."""
    model = on_meta_device(name)
    for part in list(model.modules()):
        for name_in_part, child in list(part.named_children()):
            if isinstance(child, nn.Sequential) and len(child) > _BLOCKS_KEPT and _has_equal_blocks(child):
                setattr(part, name_in_part, nn.Sequential(*list(child)[:_BLOCKS_KEPT]))
    return model


def on_meta_device(name: str) -> nn.Module:
    """Return a whole model without memory behind it."""
    if name.startswith("regnet"):
        # Its constructor computes widths with tensors, which have no values there.
        return whole(name, image_size_pixels(name)).eval().to("meta")
    with torch.device("meta"):
        return whole(name, image_size_pixels(name)).eval()


def images(count: int, side: int) -> torch.Tensor:
    """Return photo-like images, float32 [N, 3, S, S]; other ones for each count."""
    drawn_NSSC = photo_like_images(np.random.default_rng(count), (count, side, side, 3))
    return torch.from_numpy(drawn_NSSC).permute(0, 3, 1, 2).contiguous()


def operations(model: nn.Module, side: int) -> set[str]:
    """Return the ATen ops of a model with their options, without what only tells sizes."""
    device = next(model.parameters()).device
    example_NCSS = torch.zeros(2, 3, side, side, device=device)
    batch = torch.export.Dim("batch", min=1)
    program = torch.export.export(model.eval(), (example_NCSS,), dynamic_shapes=({0: batch},)).run_decompositions({})
    return {_described(node) for node in program.graph.nodes if node.op == "call_function"}


def tame(model: nn.Module, side: int) -> nn.Module:
    """Draw weights as said above, in place, and return the model in evaluation mode."""
    norm_scales = {
        id(part.weight): _SHORTCUT_NORM_SCALE if set(_SHORTCUTS) & set(name.split(".")) else _NORM_SCALE
        for name, part in model.named_modules()
        if isinstance(part, _NORMS)
    }
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if id(parameter) in norm_scales:
                parameter.uniform_(*norm_scales[id(parameter)])
            elif name.endswith("bias"):
                parameter.normal_(std=_BIAS_DEVIATION)
            elif bool((parameter == parameter.flatten()[0]).all()):
                parameter.normal_(std=_ALIKE_DEVIATION)
        for part in model.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
            if isinstance(part, nn.Linear):
                part.weight.normal_(std=part.in_features**-0.5)
        _calibrate(model.eval(), side)
    return model.eval()


def _calibrate(model: nn.Module, side: int) -> None:
    def take_statistics(norm: nn.Module, inputs: tuple[torch.Tensor]) -> None:
        variance_C, mean_C = torch.var_mean(inputs[0], (0, 2, 3), correction=0)
        norm.running_mean.copy_(mean_C)
        norm.running_var.copy_(variance_C.clamp(min=_LEAST_VARIANCE * float(variance_C.mean())))

    hooks = [
        part.register_forward_pre_hook(take_statistics) for part in model.modules() if isinstance(part, nn.BatchNorm2d)
    ]
    if hooks:
        model(images(_CALIBRATION_IMAGES, side))
    for hook in hooks:
        hook.remove()


def whole(name: str, side: int) -> nn.Module:
    """Return a model for images of this side as torchvision draws it."""
    builder = functools.partial(torchvision.models.get_model, name, weights=None)
    if name.startswith("vit"):
        return builder(image_size=side)
    return builder(init_weights=False) if name in ("googlenet", "inception_v3") else builder()


def _has_equal_blocks(stage: nn.Sequential) -> bool:
    return len({type(block) for block in stage}) == 1 and not isinstance(stage[0], nn.Sequential)


def _described(node: fx.Node) -> str:
    """Return the op with the options that are no sizes: switches, modes, and which tensors are given at all."""
    options = [argument for argument in (*node.args, *node.kwargs.values()) if isinstance(argument, bool | str)]
    return f"{node.target}({len(node.args)} arguments, {options})"
