"""The Beam graph of ingestion: read, inspect, split, encode as tf.Example, quarantine the rest."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
import tensorflow as tf
from apache_beam.pvalue import TaggedOutput
from apache_beam.utils.shared import Shared

from components.errors import DataError
from components.image_counts import IMAGE_COUNTS_FILE, ImageCounts, image_count_line, read_image_counts
from components.image_example_gen.copies import keep_newest
from components.image_example_gen.inspection import inspect_image
from components.image_example_gen.progress import ImageCounter
from components.image_example_gen.sources import ImageSource
from components.image_example_gen.splits import SPLITS, TRAIN, SplitFractions
from serving.image_facts import ImageFacts
from serving.images import UnusableImageError
from trainers import features
from trainers.fact_features import FactValue, to_features

QUARANTINE_FILE = "quarantine.jsonl"
OLDER_COPIES_FILE = "older_copies.jsonl"
_REJECTED = "rejected"
_COUNTED = "counted"
_SHOWN = 5
"""Quarantined images that a message names one by one."""


@dataclass(frozen=True)
class IngestReport:
    """What ingestion did.

    Attributes:
        counts: Images by (split, label).
        rejected: Quarantined images as `{path, rule, detail}`, sorted by path.
        older_copies: Images left out because a newer span has the same bytes, as `{path, kept}`, sorted by path.
    """

    counts: ImageCounts
    rejected: tuple[dict[str, str], ...]
    older_copies: tuple[dict[str, str], ...] = ()

    def split_sizes(self) -> dict[str, int]:
        """Return the number of images in each split."""
        return {split: sum(n for (of, _), n in self.counts.items() if of == split) for split in SPLITS}


def encode_example(content: bytes, label: str, facts: ImageFacts) -> bytes:
    """Return the serialised tf.Example of one image; `trainers.features` says what its features mean."""
    values = {features.IMAGE: content, features.LABEL: label.encode(), **to_features(facts)}
    encoded = {name: _encode_feature(value) for name, value in values.items()}
    example = tf.train.Example(features=tf.train.Features(feature=encoded))
    serialised: bytes = example.SerializeToString(deterministic=True)
    return serialised


def _encode_feature(value: FactValue) -> tf.train.Feature:
    if isinstance(value, bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))
    if isinstance(value, int):
        return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))
    return tf.train.Feature(float_list=tf.train.FloatList(value=[value]))


class _InspectFn(beam.DoFn):
    """Turn an ImageSource into an example of its split, or into a quarantine entry."""

    def __init__(self, fractions: SplitFractions, max_pixels: int, total_images: int) -> None:
        self._fractions = fractions
        self._max_pixels = max_pixels
        self._total_images = total_images
        self._shared = Shared()

    def setup(self) -> None:
        """Count together with the other copies of this function in the process."""
        self._counter = self._shared.acquire(lambda: ImageCounter(self._total_images))

    def process(self, source: ImageSource) -> Iterator[TaggedOutput]:
        """Yield the example to its split's output and a count, or an entry to the quarantine."""
        self._counter.count()
        try:
            content = source.read()
            facts = inspect_image(content, max_pixels=self._max_pixels)
        except UnusableImageError as error:
            yield _rejection(source, error.rule, str(error))
            return
        except OSError as error:
            yield _rejection(source, "unreadable", f"the file cannot be read: {error.strerror}")
            return
        split = self._fractions.split_of(content)
        yield TaggedOutput(split, encode_example(content, source.label, facts))
        yield TaggedOutput(_COUNTED, (split, source.label))


def _rejection(source: ImageSource, rule: str, detail: str) -> TaggedOutput:
    return TaggedOutput(_REJECTED, json.dumps({"path": source.name, "rule": rule, "detail": detail}))


def ingest(
    pipeline: beam.Pipeline,
    sources: Iterable[ImageSource],
    *,
    examples_dir: Path,
    quarantine_dir: Path,
    fractions: SplitFractions,
    max_pixels: int,
) -> IngestReport:
    """Write the examples of each split as gzipped TFRecords under `examples_dir/Split-<name>/`, and their counts.

    Of the same bytes in several spans those of the newest count. An image's split does not depend on the other images.

    Args:
        pipeline: Beam pipeline that is not yet running; it is run to its end here.
        sources: Images to read.
        examples_dir: Folder of the Examples artifact.
        quarantine_dir: Folder that receives `quarantine.jsonl` and, with several spans, `older_copies.jsonl`.
        fractions: Shares of the splits.
        max_pixels: Largest height x width that is decoded.
    """
    images = list(sources)
    inspect = beam.ParDo(_InspectFn(fractions, max_pixels, total_images=len(images)))
    has_spans = len({image.span for image in images}) > 1
    with pipeline:
        read = pipeline | "Sources" >> beam.Create(images) | "Spread" >> beam.Reshuffle()
        if has_spans:
            read, older_copies = keep_newest(read)
            _write_lines(older_copies, "OlderCopies", quarantine_dir / OLDER_COPIES_FILE)
        inspected = read | "Inspect" >> inspect.with_outputs(*SPLITS, _REJECTED, _COUNTED)
        for split in SPLITS:
            prefix = str(examples_dir / f"Split-{split}" / "data_tfrecord")
            _ = inspected[split] | f"Write{split}" >> beam.io.WriteToTFRecord(prefix, file_name_suffix=".gz")
        _write_lines(inspected[_REJECTED], "Rejected", quarantine_dir / QUARANTINE_FILE)
        counts = inspected[_COUNTED] | beam.combiners.Count.PerElement() | beam.Map(image_count_line)
        _write_lines(counts, "Counts", examples_dir / IMAGE_COUNTS_FILE)
    return IngestReport(
        counts=read_image_counts(examples_dir),
        rejected=_read_entries(quarantine_dir / QUARANTINE_FILE),
        older_copies=_read_entries(quarantine_dir / OLDER_COPIES_FILE) if has_spans else (),
    )


def _write_lines(lines: Any, name: str, path: Path) -> None:
    _ = lines | f"Write{name}" >> beam.io.WriteToText(str(path), shard_name_template="", num_shards=1)


def _read_entries(path: Path) -> tuple[dict[str, str], ...]:
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    return tuple(sorted(entries, key=lambda entry: str(entry["path"])))


def check_report(report: IngestReport, *, labels: Iterable[str], max_corrupt_fraction: float) -> None:
    """Stop when too many images are unusable or what is left cannot be trained on.

    Args:
        report: What ingestion did.
        labels: Every class of the source; each must have an image to train on.
        max_corrupt_fraction: Share of unusable images that is tolerated, 0 to 1.

    Raises:
        DataError: With every broken rule in its message.
    """
    problems = []
    usable = sum(report.counts.values())
    seen = usable + len(report.rejected)
    if len(report.rejected) > max_corrupt_fraction * seen:
        problems.append(
            f"{len(report.rejected)} of {seen} images are unusable, more than data.max_corrupt_fraction ="
            f" {max_corrupt_fraction:g}; mend or remove them, or raise the limit: {describe_rejected(report.rejected)}"
        )
    problems += [f"the {split} split has no image; add images" for split, n in report.split_sizes().items() if n == 0]
    in_train = {label for split, label in report.counts if split == TRAIN}
    problems += [
        f"class {label!r} has no image in the train split; add images of it" for label in sorted(set(labels) - in_train)
    ]
    if problems:
        raise DataError("\n".join(problems))


def describe_rejected(rejected: tuple[dict[str, str], ...]) -> str:
    """Name the first few quarantined images and why they are there."""
    named = "; ".join(f"{entry['path']} ({entry['rule']}: {entry['detail']})" for entry in rejected[:_SHOWN])
    more = len(rejected) - _SHOWN
    return f"{named}; and {more} more" if more > 0 else named
