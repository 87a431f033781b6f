"""Look at the records of a TFX module before anything starts: are there files, of one kind, and which."""

import hashlib
from pathlib import Path
from typing import Literal

from components.image_example_gen.sources import DIGITS
from pipeline.dataset import Dataset, schema_fingerprint
from pipeline.errors import UsageError

RecordKind = Literal["csv", "tfrecord"]
_KINDS: dict[str, RecordKind] = {".csv": "csv", ".tfrecord": "tfrecord", ".tfrecords": "tfrecord"}


def inspect_records(path: str, schema_file: Path | None) -> Dataset:
    """Describe the record files, or say everything that is wrong with them.

    Args:
        path: A `.csv`, `.tfrecord` or `.tfrecord.gz` file, or a folder that holds some, all of one kind.
        schema_file: A curated schema, if any.

    Raises:
        UsageError: No such file, no record files in the folder, or files of both kinds.
    """
    problems: list[str] = []
    files = record_files(path)
    kinds = {record_kind(file) for file in files}
    if path == DIGITS:
        problems.append("module.source trains on records: give --data a CSV or TFRecord file, or a folder of them")
    elif not Path(path).exists():
        problems.append(f"data {path} does not exist")
    elif not files:
        problems.append(f"data {path} is or holds no file that ends in {', '.join(_KINDS)} (or .gz after it)")
    elif len(kinds) > 1:
        problems.append(f"data {path} holds both CSV and TFRecord files; keep one kind")
    schema = schema_fingerprint(schema_file, (), problems) if schema_file else ""
    if problems:
        raise UsageError(problems)
    stamps = {file.name: f"{file.stat().st_size} bytes, {file.stat().st_mtime_ns}" for file in files}
    text = repr((str(Path(path).absolute()), sorted(stamps.items())))
    return Dataset(
        path=str(Path(path).absolute()),
        labels=(),
        images=0,
        fingerprint=hashlib.sha256(text.encode()).hexdigest(),
        schema_fingerprint=schema,
        stamps=stamps,
    )


def record_files(path: str) -> list[Path]:
    """Return the record files that a path names: itself, or those in the folder."""
    place = Path(path)
    candidates = sorted(place.iterdir()) if place.is_dir() else [place]
    return [file for file in candidates if file.is_file() and record_kind(file) is not None]


def record_kind(file: Path) -> RecordKind | None:
    """Return what a file's name says it holds; None for anything else."""
    return _KINDS.get(Path(file.name.removesuffix(".gz")).suffix)
