"""What torch.compile says when it cannot do its work, in a sentence."""

import contextlib
import sys
from collections.abc import Iterator

from trainers.errors import DeviceError

_COMPILER = "torch._dynamo.exc"


@contextlib.contextmanager
def explaining_compiler_failures() -> Iterator[None]:
    """Turn a failure of the compiler in here into an error for the user.

    Forward and backward passes are compiled when they first run, and either may be the first to need what is missing.

    Raises:
        DeviceError: The compiler is missing or cannot translate the model.
    """
    try:
        yield
    except RuntimeError as error:
        # Loading the compiler takes seconds; where it is not loaded, it has not failed.
        if _COMPILER not in sys.modules or not isinstance(error, sys.modules[_COMPILER].TorchDynamoException):
            raise
        first_line = str(error).strip().splitlines()[0]
        raise DeviceError(
            f"optimization.compile is true, but torch.compile failed: {first_line} It needs a C++ compiler (g++) with "
            "Python's headers, or Triton on a GPU; install them or set optimization.compile=false."
        ) from error
