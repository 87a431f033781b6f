"""From the examples and the Transform graph to what both frameworks train on: NumPy batches in a repeatable order.

Shape letters: N examples of a split, B examples of a batch, S side of the square in pixels.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainers import features
from trainers.balanced_sampling import Sampling
from trainers.errors import TrainingDataError
from trainers.example_split import Batch, ExampleSplit, InMemorySplit, count_classes, example_order
from trainers.export.transform_graph import TransformGraph

_DECODE_BATCH_EXAMPLES = 256
_BYTES_PER_VALUE = 4
_MIB = 2**20


@dataclass(frozen=True)
class EncodedImages:
    """Images as they came, with their labels, in an order that depends on nothing but their content."""

    image_bytes_N: tuple[bytes, ...]
    """Encoded JPEG or PNG."""
    labels_N: tuple[bytes, ...]
    """Class names, UTF-8."""

    @property
    def num_examples(self) -> int:
        """Images, N."""
        return len(self.image_bytes_N)


def read_images(file_patterns: Sequence[str]) -> EncodedImages:
    """Read the images and labels of gzipped TFRecord files of tf.Examples.

    How many files there are and in which order their records lie depends on the Beam runner that wrote them; sorting
    by content makes the batches, and so the trained weights, independent of it.

    Raises:
        TrainingDataError: No file matches.
    """
    files = sorted(file for pattern in file_patterns for file in tf.io.gfile.glob(pattern))
    if not files:
        raise TrainingDataError(f"no examples match {', '.join(file_patterns)}; run ImageExampleGen again.")
    spec = {name: tf.io.FixedLenFeature([], tf.string) for name in (features.IMAGE, features.LABEL)}
    records = tf.data.TFRecordDataset(files, compression_type="GZIP").batch(_DECODE_BATCH_EXAMPLES)
    pairs: list[tuple[bytes, bytes]] = []
    for batch in records.map(lambda examples_B: tf.io.parse_example(examples_B, spec)).as_numpy_iterator():
        pairs.extend(zip(batch[features.IMAGE], batch[features.LABEL], strict=True))
    pairs.sort(key=lambda pair: hashlib.sha256(pair[0] + pair[1]).digest())
    return EncodedImages(tuple(image for image, _ in pairs), tuple(label for _, label in pairs))


def load_split(images: EncodedImages, graph: TransformGraph, *, cache_limit_mib: int) -> ExampleSplit:
    """Return a split of images: decoded once and kept if that fits into memory, else decoded in every epoch.

    Both kinds give the same batches in the same order, so that the limit changes speed and memory but no result.

    Args:
        images: Encoded images and labels.
        graph: The Transform graph.
        cache_limit_mib: Most memory for decoded images, MiB.
    """
    label_ids_N = graph.label_ids(tf.constant(images.labels_N)).numpy().astype(np.int64)
    split = EncodedSplit(images, label_ids_N, graph)
    values = images.num_examples * graph.image_size_pixels**2 * features.COLOR_CHANNELS
    if values * _BYTES_PER_VALUE > cache_limit_mib * _MIB:
        return split
    decoded = [pixels_BHWC for pixels_BHWC, _ in split.batches(_DECODE_BATCH_EXAMPLES, shuffle_seed=None)]
    return InMemorySplit(np.concatenate(decoded), label_ids_N)


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
        starts = range(skip_batches * batch_size_examples, len(order_N), batch_size_examples)
        chosen = [order_N[start : start + batch_size_examples] for start in starts]
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
