"""Say in one sentence why torch.export could not take a model."""

import copy
import sysconfig
import traceback
from pathlib import Path

import torch
from torch._dynamo.exc import UserError
from torch.fx.experimental.symbolic_shapes import ConstraintViolationError, GuardOnDataDependentSymNode

from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE

_DATA_DEPENDENT = (
    "forward() decides on the values of a tensor (an `if`, a loop, `.item()` or an index that depends on data), which "
    "a fixed graph cannot carry; replace it by torch.where, clamp or a mask"
)
_FIXED_BATCH = (
    "forward() works for some batch sizes only (a size written as a number, a loop over the images, or an `if` on "
    "shape[0]), but a served model takes any batch of 1 or more; use x.shape[0] or -1 for the batch"
)
_FAILS = (
    "forward() fails on a batch of images of C, H, W = {shape}; input_shape has to be what the model takes, the "
    "channels first"
)
_CANNOT_FOLLOW = (
    "forward() runs on a batch of images of C, H, W = {shape}, but torch.export cannot follow it; write this part in "
    "torch operations on tensors"
)
_FREE_SIZE = (
    "torch.export could not run forward() on images of any height and width (a size written as a number, a linear "
    f"layer behind all pixels, a table of positions), so {NEEDS_FIXED_SIZE}"
)
_FIXED_BATCH_SIGNS = ("constraint", "specialized", "not all values of batch", "inferred to be a constant")
_SIGNS = {
    "data-dependent": _DATA_DEPENDENT,
    "data dependent": _DATA_DEPENDENT,
    "which is not a known type": "forward() has to return exactly one tensor, not an object; wrap the model in a "
    "module that returns the tensor to serve",
    "is mutated in the forward": "forward() changes a tensor that the module keeps; a served model keeps no state "
    "between requests, so change it only while self.training is true",
    ".numpy()": "forward() turns a tensor into a NumPy array, which a fixed graph cannot carry; use torch operations",
    "on the expected device": "forward() names a device; make tensors where the images are: device=x.device",
    "to be on the same device": "forward() names a device; make tensors where the images are: device=x.device",
}
_MOST_CHARACTERS = 300
_NOT_THE_USERS = (Path(torch.__file__).parent, Path(__file__).parent)
_STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))


def explain(error: Exception, module: torch.nn.Module, example: torch.Tensor, *, has_free_size: bool) -> str:
    """Return a sentence that says what to change and where, followed by the first line of torch's own message.

    Args:
        error: What torch.export raised.
        module: The model, in evaluation mode.
        example: The images that it was exported with.
        has_free_size: Whether their height or width was to be free.
    """
    reason, told = _reason(error, has_free_size), error
    if reason is None:
        eager = _eager_failure(module, example)
        reason, told = (_CANNOT_FOLLOW, error) if eager is None else (_FAILS, eager)
    message = str(told).strip()
    line = message.splitlines()[0][:_MOST_CHARACTERS] if message else type(told).__name__
    return f"{reason.format(shape=tuple(example.shape[1:]))}{_place(told)}. torch says: {line}"


def _reason(error: Exception, has_free_size: bool) -> str | None:
    message = str(error)
    if isinstance(error, GuardOnDataDependentSymNode):
        return _DATA_DEPENDENT
    known = next((reason for sign, reason in _SIGNS.items() if sign in message), None)
    if known is not None or has_free_size:
        return known or _FREE_SIZE
    is_fixed = isinstance(error, UserError) and any(sign in message.lower() for sign in _FIXED_BATCH_SIGNS)
    return _FIXED_BATCH if is_fixed or isinstance(error, ConstraintViolationError) else None


def _eager_failure(module: torch.nn.Module, example: torch.Tensor) -> Exception | None:
    """Run a copy of the module, since a forward() may change its module, and return what it raises."""
    try:
        copied = copy.deepcopy(module)
    except Exception:  # not every module can be copied, and then nothing more is known
        return None
    try:
        copied(example)
    except Exception as error:  # forward() may raise anything
        return error
    return None


def _place(error: Exception) -> str:
    """Return the last line of the user's own code on the way to an error."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_users(Path(frame.filename))]
    return f' (File "{frames[-1].filename}", line {frames[-1].lineno}, in {frames[-1].name})' if frames else ""


def _is_users(file: Path) -> bool:
    """Tell whether a file is neither torch's nor Python's nor generated; other libraries may hold the model."""
    is_standard = file.is_relative_to(_STANDARD_LIBRARY) and "site-packages" not in file.parts
    return not (is_standard or file.name.startswith("<") or any(map(file.is_relative_to, _NOT_THE_USERS)))
