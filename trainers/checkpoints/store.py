"""A folder of checkpoints: each one written whole or not at all, checked when it is read, the newest two kept.

What a checkpoint holds is the caller's business; here it is a folder of files.
"""

import json
import logging
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

_KEPT = 2
_CONTENTS_FILE = "contents.json"
_UNFINISHED = ".unfinished"
_PREFIX = "checkpoint-"
_BLOCK_BYTES = 1 << 20

_logger = logging.getLogger(__name__)


class CheckpointStore:
    """Checkpoints of one run; one process at a time may write."""

    def __init__(self, folder: Path) -> None:
        """Point at a folder, which `write` creates.

        Args:
            folder: Holds nothing else than checkpoints.
        """
        self._folder = folder

    def write(self, fill: Callable[[Path], None]) -> None:
        """Add a checkpoint, then remove those that are older than the newest two.

        A process that dies in here, or a machine that loses power, leaves the older checkpoints as they were.

        Args:
            fill: Writes files, and no folders, into the empty folder that it is given.

        Raises:
            OSError: A file cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / _UNFINISHED
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        fill(unfinished)
        contents = {path.name: _measure(path) for path in unfinished.iterdir()}
        (unfinished / _CONTENTS_FILE).write_text(json.dumps(contents), encoding="utf-8")
        for path in (*unfinished.iterdir(), unfinished):
            _flush(path)
        # Numbers go on from the highest one, so that a checkpoint that nobody could use never outlives a newer one.
        newest = max(map(_number, self._checkpoints()), default=0)
        unfinished.rename(self._folder / f"{_PREFIX}{newest + 1:08d}")
        _flush(self._folder)
        for outdated in self._checkpoints()[_KEPT:]:
            shutil.rmtree(outdated)

    def intact(self) -> Iterator[Path]:
        """Yield the folders of the checkpoints whose files are as they were written, the newest first.

        A damaged one is named in the log and left out.
        """
        for folder in self._checkpoints():
            damage = _damage(folder)
            if damage:
                _logger.warning("Checkpoint %s is damaged and not used: %s.", folder, damage)
            else:
                yield folder

    def _checkpoints(self) -> list[Path]:
        return sorted(self._folder.glob(f"{_PREFIX}*"), key=_number, reverse=True)


def _number(folder: Path) -> int:
    return int(folder.name.removeprefix(_PREFIX))


def _measure(path: Path) -> dict[str, int]:
    """Return the size of a file, bytes, and its CRC-32."""
    crc = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            crc = zlib.crc32(block, crc)
    return {"size_bytes": path.stat().st_size, "crc32": crc}


def _damage(folder: Path) -> str:
    """Return what is wrong with a checkpoint, or nothing."""
    try:
        contents = json.loads((folder / _CONTENTS_FILE).read_text(encoding="utf-8"))
        changed = [name for name, measured in contents.items() if _measure(folder / name) != measured]
    except (OSError, ValueError, AttributeError) as error:
        return f"its files cannot be read ({error})"
    return f"{', '.join(changed)} changed after it was written" if changed else ""


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
