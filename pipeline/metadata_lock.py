"""One process at a time in ML Metadata's SQLite file.

Two of its transactions at once end in "database is locked" for one of them: they begin as readers, and SQLite lets
only one of two readers become a writer. A step's metadata work takes some ten milliseconds, so waiting costs nothing.
"""

import fcntl
from pathlib import Path
from types import TracebackType
from typing import IO


class MetadataLock:
    """Held as a context; blocks until it is free; may be nested within one process."""

    def __init__(self, metadata_file: Path) -> None:
        """Guard one SQLite file.

        Args:
            metadata_file: The file; the lock is an empty file beside it.
        """
        self._path = metadata_file.with_name(f".{metadata_file.name}.lock")
        self._file: IO[str] | None = None
        self._depth = 0

    def __enter__(self) -> "MetadataLock":
        """Wait until no other process holds it."""
        if self._depth == 0:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("w")
            fcntl.flock(self._file, fcntl.LOCK_EX)
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the next process in."""
        self._depth -= 1
        if self._depth == 0 and self._file is not None:
            self._file.close()
            self._file = None
