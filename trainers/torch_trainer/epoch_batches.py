"""Our batches as a data loader of PyTorch, for libraries that iterate over one."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader, IterableDataset

from trainers.example_split import ExampleSplit
from trainers.torch_trainer.tensors import to_pixels_NCHW

Tensors = tuple[torch.Tensor, torch.Tensor]
"""`pixels_BCHW`, float32, and `label_ids_B`, int64, on the CPU."""


def epoch_loader(
    split: ExampleSplit, batch_size_examples: int, *, shuffle_seed: Callable[[], int] | None
) -> "DataLoader[Tensors]":
    """Return a loader whose every pass is one epoch of a split, in the order of the built-in loop.

    Args:
        split: Examples to read.
        batch_size_examples: Examples of a full batch.
        shuffle_seed: Asked at the start of each pass; None for the stored order.
    """
    dataset = _EpochBatches(split, batch_size_examples, shuffle_seed)
    # With a generator of its own the loader draws nothing from the global one, which a checkpoint keeps.
    return DataLoader(dataset, batch_size=None, generator=torch.Generator())


class _EpochBatches(IterableDataset[Tensors]):
    def __init__(self, split: ExampleSplit, batch_size_examples: int, shuffle_seed: Callable[[], int] | None) -> None:
        self._split, self._batch_size, self._shuffle_seed = split, batch_size_examples, shuffle_seed

    def __len__(self) -> int:
        return math.ceil(self._split.num_examples / self._batch_size)

    def __iter__(self) -> Iterator[Any]:
        seed = None if self._shuffle_seed is None else self._shuffle_seed()
        for pixels_BHWC, label_ids_B in self._split.batches(self._batch_size, shuffle_seed=seed):
            pixels_BCHW = to_pixels_NCHW(pixels_BHWC, memory_format=torch.contiguous_format, device=torch.device("cpu"))
            yield pixels_BCHW, torch.from_numpy(label_ids_B.copy())
