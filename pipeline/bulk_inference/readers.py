"""Beam transforms that read each kind of source as ImageRecords.

Files and row groups are spread over the workers before they are read; what is read then stays where it is, image by
image, so that memory does not grow with the input.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.io.tfrecordio import ReadAllFromTFRecord

from pipeline.bulk_inference.records import ImageRecord
from pipeline.bulk_inference.request import Source
from pipeline.bulk_inference.tf_example import read_features

_FILES_TOGETHER = 200
"""Image files that are one piece of work: enough to keep Beam's cost for each piece small."""
_ROWS_TOGETHER = 256
"""Parquet rows that are in memory at once."""


def read_images(pipeline: beam.Pipeline, source: Source) -> beam.PCollection:
    """Return every image of the source as an ImageRecord, in no particular order."""
    if source.kind == "image files":
        starts = range(0, len(source.files), _FILES_TOGETHER)
        groups = [source.files[start : start + _FILES_TOGETHER] for start in starts]
        return (
            pipeline
            | "Files" >> beam.Create(groups)
            | "Spread" >> beam.Reshuffle()
            | "Read" >> beam.ParDo(_ReadFilesFn(source.root))
        )
    paths = pipeline | "Files" >> beam.Create([str(source.root / file) for file in source.files])
    if source.kind == "TFRecord":
        return (
            paths | "Read" >> ReadAllFromTFRecord(with_filename=True) | "Parse" >> beam.ParDo(_ParseExampleFn(source))
        )
    return (
        paths
        | "Divide" >> beam.ParDo(_DivideParquetFn())
        | "Spread" >> beam.Reshuffle()
        | "Read" >> beam.ParDo(_ReadParquetFn(source))
    )


class _ReadFilesFn(beam.DoFn):
    """Read image files; one that cannot be read becomes a record with an error."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def process(self, files: Sequence[str]) -> Iterator[Any]:
        """Yield a record for each file."""
        for file in files:
            try:
                yield ImageRecord(id=file, content=(self._root / file).read_bytes())
            except OSError as error:
                yield ImageRecord(id=file, error=f"the file cannot be read: {error.strerror}")


class _ParseExampleFn(beam.DoFn):
    """Take the image out of each tf.Example; one without becomes a record with an error."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def start_bundle(self) -> None:
        """Begin to count; a file cannot be divided, so that all its records are in one bundle."""
        self._seen: Counter[str] = Counter()

    def process(self, record: tuple[str, bytes]) -> Iterator[Any]:
        """Yield one record."""
        path, serialised = record
        number = self._seen[path]
        self._seen[path] += 1
        fallback = _numbered(self._source.root, path, number)
        try:
            features = read_features(serialised)
        except ValueError as error:
            yield ImageRecord(id=fallback, error=str(error))
            return
        key = features.get(self._source.id_column or "")
        image_id = fallback if key is None else key.decode("utf-8", "replace")
        yield _record(image_id, features.get(self._source.image_column), self._source.image_column)


class _DivideParquetFn(beam.DoFn):
    """Divide a Parquet file into its row groups, each with the number of its first row."""

    def process(self, path: str) -> Iterator[Any]:
        """Yield (path, row group, number of the row group's first row)."""
        from pyarrow import parquet

        metadata = parquet.read_metadata(path)
        first_row = 0
        for group in range(metadata.num_row_groups):
            yield path, group, first_row
            first_row += metadata.row_group(group).num_rows


class _ReadParquetFn(beam.DoFn):
    """Read the images of a row group, a few at a time."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def process(self, part: tuple[str, int, int]) -> Iterator[Any]:
        """Yield a record for each row."""
        from pyarrow import parquet

        path, group, number = part
        image_column, id_column = self._source.image_column, self._source.id_column
        columns = [image_column] if id_column is None else [image_column, id_column]
        with parquet.ParquetFile(path) as file:
            for rows in file.iter_batches(batch_size=_ROWS_TOGETHER, row_groups=[group], columns=columns):
                keys = rows.column(id_column) if id_column is not None else [None] * len(rows)
                for key, image in zip(keys, rows.column(image_column), strict=True):
                    image_id = _numbered(self._source.root, path, number) if key is None else str(key.as_py())
                    yield _record(image_id, image.as_py(), image_column)
                    number += 1


def _numbered(root: Path, path: str, number: int) -> str:
    return f"{Path(path).relative_to(root)}:{number}"


def _record(image_id: str, content: bytes | None, image_column: str) -> ImageRecord:
    if not isinstance(content, bytes):
        return ImageRecord(id=image_id, error=f"the record has no bytes in {image_column!r}")
    return ImageRecord(id=image_id, content=content)
