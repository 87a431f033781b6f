"""What can be told of a module before it is run: whether its parts, weights and signature can be exported at all."""

import inspect

import torch
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from trainers.export.torch_to_tf.errors import UnsupportedModelError
from trainers.export.torch_to_tf.evaluation import floating_types

_QUANTIZED_PACKAGES = ("torch.ao.nn.quantized", "torch.ao.nn.intrinsic.quantized")
_NAMES_SHOWN = 5


def check_parts(module: torch.nn.Module) -> None:
    """Refuse parts that torch.export cannot run.

    Raises:
        UnsupportedModelError: A part is TorchScript, quantized or lazy and without its weights.
    """
    parts = list(module.named_modules())
    scripted = [name for name, part in parts if isinstance(part, torch.jit.ScriptModule)]
    _refuse(scripted, "are TorchScript, which torch.export does not take; export the module that they were made from")
    quantized = [name for name, part in parts if type(part).__module__.startswith(_QUANTIZED_PACKAGES)]
    _refuse(quantized, "are quantized, which is not carried; export the model in float32, as it was before")
    state = [*module.named_parameters(), *module.named_buffers()]
    lazy = [name for name, tensor in state if isinstance(tensor, UninitializedParameter | UninitializedBuffer)]
    _refuse(lazy, "are weights of lazy layers that have not seen a batch; call the model with one first")


def weight_dtype(module: torch.nn.Module) -> torch.dtype:
    """Return the one floating-point type of the weights, float32 if there are none.

    Raises:
        UnsupportedModelError: They are on another device than the CPU, of several types or of half precision.
    """
    state = [*module.parameters(), *module.buffers()]
    elsewhere = sorted({str(tensor.device) for tensor in state if tensor.device.type != "cpu"})
    if elsewhere:
        raise UnsupportedModelError(f"The model is on {', '.join(elsewhere)}; move it to the CPU first: module.cpu().")
    dtypes = floating_types(module) or {torch.float32}
    if len(dtypes) > 1 or not dtypes <= {torch.float32, torch.float64}:
        names = ", ".join(sorted(str(dtype) for dtype in dtypes))
        raise UnsupportedModelError(f"The weights are {names}; make them one type, float32: module.float().")
    return dtypes.pop()


def check_takes_one_tensor(module: torch.nn.Module, example: torch.Tensor) -> None:
    """Refuse a forward() that asks for more than the images.

    Raises:
        UnsupportedModelError: It cannot be called with one tensor.
    """
    signature = inspect.signature(module.forward)
    try:
        signature.bind(example)
    except TypeError as error:
        raise UnsupportedModelError(
            f"forward{signature} cannot be called with one tensor ({error}). "
            "Wrap the model in a module whose forward(images) passes the other arguments."
        ) from error


def takes_any_number(module: torch.nn.Module) -> bool:
    """Tell whether forward(*inputs) takes the images as one of several, as wrappers such as DataParallel do."""
    first = next(iter(inspect.signature(module.forward).parameters.values()))
    return first.kind is inspect.Parameter.VAR_POSITIONAL


def _refuse(names: list[str], reason: str) -> None:
    if names:
        more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        shown = ", ".join(name or "<root>" for name in names[:_NAMES_SHOWN])
        raise UnsupportedModelError(f"These parts of the model {reason}: {shown}{more}.")
