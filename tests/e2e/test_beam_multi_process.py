"""The pipeline on Beam worker processes makes of the digits what it makes of them in one process."""

import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pushed_root import TRAINED
from workplace import ROOT, Workplace

SPLITS = ("train", "eval", "test")
ROUNDING = 1e-12
"""Relative difference of float64 sums that are added in another order."""
FLOAT32 = 1e-6
"""The same after such sums were rounded to float32."""

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


def run(place: Workplace, *arguments: str) -> None:
    """Run from a folder that does not hold the code, so that workers cannot find it by chance."""
    done = subprocess.run(
        place.command("--framework", "keras", "--set", "beam.runner=multi_process", *arguments),
        cwd=place.root.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def in_one_process(pushed_root: Workplace) -> Path:
    return pushed_root.root / "artifacts"


@pytest.fixture(scope="module")
def in_several(tmp_path_factory: pytest.TempPathFactory, scans: Path) -> Path:
    place = Workplace(tmp_path_factory.mktemp("several") / "runs", scans)
    run(place, "--until", "Transform")
    return place.root / "artifacts"


def the_one(artifacts: Path, pattern: str) -> Path:
    (found,) = artifacts.glob(pattern)
    return found


@pytest.mark.parametrize("split", SPLITS)
def test_each_split_holds_the_same_examples(in_one_process: Path, in_several: Path, split: str) -> None:
    import tensorflow as tf

    def examples(artifacts: Path) -> list[bytes]:
        files = [str(path) for path in artifacts.glob(f"ImageExampleGen/examples/*/Split-{split}/*")]
        return sorted(record.numpy() for record in tf.data.TFRecordDataset(files, compression_type="GZIP"))

    assert len(examples(in_several)) > 30
    assert examples(in_several) == examples(in_one_process)


def test_the_schema_is_the_same(in_one_process: Path, in_several: Path) -> None:
    from google.protobuf import text_format
    from tensorflow_metadata.proto.v0 import schema_pb2

    def by_feature(artifacts: Path) -> dict[str, Any]:
        text = the_one(artifacts, "SchemaGen/schema/*/schema.pbtxt").read_text()
        return {feature.name: feature for feature in text_format.Parse(text, schema_pb2.Schema()).feature}

    assert len(by_feature(in_several)) == 8
    assert by_feature(in_several) == by_feature(in_one_process)


@pytest.mark.parametrize("split", SPLITS)
def test_the_statistics_are_the_same_but_for_rounding(in_one_process: Path, in_several: Path, split: str) -> None:
    from tensorflow_metadata.proto.v0 import statistics_pb2

    def by_feature(artifacts: Path) -> dict[str, Any]:
        file = the_one(artifacts, f"StatisticsGen/statistics/*/Split-{split}/FeatureStats.pb")
        (dataset,) = statistics_pb2.DatasetFeatureStatisticsList.FromString(file.read_bytes()).datasets
        return {feature.path.step[0]: feature for feature in dataset.features}

    one, several = by_feature(in_one_process), by_feature(in_several)
    assert set(several) == set(one)
    for name, expected in one.items():
        found = several[name]
        assert found.type == expected.type
        assert found.string_stats == expected.string_stats
        for figure in ("mean", "std_dev", "min", "max", "median", "num_zeros"):
            wanted = getattr(expected.num_stats, figure)
            assert getattr(found.num_stats, figure) == pytest.approx(wanted, rel=ROUNDING), (name, figure)


def test_the_transform_graph_has_the_same_constants_and_vocabulary(in_one_process: Path, in_several: Path) -> None:
    from trainers.export.normalization import read_normalization
    from trainers.export.transform_graph import TransformGraph

    one, several = (
        TransformGraph(the_one(artifacts, "Transform/transform_graph/*")) for artifacts in (in_one_process, in_several)
    )
    expected, found = read_normalization(one), read_normalization(several)

    assert several.class_names == one.class_names
    np.testing.assert_allclose(found.scale_C, expected.scale_C, rtol=FLOAT32)
    np.testing.assert_allclose(found.offset_C, expected.offset_C, rtol=FLOAT32)


@pytest.mark.nightly
def test_an_evaluation_on_worker_processes_finds_what_one_in_one_process_finds(copied_root: Workplace) -> None:
    before = copied_root.summary()["candidates"]["keras"]["metrics"]
    run(copied_root, *TRAINED, "--from", "Evaluator_keras", "--model-name", "again")

    assert copied_root.statuses()["Trainer_keras"] == "cached"
    assert copied_root.statuses()["Evaluator_keras"] == "executed"
    assert copied_root.summary()["candidates"]["keras"]["metrics"] == before
