"""How a batch is shared out among replicas."""

from typing import NamedTuple

from trainers.micro_batches import micro_batches


class BatchPart(NamedTuple):
    """What one replica computes of a batch."""

    examples: slice
    """Which examples."""
    counts: bool
    """Whether they are its own. A replica that a short batch leaves without any computes the first example once more,
    to keep step with the others, and adds nothing to gradients and totals."""


def batch_parts(num_examples: int, replicas: int) -> list[BatchPart]:
    """Return the part of each replica, in order; their lengths differ by at most one.

    Args:
        num_examples: Examples of the batch, at least 1.
        replicas: How many share it, at least 1.
    """
    parts = [BatchPart(examples, counts=True) for examples in micro_batches(num_examples, replicas)]
    return parts + [BatchPart(slice(0, 1), counts=False)] * (replicas - len(parts))
