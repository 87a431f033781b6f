"""Write a file whole or not at all."""

import contextlib
import os
from pathlib import Path

from pipeline.errors import UsageError


def write_atomically(path: Path, text: str) -> None:
    """Write a text file beside its place and rename it.

    Raises:
        UsageError: The folder cannot be made or written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text)
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(
            [f"{path} cannot be written: {error.strerror}; name a folder that you may write to"]
        ) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
