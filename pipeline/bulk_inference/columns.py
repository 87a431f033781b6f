"""Check at the door that record files have the columns that are asked for."""

import gzip
import struct
from collections.abc import Sequence

from pipeline.bulk_inference.request import Source
from trainers.did_you_mean import did_you_mean

_RECORD_HEADER = struct.Struct("<QI")
"""What stands before each record of a TFRecord file: its length in bytes and a checksum of that."""


def find_column_problems(source: Source) -> list[str]:
    """Return a sentence for each column that the first file lacks; image files have none.

    Only the first file is opened: the others are read by the workers, where a record without its image becomes a row
    with an error.
    """
    if source.kind == "image files":
        return []
    first = source.root / source.files[0]
    try:
        names = _parquet_columns(str(first)) if source.kind == "Parquet" else _example_features(str(first))
    except (OSError, ValueError) as error:
        return [f"--input {first} cannot be read as {source.kind}: {str(error).splitlines()[0]}"]
    wanted = {"--image-column": source.image_column, "--id-column": source.id_column}
    return [
        f"{option} {name!r} is not in {first}, which has {', '.join(sorted(names))}.{did_you_mean(name, names)}"
        for option, name in wanted.items()
        if name is not None and name not in names
    ]


def _parquet_columns(path: str) -> Sequence[str]:
    from pyarrow import parquet

    names: list[str] = parquet.read_schema(path).names
    return names


def _example_features(path: str) -> Sequence[str]:
    from pipeline.bulk_inference.tf_example import read_features

    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as file:
        header = file.read(_RECORD_HEADER.size)
        if len(header) < _RECORD_HEADER.size:
            raise ValueError("it holds no record")
        (length, _) = _RECORD_HEADER.unpack(header)
        return list(read_features(file.read(length)))
