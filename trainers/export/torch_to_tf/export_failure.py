"""Say in one sentence why torch.export could not take a model."""

from torch._dynamo.exc import UserError
from torch.fx.experimental.symbolic_shapes import ConstraintViolationError, GuardOnDataDependentSymNode

from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE, ImageShape, has_free_size

_DATA_DEPENDENT = (
    "forward() decides on the values of a tensor (an `if`, a loop, `.item()` or an index that depends on data), which "
    "a fixed graph cannot carry; replace it by torch.where, clamp or a mask"
)
_FIXED_BATCH = (
    "forward() works for some batch sizes only (a size written as a number, or an `if` on shape[0]), but a served "
    "model takes any batch of 1 or more; use x.shape[0] or -1 for the batch"
)
_CANNOT_RUN = (
    "torch.export could not run forward() on a batch of images of C, H, W = {shape}; call it eagerly with such a batch"
)
_FREE_SIZE = (
    "torch.export could not run forward() on images of any height and width (a size written as a number, a linear "
    f"layer behind all pixels, a table of positions), so {NEEDS_FIXED_SIZE}"
)
_FIXED_BATCH_SIGNS = ("constraint", "specialized", "not all values of batch", "inferred to be a constant")


def explain(error: Exception, input_shape: ImageShape) -> str:
    """Return a sentence that says what to change, followed by the first line of torch's own message."""
    message = str(error).strip()
    first_line = message.splitlines()[0] if message else type(error).__name__
    return f"{_reason(error, message, input_shape)}. torch says: {first_line}"


def _reason(error: Exception, message: str, input_shape: ImageShape) -> str:
    if isinstance(error, GuardOnDataDependentSymNode) or "data-dependent" in message or "data dependent" in message:
        return _DATA_DEPENDENT
    if has_free_size(input_shape):
        return _FREE_SIZE
    if isinstance(error, ConstraintViolationError):
        return _FIXED_BATCH
    if isinstance(error, UserError) and any(sign in message.lower() for sign in _FIXED_BATCH_SIGNS):
        return _FIXED_BATCH
    return _CANNOT_RUN.format(shape=input_shape)
