"""Write a file whole or not at all."""

from pathlib import Path

from pipeline.durable_file import write_durably
from pipeline.errors import UsageError


def write_atomically(path: Path, text: str) -> None:
    """Write a text file beside its place and rename it.

    Raises:
        UsageError: The folder cannot be made or written.
    """
    try:
        write_durably(path, text.encode())
    except OSError as error:
        raise UsageError(
            [f"{path} cannot be written: {error.strerror}; name a folder that you may write to"]
        ) from error
