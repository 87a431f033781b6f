"""Push a bundle: beside its destination first, on the disk for certain, then renamed into place."""

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from components.decision import Decision
from components.errors import PushError
from components.image_counts import ImageCounts
from components.pushed_versions import latest_pushed, pushed_versions
from components.pusher.evaluation import make_evaluation
from serving.bundle import bundle_checksum, verify
from serving.errors import BundleError
from serving.evaluation import Evaluation
from serving.evaluation_file import write_evaluation

_TEMPORARY_PREFIX = ".incoming-"
_LOCK_FILE = ".push.lock"


@dataclass(frozen=True)
class Pushed:
    """Where the model is.

    Attributes:
        path: Version folder.
        is_new: False when the newest version already was this very bundle.
    """

    path: Path
    is_new: bool


def push(bundle_dir: Path, decision: Decision, counts: ImageCounts, *, model_folder: Path) -> Pushed:
    """Put a bundle with its evaluation into `<push-dir>/<model>/<next version>/`, or leave everything as it was.

    A reader sees the version folder whole or not at all: the copy is made under a name that no server takes for a
    version, synced, verified and renamed. What a killed push left behind is removed by the next one.

    Args:
        bundle_dir: Sealed bundle.
        decision: Must bless exactly this bundle.
        counts: Images of the run's data by split and class, for the evaluation.
        model_folder: `<push-dir>/<model>`; made when missing.

    Raises:
        PushError: The bundle is not the blessed one, or the folder cannot be written.
    """
    verify(bundle_dir)
    checksum = bundle_checksum(bundle_dir)
    if decision.blessed_checksum != checksum:
        raise PushError(
            f"push refused: the decision blesses {decision.blessed_checksum or 'nothing'}, not this bundle {checksum};"
            " run the pipeline again so that the bundle is judged"
        )
    current = latest_pushed(model_folder)
    if current is not None and _holds(current, checksum):
        return Pushed(path=current, is_new=False)
    try:
        model_folder.mkdir(parents=True, exist_ok=True)
        with _lock(model_folder):
            _remove_leftovers(model_folder)
            incoming = _copy_beside(bundle_dir, model_folder, checksum, make_evaluation(decision, counts))
            return Pushed(path=_rename_to_next_version(incoming, model_folder), is_new=True)
    except OSError as error:
        raise PushError(f"cannot push to {model_folder}: {error.strerror}; check --push-dir") from error


def _holds(version_folder: Path, checksum: str) -> bool:
    try:
        return bundle_checksum(version_folder) == checksum
    except (BundleError, OSError):
        return False


@contextlib.contextmanager
def _lock(model_folder: Path) -> Iterator[None]:
    """Let one push at a time into the folder; the system drops the lock of a process that dies."""
    with (model_folder / _LOCK_FILE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove_leftovers(model_folder: Path) -> None:
    for entry in model_folder.iterdir():
        if entry.name.startswith(_TEMPORARY_PREFIX):
            shutil.rmtree(entry)


def _copy_beside(bundle_dir: Path, model_folder: Path, checksum: str, evaluation: Evaluation) -> Path:
    incoming = model_folder / f"{_TEMPORARY_PREFIX}{os.getpid()}"
    shutil.copytree(bundle_dir, incoming)
    write_evaluation(incoming, evaluation)
    verify(incoming)
    if bundle_checksum(incoming) != checksum:
        raise PushError(f"the copy {incoming} differs from the blessed bundle; run again")
    for folder, _, files in os.walk(incoming):
        for name in files:
            _sync(Path(folder) / name)
        _sync(Path(folder))
    return incoming


def _rename_to_next_version(incoming: Path, model_folder: Path) -> Path:
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
