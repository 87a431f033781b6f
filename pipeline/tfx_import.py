"""TFX's import, without what makes it longer and is not used."""

import contextlib
import sys
from collections.abc import Iterator

_LOADS_TORCH = "apache_beam.ml.inference.model_manager"
"""Beam's inference does without it when it is not there; it serves several models in turns, as nothing in TFX does."""


@contextlib.contextmanager
def loading_tfx() -> Iterator[None]:
    """Keep Beam from loading torch when TFX is imported: PyTorch trains in a process of its own."""
    if _LOADS_TORCH in sys.modules:
        yield
        return
    sys.modules[_LOADS_TORCH] = None  # type: ignore[assignment]  # how Python is told that the module is absent
    try:
        yield
    finally:
        del sys.modules[_LOADS_TORCH]
