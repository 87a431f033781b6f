"""A folder of output files that appears whole or not at all."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import PipelineError


@contextlib.contextmanager
def whole_folder(output: Path) -> Iterator[Path]:
    """Give a folder to write into, which takes the name `output` when the block ends without an error.

    It lies beside `output` under a hidden name, is flushed to disk and then renamed. What a killed run left there is
    removed by the next one.

    Raises:
        PipelineError: Another run is writing the same output.
    """
    unfinished = output.with_name(f".{output.name}.unfinished")
    unfinished.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(unfinished, os.O_RDONLY)
    try:
        _lock(descriptor, output)
        with _removed_on_error(unfinished):
            _empty(unfinished)
            yield unfinished
            _flush(unfinished)
            unfinished.rename(output)
            _flush_one(output.parent)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _removed_on_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:  # Ctrl-C too
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _lock(descriptor: int, output: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PipelineError(f"another run is writing {output}; wait for it, or choose another --output") from None


def _empty(folder: Path) -> None:
    for child in folder.iterdir():
        if child.is_dir():
            shutil.rmtree(child)
        else:
            child.unlink()


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        _flush_one(path)
    _flush_one(folder)


def _flush_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
