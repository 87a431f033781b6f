"""Reads the log again: finished files only, each to its last whole line."""

import zlib
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from serving.errors import RequestLogError
from serving.request_log.entries import LogEntry, from_line
from serving.request_log.files import GZIP_WINDOW, finished_files

_CHUNK_BYTES = 1 << 20


def read_log(folder: Path, *, model: str, version: int, start: datetime, end: datetime) -> Iterator[LogEntry]:
    """Yield the entries of one version from a window of time; within a file in the order of their time.

    Args:
        folder: Folder of the log; several servers may write to it.
        model: Name of the model.
        version: Its version.
        start: First second of the window, with a time zone.
        end: First second after it.

    Raises:
        RequestLogError: The folder is missing, or a line of a file is no entry.
    """
    if not folder.is_dir():
        raise RequestLogError(
            f"request log {folder} is not a folder; give the one that --request-log of the server names"
        )
    for path in finished_files(folder):
        if _first_time(path) >= end:
            return
        for number, line in enumerate(read_lines(path), start=1):
            try:
                entry = from_line(line)
            except ValueError as error:
                raise RequestLogError(
                    f"{path}, line {number} is no entry of a request log ({error}); remove the file"
                ) from None
            if entry.model == model and entry.version == version and start <= entry.time < end:
                yield entry


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield the whole lines of a gzipped file; one that was cut off or damaged ends early.

    Args:
        path: The file. One that is removed in the meantime has no lines.
    """
    rest = b""
    decompressor = zlib.decompressobj(wbits=GZIP_WINDOW)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                *lines, rest = (rest + decompressor.decompress(chunk)).split(b"\n")
                yield from lines
    except (FileNotFoundError, zlib.error):
        return


def _first_time(path: Path) -> datetime:
    return datetime.strptime(path.name.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
