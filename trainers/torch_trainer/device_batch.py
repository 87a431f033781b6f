"""A training batch on its device: distorted, and with the labels of mixed images.

Shape letters: B examples of the batch, C colours, H height, W width.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from trainers.augmentation.draw import BatchDraw
from trainers.augmentation.mixed_labels import mixed_labels
from trainers.torch_trainer.augmentation import augment, on_device
from trainers.torch_trainer.tensors import to_pixels_NCHW


class DeviceBatch(NamedTuple):
    """The tensors of some examples; index 0 of each is the example."""

    pixels_BCHW: torch.Tensor
    """float32."""
    label_ids_B: torch.Tensor
    """int64."""
    partner_ids_B: torch.Tensor
    """Class of what was mixed in, int64."""
    shares_B: torch.Tensor
    """Share of the own class in the loss, float32, 0 to 1."""

    def part(self, examples: slice) -> "DeviceBatch":
        """Return some of the examples."""
        return DeviceBatch(*(tensor[examples] for tensor in self))

    @property
    def num_examples(self) -> int:
        """Examples, B."""
        return len(self.label_ids_B)


def to_device_batch(
    pixels_BHWC: npt.NDArray[np.float32],
    label_ids_B: npt.NDArray[np.int64],
    draw: BatchDraw | None,
    *,
    memory_format: torch.memory_format,
    device: torch.device,
) -> DeviceBatch:
    """Return a batch on a device, its images distorted as drawn."""
    pixels_BCHW = to_pixels_NCHW(pixels_BHWC, memory_format=memory_format, device=device)
    if draw is not None:
        pixels_BCHW = augment(pixels_BCHW, draw)
    labels = [
        on_device(np.require(values_B, requirements=["W"]), device) for values_B in mixed_labels(label_ids_B, draw)
    ]
    return DeviceBatch(pixels_BCHW, *labels)
