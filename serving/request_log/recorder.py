"""Chooses requests at random and has them written by a thread of its own, so that no request ever waits for it."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from serving.images import UnusableImageError
from serving.prediction import Prediction
from serving.request_log.entries import to_entries, to_line
from serving.request_log.files import LogFiles
from serving.request_records import FinishedRequest

_MAX_WAITING_BYTES = 64 << 20
"""Images that wait for the thread, which looks at each again; a larger request waits alone or is dropped."""
_BYTES_PER_IMAGE = 1024
"""About what waits beside the image itself."""


@dataclass(frozen=True, kw_only=True)
class _Sampled:
    prediction: Prediction
    time: datetime
    bytes: int

    @property
    def images(self) -> int:
        return len(self.prediction.images)


class RequestLog:
    """An observer of finished requests that logs some of them."""

    def __init__(
        self,
        files: LogFiles,
        *,
        fraction: float,
        rotate_seconds: float,
        max_pixels: int,
        count: Callable[[str, int], None],
        report: Callable[[str, Mapping[str, object]], None],
        choose: Callable[[], float] = random.random,
    ) -> None:
        """Start the thread.

        Args:
            files: Where to write; from now on they belong to the thread.
            fraction: Share of the requests that is logged, 0 to 1.
            rotate_seconds: Longest time until a file is finished.
            max_pixels: Largest height x width that is decoded.
            count: Takes what became of images (`written`, `dropped` or `failed`) and how many they are.
            report: Takes an event with its facts when the log fails.
            choose: Returns a number from 0 to below 1 for each request.
        """
        self._files, self._fraction, self._rotate_seconds = files, fraction, rotate_seconds
        self._max_pixels, self._count, self._report, self._choose = max_pixels, count, report, choose
        self._waiting: deque[_Sampled] = deque()
        self._waiting_bytes = 0
        self._changed = threading.Condition()
        self._is_closed = self._is_failing = False
        self._finish_at = 0.0
        self._thread = threading.Thread(target=self._run, name="request-log", daemon=True)
        self._thread.start()

    def observe(self, request: FinishedRequest) -> None:
        """Queue a request that was answered, if chance wants it; drop it when too much waits."""
        prediction = request.prediction
        if prediction is None or self._choose() >= self._fraction:
            return
        size = sum(len(image) if isinstance(image, bytes) else image.nbytes for image in prediction.images)
        sampled = _Sampled(
            prediction=prediction,
            time=datetime.now(timezone.utc),
            bytes=size + _BYTES_PER_IMAGE * len(prediction.images),
        )
        with self._changed:
            has_room = not self._waiting_bytes or self._waiting_bytes + sampled.bytes <= _MAX_WAITING_BYTES
            if has_room and not self._is_closed:
                self._waiting.append(sampled)
                self._waiting_bytes += sampled.bytes
                self._changed.notify()
                return
        self._count("dropped", sampled.images)

    def close(self, *, timeout_seconds: float) -> None:
        """Write what waits and finish the file, as far as the time allows."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while self._wait():
            if self._waiting:
                self._write(self._waiting[0])
            if self._files.is_growing and time.monotonic() >= self._finish_at:
                self._guard(self._files.finish)
        self._guard(self._files.finish)

    def _wait(self) -> bool:
        """Wait for a request, or until the file is to be finished; tell whether to go on."""
        with self._changed:
            if not self._waiting and not self._is_closed:
                pause = max(0.0, self._finish_at - time.monotonic()) if self._files.is_growing else None
                self._changed.wait(pause)
            return bool(self._waiting) or not self._is_closed

    def _write(self, sampled: _Sampled) -> None:
        """Write the oldest request; until then it counts among those that wait."""
        try:
            entries = to_entries(sampled.prediction, time=sampled.time, max_pixels=self._max_pixels)
            lines = b"".join(to_line(entry) for entry in entries)
        except UnusableImageError:
            is_written = False  # TensorFlow has decoded what Pillow cannot.
        else:
            if not self._files.is_growing:
                self._finish_at = time.monotonic() + self._rotate_seconds
            is_written = self._guard(lambda: self._files.write(lines, time=sampled.time))
        self._count("written" if is_written else "failed", sampled.images)
        with self._changed:
            self._waiting.popleft()
            self._waiting_bytes -= sampled.bytes

    def _guard(self, work: Callable[[], None]) -> bool:
        """Do something with the files; the first of a row of failures is reported."""
        try:
            work()
        except OSError as error:
            if not self._is_failing:
                self._report("request_log_failed", {"reason": error.strerror or str(error)})
            self._is_failing = True
            return False
        self._is_failing = False
        return True
