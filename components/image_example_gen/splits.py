"""Which split an image belongs to: decided by its content, so that a copy never sits in two splits."""

import hashlib
from dataclasses import dataclass

TRAIN, EVAL, TEST = "train", "eval", "test"
SPLITS = (TRAIN, EVAL, TEST)

_BUCKETS = 10_000


@dataclass(frozen=True, kw_only=True)
class SplitFractions:
    """Shares of the images that go to eval and test, 0 to 1; the rest is for training."""

    eval: float
    test: float

    def split_of(self, content: bytes) -> str:
        """Return the split of an encoded image: the same bytes always give the same split, on any machine."""
        bucket = int.from_bytes(hashlib.sha256(content).digest()[:8], "big") % _BUCKETS / _BUCKETS
        if bucket < self.test:
            return TEST
        return EVAL if bucket < self.test + self.eval else TRAIN
