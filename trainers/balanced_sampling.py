"""Which training examples an epoch sees, so that rare classes come as often as common ones."""

from typing import Literal

import numpy as np
import numpy.typing as npt

Sampling = Literal["shuffled", "balanced"]
"""Every example once in an epoch, or every class equally often in an epoch of as many examples."""


def balanced_order(label_ids_N: npt.NDArray[np.int64], *, shuffle_seed: int) -> npt.NDArray[np.int64]:
    """Return N example indices in which every class that has examples comes equally often, give or take one.

    Within a class no example comes again before every other one of it has come; examples of common classes are left out
    in turn of chance. The order depends on labels and seed alone, so a resumed epoch finds it again.

    Args:
        label_ids_N: Class of each example, int64 [N], N at least 1.
        shuffle_seed: The same seed gives the same order.

    Returns:
        Indices from 0 to N - 1, int64 [N].
    """
    random = np.random.default_rng(shuffle_seed)
    classes = random.permutation(np.unique(label_ids_N))
    quota, extra = divmod(len(label_ids_N), len(classes))
    chosen = [
        _cycle(np.flatnonzero(label_ids_N == label_id), quota + (rank < extra), random)
        for rank, label_id in enumerate(classes)
    ]
    return random.permutation(np.concatenate(chosen))


def _cycle(members: npt.NDArray[np.int64], wanted: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return as many members as wanted, in rounds of all of them, each round in an order of its own."""
    rounds = -(-wanted // len(members))
    return np.concatenate([members[:0], *[random.permutation(members) for _ in range(rounds)]])[:wanted]
