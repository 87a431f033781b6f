"""Folders of versions, `<push-dir>/<model>/<version>/`: each one appears whole or not at all.

A copy is made beside its destination under a name that no server takes for a version, flushed to the disk and renamed.
"""

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from components.pushed_versions import pushed_versions

_TEMPORARY_PREFIX = ".incoming-"
_LOCK_FILE = ".push.lock"


def incoming_folder(model_folder: Path) -> Path:
    """Return the folder in which this process makes a copy; it does not exist while the lock is held anew."""
    return model_folder / f"{_TEMPORARY_PREFIX}{os.getpid()}"


def sync_tree(folder: Path) -> None:
    """Wait until everything in a folder is on the disk."""
    for place, _, files in os.walk(folder):
        for name in files:
            _sync(Path(place) / name)
        _sync(Path(place))


@contextlib.contextmanager
def lock(model_folder: Path) -> Iterator[None]:
    """Let one push at a time into the folder; the system drops the lock of a process that dies."""
    with (model_folder / _LOCK_FILE).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def remove_leftovers(model_folder: Path) -> None:
    """Remove what pushes that were killed left behind; hold the lock."""
    for entry in model_folder.iterdir():
        if entry.name.startswith(_TEMPORARY_PREFIX):
            shutil.rmtree(entry)


def rename_to_next_version(incoming: Path, model_folder: Path) -> Path:
    """Rename to the next free number, past any that something other than this pusher takes meanwhile."""
    version = max(pushed_versions(model_folder), default=0) + 1
    while True:
        destination = model_folder / str(version)
        try:
            incoming.rename(destination)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            version += 1
        else:
            _sync(model_folder)
            return destination


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
