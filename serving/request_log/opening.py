"""Makes the request log that the settings ask for."""

from collections.abc import Callable, Mapping
from pathlib import Path

from serving.errors import SettingsError
from serving.request_log.files import LogFiles, finish_abandoned
from serving.request_log.recorder import RequestLog

_BYTES_PER_MIB = 1 << 20


def open_request_log(
    folder: Path,
    *,
    fraction: float,
    max_mib: float,
    rotate_seconds: float,
    max_pixels: int,
    count: Callable[[str, int], None],
    report: Callable[[str, Mapping[str, object]], None],
) -> RequestLog:
    """Make the folder where it is missing, finish what killed servers left in it, and start the log's thread.

    Args:
        folder: Where the files go.
        fraction: Share of the requests that is logged, 0 to 1.
        max_mib: Room for all files.
        rotate_seconds: Longest time until a file is finished.
        max_pixels: Largest height x width that is decoded.
        count: Takes what became of images and how many they are.
        report: Takes an event with its facts when the log fails.

    Raises:
        SettingsError: The folder cannot be made or read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        finish_abandoned(folder)
    except OSError as error:
        raise SettingsError(
            [f"--request-log {folder}: {error.strerror or error}; name a folder that the server may write to"]
        ) from error
    return RequestLog(
        LogFiles(folder, max_bytes=round(max_mib * _BYTES_PER_MIB)),
        fraction=fraction,
        rotate_seconds=rotate_seconds,
        max_pixels=max_pixels,
        count=count,
        report=report,
    )
