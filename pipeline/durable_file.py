"""Write a file whole or not at all, so that it outlives a crash of the machine too."""

import os
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Write a file beside its place, flush it to disk and rename it; its folder is made where it is missing.

    Raises:
        OSError: The folder cannot be made or written; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    incoming = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with incoming.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        incoming.replace(path)
    finally:
        incoming.unlink(missing_ok=True)
