"""The pipe on which a process tells the one that started it what happens, in JSON lines."""

import json
import logging
import threading
from collections.abc import Callable
from typing import IO, Any

from trainers.progress import PROGRESS_LOGGER

Message = dict[str, Any]


class EventPipe:
    """The writing end; several threads may use it."""

    def __init__(self, pipe: IO[str]) -> None:
        """Write to an open pipe."""
        self._pipe = pipe
        self._lock = threading.Lock()

    def tell(self, **message: Any) -> None:
        """Write one message."""
        with self._lock:
            self._pipe.write(json.dumps(message) + "\n")
            self._pipe.flush()

    def tell_progress(self, message_of: Callable[[logging.LogRecord], Message]) -> None:
        """From now on write a message for everything that is logged about progress.

        Args:
            message_of: Makes the message of a log record.
        """
        logger = logging.getLogger(PROGRESS_LOGGER)
        logger.setLevel(logging.DEBUG)
        logger.addHandler(_PipeHandler(self, message_of))


class _PipeHandler(logging.Handler):
    def __init__(self, pipe: EventPipe, message_of: Callable[[logging.LogRecord], Message]) -> None:
        super().__init__()
        self._pipe = pipe
        self._message_of = message_of

    def emit(self, record: logging.LogRecord) -> None:
        self._pipe.tell(**self._message_of(record))
