"""Loss and accuracy over a split, with the same arithmetic for both frameworks."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trainers.example_split import ExampleSplit
from trainers.prefetch import BATCHES_AHEAD, prefetched

LogitsOf = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]
"""Maps pixels float32 [B, H, W, C] to logits float32 [B, K]."""


class Evaluation(NamedTuple):
    """How well a model does on a split."""

    loss: float
    """Mean softmax cross-entropy, natural logarithm."""
    accuracy: float
    """Share of examples whose largest logit is that of their class, 0 to 1."""


def evaluate(logits_of: LogitsOf, split: ExampleSplit, *, batch_size_examples: int) -> Evaluation:
    """Run the model over all of a non-empty split in its stored order."""
    loss_sum = 0.0
    num_correct = 0
    batches = split.batches(batch_size_examples, shuffle_seed=None)
    for pixels_BHWC, label_ids_B in prefetched(batches, ahead=BATCHES_AHEAD):
        logits_BK = logits_of(pixels_BHWC)
        loss_sum += float(cross_entropy(logits_BK, label_ids_B).sum())
        num_correct += int((logits_BK.argmax(axis=1) == label_ids_B).sum())
    return Evaluation(loss_sum / split.num_examples, num_correct / split.num_examples)


def cross_entropy(logits_NK: npt.NDArray[np.float32], label_ids_N: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the softmax cross-entropy of each example, float64 [N]; not a number where a logit is not finite."""
    with np.errstate(invalid="ignore"):
        shifted_NK = logits_NK.astype(np.float64) - logits_NK.max(axis=1, keepdims=True)
        own_N = shifted_NK[np.arange(len(label_ids_N)), label_ids_N]
        losses_N: npt.NDArray[np.float64] = np.log(np.exp(shifted_NK).sum(axis=1)) - own_N
        return losses_N
