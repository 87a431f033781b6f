"""Files of the log: one that grows, and finished ones, the oldest of which make room for new ones.

A file is gzipped JSON lines, named after its first line's time: `20260102T030405Z-<random>.jsonl.gz`. While it grows
`.incoming` is put behind that. Every write ends at a byte boundary of the compressor, so that what a killed server has
left can be read to its last whole line.
"""

import contextlib
import fcntl
import os
import re
import secrets
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

_FILES = 8
"""Into how many files the room is divided; when it is full, so much of the log goes at once."""
GZIP_WINDOW = 31
"""zlib's window size of 15 bits, and 16 for the frame of gzip."""
_INCOMING = ".incoming"
_FINISHED = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}\.jsonl\.gz")


def finished_files(folder: Path) -> list[Path]:
    """Return the finished files of a folder, the oldest first; other files are left alone."""
    return sorted(path for path in folder.iterdir() if _FINISHED.fullmatch(path.name))


def finish_abandoned(folder: Path) -> None:
    """Give the files of killed servers their final names; those of running ones are locked."""
    for path in folder.glob(f"*{_INCOMING}"):
        if not _FINISHED.fullmatch(path.name.removesuffix(_INCOMING)):
            continue
        with contextlib.suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.rename(path.with_name(path.name.removesuffix(_INCOMING)))


class GrowingFile:
    """One file that is written; always whole up to the last write."""

    def __init__(self, folder: Path, *, first_time: datetime) -> None:
        """Make the file, and its folder where it is missing.

        Raises:
            OSError: Either cannot be made.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._finished = folder / f"{first_time:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}.jsonl.gz"
        self._path = self._finished.with_name(self._finished.name + _INCOMING)
        self._file: BinaryIO = open(self._path, "xb", opener=_open_private)
        with contextlib.suppress(OSError):  # Some mounted file systems have no locks.
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._compressor = zlib.compressobj(wbits=GZIP_WINDOW)
        self.bytes = 0
        """Size now."""

    def write(self, lines: bytes) -> None:
        """Add whole lines.

        Raises:
            OSError: They could not be written; `abandon` the file.
        """
        self._append(self._compressor.compress(lines) + self._compressor.flush(zlib.Z_SYNC_FLUSH))

    def finish(self) -> None:
        """Write the end, flush to disk, and rename.

        Raises:
            OSError: One of these failed; `abandon` the file.
        """
        self._append(self._compressor.flush())
        os.fsync(self._file.fileno())
        self._close()

    def abandon(self) -> None:
        """Close after a failure; keep what is whole, and leave no empty file."""
        with contextlib.suppress(OSError):
            self._close()

    def _append(self, content: bytes) -> None:
        self._file.write(content)
        self._file.flush()
        self.bytes += len(content)

    def _close(self) -> None:
        try:
            self._file.close()
        finally:
            if self.bytes:
                self._path.rename(self._finished)
            else:
                self._path.unlink()


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class LogFiles:
    """The files of one writer. It has no lock: one thread uses it."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        """Take the folder, and the room that its files may take; nothing is made yet."""
        self._folder, self._max_bytes = folder, max_bytes
        self._growing: GrowingFile | None = None

    @property
    def is_growing(self) -> bool:
        """Whether there is a file that is not finished."""
        return self._growing is not None

    def write(self, lines: bytes, *, time: datetime) -> None:
        """Add whole lines; a full file is finished.

        Args:
            lines: Ending with a newline.
            time: Of the first of them, UTC.

        Raises:
            OSError: They could not be written.
        """
        with self._abandon_on_failure():
            if self._growing is None:
                self._growing = GrowingFile(self._folder, first_time=time)
            self._growing.write(lines)
            is_full = self._growing.bytes >= self._max_bytes // _FILES
        if is_full:
            self.finish()

    def finish(self) -> None:
        """Finish the growing file, if there is one, and remove the oldest files where there is too little room.

        Raises:
            OSError: It could not be finished, or the others not be removed.
        """
        if self._growing is None:
            return
        with self._abandon_on_failure():
            self._growing.finish()
        self._growing = None
        self._make_room()

    @contextlib.contextmanager
    def _abandon_on_failure(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            if self._growing is not None:
                self._growing.abandon()
            self._growing = None
            raise

    def _make_room(self) -> None:
        """Leave room for one more file."""
        sizes = {path: path.stat().st_size for path in finished_files(self._folder)}
        total = sum(sizes.values())
        for path, size in sizes.items():
            if total <= self._max_bytes - self._max_bytes // _FILES:
                break
            path.unlink(missing_ok=True)
            total -= size
