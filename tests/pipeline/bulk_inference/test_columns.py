import gzip
import struct
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipeline.bulk_inference.columns import find_column_problems
from pipeline.bulk_inference.request import Source
from pipeline.bulk_inference.tf_example import encode_example


@pytest.fixture
def table(tmp_path: Path) -> Source:
    parquet.write_table(pa.table({"image": [b"x"], "key": ["k"]}), tmp_path / "a.parquet")
    return Source(kind="Parquet", root=tmp_path, files=("a.parquet",))


@pytest.fixture
def records(tmp_path: Path) -> Source:
    record = encode_example({"picture": [b"x"]})
    with gzip.open(tmp_path / "a.tfrecord.gz", "wb") as file:
        file.write(struct.pack("<QI", len(record), 0) + record)
    return Source(kind="TFRecord", root=tmp_path, files=("a.tfrecord.gz",))


def replaced(source: Source, **values: str) -> Source:
    return Source(**{"kind": source.kind, "root": source.root, "files": source.files, **values})


def test_present_columns_are_no_problem(table: Source, records: Source) -> None:
    assert find_column_problems(replaced(table, id_column="key")) == []
    assert find_column_problems(replaced(records, image_column="picture")) == []


def test_an_absent_column_is_named_with_those_that_there_are(table: Source, records: Source) -> None:
    (of_table,) = find_column_problems(replaced(table, id_column="keys"))
    (of_records,) = find_column_problems(records)

    assert "--id-column 'keys' is not in" in of_table
    assert "which has image, key. Did you mean 'key'?" in of_table
    assert "--image-column 'image' is not in" in of_records


def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"not Parquet")
    (tmp_path / "a.tfrecord").write_bytes(b"short")

    (of_table,) = find_column_problems(Source(kind="Parquet", root=tmp_path, files=("a.parquet",)))
    (of_records,) = find_column_problems(Source(kind="TFRecord", root=tmp_path, files=("a.tfrecord",)))

    assert "cannot be read as Parquet" in of_table
    assert "cannot be read as TFRecord: it holds no record" in of_records
