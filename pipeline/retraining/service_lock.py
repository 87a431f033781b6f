"""One service for a root: a lock that the kernel takes back however its holder ends, with the holder's facts in it."""

import contextlib
import fcntl
import json
import os
import socket
import time
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import PipelineError

_GLANCE_SECONDS = 0.05


class LockOwner(BaseModel):
    """Who holds a lock."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pid: int
    host: str
    since: datetime

    def __str__(self) -> str:
        """Say it in words."""
        return f"process {self.pid} on {self.host}, since {self.since:%Y-%m-%d %H:%M:%S %Z}"


class ServiceLock:
    """The lock of a root's service; use it as a context once it is acquired."""

    def __init__(self, file: Path) -> None:
        """Prepare a lock.

        Args:
            file: Its file, made where it is missing.
        """
        self._path = file
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free; returns whether it was.

        Raises:
            PipelineError: The file cannot be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+")
        except OSError as error:
            raise PipelineError(f"{self._path} cannot be written: {error.strerror}; check --root") from error
        if not _lock(file):
            time.sleep(_GLANCE_SECONDS)  # it may be no service, but a command that looks whose it is
            if not _lock(file):
                file.close()
                return False
        self._file = file
        file.truncate(0)
        json.dump(_facts(), file)
        file.flush()
        return True

    def __enter__(self) -> "ServiceLock":
        """Hold it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the next one in."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def owner(self) -> LockOwner | None:
        """Return who holds it; None when nobody does."""
        try:
            with self._path.open() as file:
                if _lock(file, shared=True):
                    return None
                return LockOwner.model_validate(json.load(file))
        except (OSError, ValueError, ValidationError):  # no file, or one that is just being written
            return None


def _lock(file: IO[str], *, shared: bool = False) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        return True
    return False


def _facts() -> dict[str, str | int]:
    return {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(timezone.utc).isoformat()}
