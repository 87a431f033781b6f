"""Real digits that arrive day by day, one span a day, with what goes wrong in the life of a data set."""

from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

_FIRST_DAY_IMAGES = 900
_DAY_IMAGES = 22


class DailySpans:
    """Scans of handwritten digits, dealt out over days; no scan is in two spans."""

    def __init__(self, folder: Path) -> None:
        """Deal into `<folder>/<date>/<class>/`."""
        digits = load_digits()
        order = np.random.default_rng(0).permutation(len(digits.target))
        self._images, self._targets = digits.images[order], digits.target[order]
        self._left = list(range(len(order)))
        self.folder = folder

    @property
    def pattern(self) -> str:
        """The data of the pipeline."""
        return str(self.folder / "{YYYY}-{MM}-{DD}")

    def arrive_first(self, day: date) -> None:
        """Let half of all scans arrive at once, as what was collected before."""
        self._write(day, self._left[:_FIRST_DAY_IMAGES], gain=15.0)

    def arrive(self, day: date, *, labels: tuple[int, ...] = tuple(range(10)), gain: float = 15.0) -> Path:
        """Let one day's scans arrive; returns their folder.

        Args:
            day: The day.
            labels: Digits that the day has.
            gain: Brightness: grey levels for each of the 16 that a scan has.
        """
        found = [index for index in self._left if self._targets[index] in labels][:_DAY_IMAGES]
        return self._write(day, found, gain=gain)

    def _write(self, day: date, indices: list[int], *, gain: float) -> Path:
        self._left = [index for index in self._left if index not in set(indices)]
        folder = self.folder / day.isoformat()
        for index in indices:
            path = folder / f"digit-{self._targets[index]}" / f"{index:04}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray((self._images[index] * gain).astype(np.uint8)).save(path)
        return folder
