"""The classes that an example counts for, mixed or not, in one form.

Shape letter: B examples of a batch.
"""

import numpy as np
import numpy.typing as npt

from trainers.augmentation.draw import BatchDraw, Floats

Ids = npt.NDArray[np.int64]


def mixed_labels(label_ids_B: Ids, draw: BatchDraw | None) -> tuple[Ids, Ids, Floats]:
    """Return for each example its class, its partner's, and the share of its own in the loss, float32 in 0..1.

    Where nothing is mixed the partner is the example itself with a share of 1, which changes no bit of the loss.
    """
    if draw is None or draw.mixing is None:
        return label_ids_B, label_ids_B, np.ones(len(label_ids_B), np.float32)
    return label_ids_B, label_ids_B[draw.mixing.partners_B], draw.mixing.label_shares_B
