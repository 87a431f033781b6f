"""A batch on its way from the leading replica to all of them.

Shape letters: B examples of the batch, P examples of the longest part, C colours, H height, W width.
"""

from collections.abc import Sequence

import torch
from torch import distributed

from trainers.devices.batch_parts import BatchPart
from trainers.torch_trainer.device_batch import DeviceBatch

LEADER = 0
"""Rank of the replica that has the data."""


def share_out(batch: DeviceBatch, parts: Sequence[BatchPart]) -> DeviceBatch:
    """Send every other replica its part of a batch; return the leading one's."""
    _scatter(batch.pixels_BCHW.permute(0, 2, 3, 1), parts)
    # The ids of classes are exact as float64.
    _scatter(torch.stack([values_B.double() for values_B in batch[1:]], dim=1), parts)
    return batch.part(parts[LEADER].examples)


def receive(
    parts: Sequence[BatchPart],
    rank: int,
    *,
    image_shape: tuple[int, int, int],
    memory_format: torch.memory_format,
    device: torch.device,
) -> DeviceBatch:
    """Return the part of a batch that `share_out` sends to a replica.

    Args:
        parts: Those of the batch.
        rank: Which replica this is.
        image_shape: Height, width and channels of an image.
        memory_format: Layout that the pixels are to have.
        device: Where this replica trains.
    """
    longest = _longest(parts)
    pixels_PHWC = torch.empty((longest, *image_shape), device=device)
    labels_P3 = torch.empty((longest, len(DeviceBatch._fields) - 1), dtype=torch.float64, device=device)
    distributed.scatter(pixels_PHWC, src=LEADER)
    distributed.scatter(labels_P3, src=LEADER)
    label_ids_P, partner_ids_P, shares_P = labels_P3.unbind(dim=1)
    whole = DeviceBatch(
        pixels_PHWC.permute(0, 3, 1, 2).contiguous(memory_format=memory_format),
        label_ids_P.long(),
        partner_ids_P.long(),
        shares_P.float(),
    )
    return whole.part(slice(0, _length(parts[rank])))


def _scatter(values_B: torch.Tensor, parts: Sequence[BatchPart]) -> None:
    longest = _longest(parts)
    chunks = [values_B[part.examples] for part in parts]
    # All must be as long as the longest, and none is shorter by more than one.
    padded = [each if len(each) == longest else torch.cat([each, each[-1:]]) for each in chunks]
    sent = [each.contiguous() for each in padded]
    distributed.scatter(torch.empty_like(sent[LEADER]), sent, src=LEADER)


def _longest(parts: Sequence[BatchPart]) -> int:
    return max(map(_length, parts))


def _length(part: BatchPart) -> int:
    length: int = part.examples.stop - part.examples.start
    return length
