"""Beam transforms that write rows, in as many files as there are bundles of work."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam

from pipeline.bulk_inference.request import OutputFormat
from pipeline.bulk_inference.rows import row_schema
from pipeline.bulk_inference.tf_example import encode_example

_FILE_PREFIX = "part"
_ROW_GROUP_BYTES = 8 << 20
"""Rows of a Parquet file that wait in memory."""


def write_rows(
    rows: beam.PCollection, folder: Path, *, output_format: OutputFormat, with_all_probabilities: bool
) -> None:
    """Write rows into a folder as files `part-NNNNN-of-NNNNN.<suffix>`."""
    prefix = str(folder / _FILE_PREFIX)
    if output_format == "parquet":
        writer = beam.io.WriteToParquet(
            prefix,
            row_schema(with_all_probabilities=with_all_probabilities),
            codec="zstd",
            row_group_buffer_size=_ROW_GROUP_BYTES,
            file_name_suffix=".parquet",
        )
        _ = rows | "Write" >> writer
    elif output_format == "jsonl":
        _ = rows | "Encode" >> beam.Map(_to_json) | "Write" >> beam.io.WriteToText(prefix, file_name_suffix=".jsonl")
    else:
        writer = beam.io.WriteToTFRecord(prefix, file_name_suffix=".tfrecord.gz")
        _ = rows | "Encode" >> beam.Map(_to_example) | "Write" >> writer


def _to_json(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _to_example(row: Mapping[str, Any]) -> bytes:
    """Encode a row as a tf.Example; columns without a value are left out."""
    return encode_example({name: _feature(value) for name, value in row.items() if value is not None})


def _feature(value: str | float | Sequence[float]) -> Sequence[bytes | float]:
    if isinstance(value, str):
        return [value.encode()]
    return [value] if isinstance(value, float) else value
