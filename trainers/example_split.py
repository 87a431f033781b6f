"""Examples as both frameworks consume them: batches of NumPy arrays in a repeatable order.

Shape letters: B examples of a batch, N examples of a split, H height, W width, C colour channels, K classes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from trainers.augmentation.draw import ColorRange
from trainers.balanced_sampling import Sampling, balanced_order
from trainers.errors import TrainingDataError

Batch = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]
"""`pixels_BHWC`, float32, and `label_ids_B`, int64."""


class ExampleSplit(Protocol):
    """Labelled images that can be read any number of times."""

    @property
    def num_examples(self) -> int:
        """Examples in the split, N."""
        ...

    def batches(
        self,
        batch_size_examples: int,
        *,
        shuffle_seed: int | None,
        sampling: Sampling = "shuffled",
        skip_batches: int = 0,
    ) -> Iterator[Batch]:
        """Yield as many examples as the split has, in batches; the last batch may be short.

        Args:
            batch_size_examples: Examples of a full batch, at least 1.
            shuffle_seed: The same seed gives the same order; None gives every example once in the order of storage.
            sampling: With a seed, whether each example comes once or each class equally often.
            skip_batches: How many batches to leave out, without reading them, from the first on.
        """
        ...

    def class_counts(self, num_classes: int) -> npt.NDArray[np.int64]:
        """Return how many examples each class has, int64 [K].

        Raises:
            TrainingDataError: A label is not in 0..num_classes - 1.
        """
        ...


@dataclass(frozen=True)
class InMemorySplit:
    """A split whose decoded pixels are all in memory, or in a file that is mapped there."""

    pixels_NHWC: npt.NDArray[np.float32]
    """Standardised pixels, float32 [N, H, W, C]."""
    label_ids_N: npt.NDArray[np.int64]
    """Index of each example's class, int64 [N]."""

    def __post_init__(self) -> None:
        """Check that the arrays belong together."""
        if self.pixels_NHWC.ndim != len("NHWC") or self.label_ids_N.shape != self.pixels_NHWC.shape[:1]:
            raise TrainingDataError(
                "pixels must be [examples, height, width, channels] with one label each; they are "
                f"{list(self.pixels_NHWC.shape)} with labels {list(self.label_ids_N.shape)}."
            )

    @property
    def num_examples(self) -> int:
        """Examples in the split, N."""
        return len(self.label_ids_N)

    def batches(
        self,
        batch_size_examples: int,
        *,
        shuffle_seed: int | None,
        sampling: Sampling = "shuffled",
        skip_batches: int = 0,
    ) -> Iterator[Batch]:
        """Yield the examples; see `ExampleSplit.batches`."""
        order_N = example_order(self.label_ids_N, shuffle_seed=shuffle_seed, sampling=sampling)
        for chosen_B in cut_batches(order_N, batch_size_examples, skip_batches=skip_batches):
            yield self.pixels_NHWC[chosen_B], self.label_ids_N[chosen_B]

    def class_counts(self, num_classes: int) -> npt.NDArray[np.int64]:
        """Return how many examples each class has, int64 [K]; see `ExampleSplit.class_counts`."""
        return count_classes(self.label_ids_N, num_classes)


@dataclass(frozen=True, kw_only=True)
class TrainingData:
    """What a model is trained on and judged by."""

    train: ExampleSplit
    """Examples that the weights are fitted to."""
    eval: ExampleSplit
    """Examples that choose the best epoch."""
    class_names: tuple[str, ...]
    """Name of each class, in the order of the label ids."""
    image_shape: tuple[int, int, int]
    """Height, width and channels of every image."""
    color_range: ColorRange | None = None
    """Black and white among the pixels; None where it is not known, and no augmentation may change colours."""

    @property
    def num_classes(self) -> int:
        """Classes, K."""
        return len(self.class_names)


def example_order(
    label_ids_N: npt.NDArray[np.int64], *, shuffle_seed: int | None, sampling: Sampling = "shuffled"
) -> npt.NDArray[np.int64]:
    """Return the order in which to read examples: N of the indices 0..N - 1, int64; see `ExampleSplit.batches`.

    Every kind of split takes it from here, so that the same seed means the same batches in all of them.
    """
    if shuffle_seed is None:
        return np.arange(len(label_ids_N), dtype=np.int64)
    if sampling == "balanced":
        return balanced_order(label_ids_N, shuffle_seed=shuffle_seed)
    return np.random.default_rng(shuffle_seed).permutation(len(label_ids_N))


def cut_batches(
    order_N: npt.NDArray[np.int64], batch_size_examples: int, *, skip_batches: int
) -> Iterator[npt.NDArray[np.int64]]:
    """Yield the indices of each batch, int64 [B], the last of them perhaps short; see `ExampleSplit.batches`."""
    for start in range(skip_batches * batch_size_examples, len(order_N), batch_size_examples):
        yield order_N[start : start + batch_size_examples]


def count_classes(label_ids_N: npt.NDArray[np.int64], num_classes: int) -> npt.NDArray[np.int64]:
    """Return how often each class occurs, int64 [K].

    Raises:
        TrainingDataError: A label is not in 0..num_classes - 1.
    """
    outside = label_ids_N[(label_ids_N < 0) | (label_ids_N >= num_classes)]
    if outside.size:
        raise TrainingDataError(
            f"label ids must be from 0 to {num_classes - 1}, one for each of the {num_classes} classes; "
            f"{outside.size} of {label_ids_N.size} are not, the first is {outside[0]}. An id of -1 is a class that "
            "the train split lacks: add training images of it or remove it from the evaluation images."
        )
    return np.bincount(label_ids_N, minlength=num_classes).astype(np.int64)
