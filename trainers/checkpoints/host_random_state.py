"""The global random states of Python and NumPy, which a user's model may draw from whatever its framework."""

import random

import numpy as np
from pydantic import BaseModel, ConfigDict


class HostRandomState(BaseModel):
    """Both states at one moment; survives JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    python: tuple[int, tuple[int, ...], float | None]
    """What `random.getstate` answers."""
    numpy: tuple[str, tuple[int, ...], int, int, float]
    """What `numpy.random.get_state` answers, its array as numbers."""

    @classmethod
    def capture(cls) -> "HostRandomState":
        """Return the states of now."""
        name, keys, position, has_gauss, cached_gaussian = np.random.get_state(legacy=True)
        return cls.model_validate(
            {
                "python": random.getstate(),
                "numpy": (name, tuple(map(int, keys)), position, has_gauss, cached_gaussian),
            }
        )

    def restore(self) -> None:
        """Make these the states of now."""
        random.setstate(self.python)
        name, keys, position, has_gauss, cached_gaussian = self.numpy
        np.random.set_state((name, np.array(keys, np.uint32), position, has_gauss, cached_gaussian))
