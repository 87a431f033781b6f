"""What to lower when an allocation fails, whichever framework asked for the memory."""

import contextlib
from collections.abc import Iterator

from trainers.config import TrainConfig
from trainers.errors import OutOfMemoryError
from trainers.failure import causes

_NAMES = frozenset({"OutOfMemoryError", "ResourceExhaustedError"})
"""PyTorch's error on a GPU and TensorFlow's anywhere; named, not imported."""
_CPU_MESSAGE = "can't allocate memory"
"""Part of the plain RuntimeError that PyTorch raises on a CPU."""


@contextlib.contextmanager
def explaining_out_of_memory(config: TrainConfig, *, image_size_pixels: int) -> Iterator[None]:
    """Turn a failed allocation in here into an error that says which setting to lower.

    Args:
        config: How the model is trained.
        image_size_pixels: Side of the images.

    Raises:
        OutOfMemoryError: An allocation failed.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, OutOfMemoryError) or not any(map(is_out_of_memory, causes(error))):
            raise
        raise OutOfMemoryError(_advice(config, image_size_pixels)) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error is a failed allocation."""
    if isinstance(error, MemoryError) or type(error).__name__ in _NAMES:
        return True
    return isinstance(error, RuntimeError) and _CPU_MESSAGE in str(error)


def _advice(config: TrainConfig, image_size_pixels: int) -> str:
    micro_batches = config.optimization.micro_batches
    return (
        f"out of memory with batches of {config.batch_size_examples} images of {image_size_pixels} px for model "
        f"{config.model!r}. Compute each batch in more parts with train.optimization.micro_batches={2 * micro_batches} "
        f"(it is {micro_batches}), or lower train.batch_size_examples (it is {config.batch_size_examples}), "
        f"image.size_pixels (it is {image_size_pixels}) or, for images held in memory, train.cache_limit_mib (it is "
        f"{config.cache_limit_mib}), or choose a smaller model."
    )
