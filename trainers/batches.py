"""From encoded images and the Transform graph to what both frameworks train on: NumPy batches in a repeatable order.

Shape letters: N examples of a split, B examples of a batch, S side of the square in pixels, C colours.
"""

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainers import features
from trainers.balanced_sampling import Sampling
from trainers.cache_budget import CacheBudget
from trainers.encoded_images import EncodedImages
from trainers.example_split import Batch, ExampleSplit, InMemorySplit, count_classes, cut_batches, example_order
from trainers.export.transform_graph import TransformGraph

_DECODE_BATCH_EXAMPLES = 256
_BYTES_PER_VALUE = 4

_logger = logging.getLogger(__name__)


def load_split(images: EncodedImages, graph: TransformGraph, *, budget: CacheBudget) -> ExampleSplit:
    """Return a split of images: decoded once into memory, else into a file, else decoded in every epoch.

    All kinds give the same batches in the same order, so that the budget changes speed and memory but no result.

    Args:
        images: Encoded images and labels. Where they are decoded once, the split does not keep them and their memory
            is given back to the budget: the caller must drop them.
        graph: The Transform graph.
        budget: What decoded images may take; loses what they do.
    """
    label_ids_N = graph.label_ids(tf.constant(images.labels_N)).numpy().astype(np.int64)
    split = EncodedSplit(images, label_ids_N, graph)
    pixels_NSSC = _decode_into_memory(split, budget)
    if pixels_NSSC is None:
        pixels_NSSC = _decode_into_file(split, budget)
    if pixels_NSSC is None:
        _logger.info("%d images are decoded anew in every epoch.", split.num_examples)
        return split
    budget.give_memory_back(images.memory_bytes)
    return InMemorySplit(pixels_NSSC, label_ids_N)


@dataclass(frozen=True)
class EncodedSplit:
    """A split that keeps its images encoded and runs the Transform graph on every batch, two batches ahead."""

    images: EncodedImages
    label_ids_N: npt.NDArray[np.int64]
    """Index of each example's class, int64 [N]."""
    graph: TransformGraph

    @property
    def num_examples(self) -> int:
        """Examples in the split, N."""
        return self.images.num_examples

    @property
    def pixels_shape(self) -> tuple[int, int, int, int]:
        """Shape of all decoded images, N, S, S, C."""
        side_pixels = self.graph.image_size_pixels
        return self.num_examples, side_pixels, side_pixels, features.COLOR_CHANNELS

    @property
    def decoded_bytes(self) -> int:
        """Size of all decoded images."""
        return int(np.prod(self.pixels_shape)) * _BYTES_PER_VALUE

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
        chosen = list(cut_batches(order_N, batch_size_examples, skip_batches=skip_batches))
        dataset = tf.data.Dataset.from_generator(
            lambda: ([self.images.image_bytes_N[index] for index in of_batch] for of_batch in chosen),
            output_signature=tf.TensorSpec([None], tf.string),
        )
        pixels = dataset.map(self.graph.pixels, num_parallel_calls=tf.data.AUTOTUNE).prefetch(2)
        for of_batch, pixels_BHWC in zip(chosen, pixels.as_numpy_iterator(), strict=True):
            yield pixels_BHWC, self.label_ids_N[of_batch]

    def class_counts(self, num_classes: int) -> npt.NDArray[np.int64]:
        """Return how many examples each class has, int64 [K]; see `ExampleSplit.class_counts`."""
        return count_classes(self.label_ids_N, num_classes)


def _decode_into_memory(split: EncodedSplit, budget: CacheBudget) -> npt.NDArray[np.float32] | None:
    """Return all pixels, float32 [N, S, S, C]; None where they do not fit."""
    if not budget.take_memory(split.decoded_bytes):
        return None
    pixels_NSSC = np.empty(split.pixels_shape, np.float32)
    first = 0
    for pixels_BSSC, _ in split.batches(_DECODE_BATCH_EXAMPLES, shuffle_seed=None):
        pixels_NSSC[first : first + len(pixels_BSSC)] = pixels_BSSC
        first += len(pixels_BSSC)
    return pixels_NSSC


def _decode_into_file(split: EncodedSplit, budget: CacheBudget) -> npt.NDArray[np.float32] | None:
    """Return all pixels, float32 [N, S, S, C], mapped from a file; None where they do not fit or the disk is full.

    The file has no name, so it goes with the process. It is written first and mapped then: where a disk is full,
    writing raises an error, while touching a mapped page ends the process.
    """
    if not budget.take_disk(split.decoded_bytes):
        return None
    try:
        with tempfile.TemporaryFile(dir=budget.folder) as file:
            for pixels_BSSC, _ in split.batches(_DECODE_BATCH_EXAMPLES, shuffle_seed=None):
                file.write(np.ascontiguousarray(pixels_BSSC).data)
            file.flush()
            return np.asarray(np.memmap(file, np.float32, mode="r", shape=split.pixels_shape))
    except OSError as error:
        _logger.warning("Decoded images could not be kept in %s: %s.", budget.folder, error)
        return None
