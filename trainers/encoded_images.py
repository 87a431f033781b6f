"""Images as the pipeline hands them over: encoded, with their labels, sorted by content."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import tensorflow as tf

from trainers import features
from trainers.byte_spool import ByteSpool
from trainers.cache_budget import CacheBudget
from trainers.errors import TrainingDataError

_READ_BATCH_EXAMPLES = 64


@dataclass(frozen=True)
class EncodedImages:
    """Images as they came, with their labels, in an order that depends on nothing but their content."""

    image_bytes_N: Sequence[bytes]
    """Encoded JPEG or PNG; in memory, or read from a file one by one."""
    labels_N: tuple[bytes, ...]
    """Class names, UTF-8."""
    memory_bytes: int
    """What the images take of the memory of the budget."""

    @property
    def num_examples(self) -> int:
        """Images, N."""
        return len(self.labels_N)


def read_images(file_patterns: Sequence[str], *, budget: CacheBudget) -> EncodedImages:
    """Read the images and labels of gzipped TFRecord files of tf.Examples; what does not fit into memory goes to disk.

    How many files there are and in which order their records lie depends on the Beam runner that wrote them; sorting
    by content makes the batches, and so the trained weights, independent of it.

    Args:
        file_patterns: Where the files are.
        budget: Loses the memory that the images take.

    Raises:
        TrainingDataError: No file matches.
        OSError: The disk is full.
    """
    spool = ByteSpool(memory_limit_bytes=budget.memory_left_bytes, folder=budget.folder)
    labels: list[bytes] = []
    digests: list[bytes] = []
    for image, label in _read_pairs(file_patterns):
        spool.append(image)
        labels.append(label)
        digests.append(hashlib.sha256(image + label).digest())
    order_N = sorted(range(len(labels)), key=digests.__getitem__)
    budget.take_memory(spool.memory_bytes)
    return EncodedImages(spool.in_order(order_N), tuple(labels[number] for number in order_N), spool.memory_bytes)


def _read_pairs(file_patterns: Sequence[str]) -> Iterator[tuple[bytes, bytes]]:
    files = sorted(file for pattern in file_patterns for file in tf.io.gfile.glob(pattern))
    if not files:
        raise TrainingDataError(f"no examples match {', '.join(file_patterns)}; run ImageExampleGen again.")
    spec = {name: tf.io.FixedLenFeature([], tf.string) for name in (features.IMAGE, features.LABEL)}
    records = tf.data.TFRecordDataset(files, compression_type="GZIP").batch(_READ_BATCH_EXAMPLES)
    for batch in records.map(lambda examples_B: tf.io.parse_example(examples_B, spec)).as_numpy_iterator():
        yield from zip(batch[features.IMAGE], batch[features.LABEL], strict=True)
