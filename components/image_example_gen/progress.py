"""How far ingestion is, told while it works."""

import logging
import threading
import time
from collections.abc import Callable

from trainers.progress import PROGRESS_LOGGER, Throttle

_INTERVAL_SECONDS = 0.5


class ImageCounter:
    """Counts the images that one process has inspected; its threads may count together."""

    def __init__(self, total_images: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Start at none.

        Args:
            total_images: Images that there are in all.
            clock: Gives seconds.
        """
        self._total_images = total_images
        self._clock = clock
        self._images = 0
        self._began_seconds = clock()
        self._throttle = Throttle(interval_seconds=_INTERVAL_SECONDS)
        self._lock = threading.Lock()

    def count(self) -> None:
        """Count one image, and say now and then how many there were and how long the others will take."""
        with self._lock:
            self._images += 1
            now = self._clock()
            if not self._throttle.fires(now):
                return
            left_seconds = (now - self._began_seconds) * (self._total_images / self._images - 1)
            message = f"{self._images:,} of {self._total_images:,} images, {left_seconds:.0f} s left"
        logging.getLogger(PROGRESS_LOGGER).debug(message)
