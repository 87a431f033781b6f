"""The whole way on Beam: every source, every format, both backends of both frameworks, rows as exact as the input."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import dataset, parquet

from pipeline.beam.config import BeamConfig
from pipeline.bulk_inference.model_folder import open_model
from pipeline.bulk_inference.request import Backend, OutputFormat, PredictRequest, Source
from pipeline.bulk_inference.sources import find_source

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

IMAGES = 37
DAMAGED = 6


@pytest.fixture(scope="module")
def images() -> list[bytes]:
    import tiny_exports

    drawn = tiny_exports.draw_images(IMAGES)
    drawn[DAMAGED] = drawn[DAMAGED][: len(drawn[DAMAGED]) // 2]
    return drawn


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, images: list[bytes]) -> Path:
    folder = tmp_path_factory.mktemp("images")
    for number, image in enumerate(images):
        path = folder / f"part{number % 3}" / f"{number:02}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(image)
    return folder


def predict(bundle: Path, source: Source, output: Path, **choices: Any) -> tuple[int, int]:
    from pipeline.bulk_inference.prediction import predict

    backend: Backend = choices.get("backend", "onnx")
    output_format: OutputFormat = choices.get("output_format", "parquet")
    request = PredictRequest(
        model=open_model(bundle),
        source=source,
        output=output,
        output_format=output_format,
        backend=backend,
        batch_size_images=8,
        with_all_probabilities=True,
        beam=choices.get("beam", BeamConfig()),
    )
    counts = predict(request)
    return counts.rows, counts.errors


def rows_of(output: Path) -> dict[str, dict[str, Any]]:
    rows = dataset.dataset(output).to_table().to_pylist()
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row for row in rows}


@pytest.mark.parametrize("backend", ["onnx", "savedmodel"])
def test_both_files_of_both_frameworks_answer_as_they_do_alone(
    real_bundle: Path, folder: Path, images: list[bytes], tmp_path: Path, backend: Backend
) -> None:
    import tensorflow as tf

    assert predict(real_bundle, find_source(str(folder)), tmp_path / "out", backend=backend) == (IMAGES, 1)

    rows = rows_of(tmp_path / "out")
    serve = tf.saved_model.load(str(real_bundle)).signatures["serving_default"]
    for number, image in enumerate(images):
        row = rows[f"part{number % 3}/{number:02}.jpg"]
        if number == DAMAGED:
            assert "truncated or damaged" in row["error"]
            assert (row["label"], row["probability"], row["probabilities"]) == (None, None, None)
        else:
            expected = serve(image_bytes=tf.constant([image]))
            np.testing.assert_allclose(row["probabilities"], expected["probabilities"][0], atol=1e-4)
            assert row["label"] == expected["label"][0].numpy().decode()
            assert (row["error"], row["model_version"]) == (None, "1")


def test_image_files_of_a_list_keep_their_names_and_absent_ones_have_a_row(
    colour_model: Path, folder: Path, tmp_path: Path
) -> None:
    (folder / "list.txt").write_text("part0/00.jpg\nabsent.jpg\n")

    assert predict(colour_model, find_source(str(folder / "list.txt")), tmp_path / "out") == (2, 1)

    rows = rows_of(tmp_path / "out")
    assert rows["absent.jpg"]["error"] == "the file cannot be read: No such file or directory"
    assert rows["part0/00.jpg"]["error"] is None


@pytest.mark.parametrize("beam", [BeamConfig(workers=2), BeamConfig(runner="multi_process", workers=2)])
def test_parquet_rows_keep_their_ids_on_threads_and_processes(
    colour_model: Path, images: list[bytes], tmp_path: Path, beam: BeamConfig
) -> None:
    table = pa.table({"photo": pa.array([*images, None], pa.binary()), "key": [*map(str, range(IMAGES)), None]})
    parquet.write_table(table, tmp_path / "in.parquet", row_group_size=10)
    source = find_source(str(tmp_path / "in.parquet"), image_column="photo", id_column="key")

    assert predict(colour_model, source, tmp_path / "out.jsonl", output_format="jsonl", beam=beam) == (IMAGES + 1, 2)

    lines = [line for path in (tmp_path / "out.jsonl").iterdir() for line in path.read_text().splitlines()]
    rows = {row["id"]: row for row in map(json.loads, lines)}
    assert len(lines) == len(rows) == IMAGES + 1
    assert rows["None"]["error"] == "the record has no bytes in 'photo'"
    assert {row["id"] for row in rows.values() if row["error"]} == {"None", str(DAMAGED)}


def test_tfrecords_are_numbered_and_written_as_examples(
    colour_model: Path, images: list[bytes], tmp_path: Path
) -> None:
    import tensorflow as tf
    import tiny_exports

    with tf.io.TFRecordWriter(str(tmp_path / "in.tfrecord.gz"), options="GZIP") as writer:
        for image in images:
            writer.write(tiny_exports.encode_example(image=image))
        writer.write(b"\x0agarbage")
    source = find_source(str(tmp_path / "in.tfrecord.gz"))

    assert predict(colour_model, source, tmp_path / "out", output_format="tfrecord") == (IMAGES + 1, 2)

    files = [str(path) for path in (tmp_path / "out").iterdir()]
    records = tf.data.TFRecordDataset(files, compression_type="GZIP").as_numpy_iterator()
    rows = {}
    for record in records:
        feature = tf.train.Example.FromString(record).features.feature
        rows[feature["id"].bytes_list.value[0].decode()] = feature
    assert set(rows) == {f"in.tfrecord.gz:{number}" for number in range(IMAGES + 1)}
    assert rows[f"in.tfrecord.gz:{IMAGES}"]["error"].bytes_list.value == [b"the record is not a tf.Example"]
    assert sum(rows["in.tfrecord.gz:0"]["probabilities"].float_list.value) == pytest.approx(1)


def test_a_file_that_breaks_while_it_is_read_leaves_no_output(colour_model: Path, tmp_path: Path) -> None:
    from pipeline.errors import PipelineError

    (tmp_path / "in.tfrecord").write_bytes(b"no checksum fits these bytes")

    with pytest.raises(PipelineError, match="nothing was written"):
        predict(colour_model, find_source(str(tmp_path / "in.tfrecord")), tmp_path / "out")

    assert {path.name for path in tmp_path.iterdir()} == {"in.tfrecord", "out.failed.log"}
