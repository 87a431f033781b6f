from collections.abc import Callable
from pathlib import Path

import pytest
from tensorflow_metadata.proto.v0.statistics_pb2 import DatasetFeatureStatisticsList

from pipeline.drift.training_data import training_statistics
from pipeline.errors import PipelineError
from pipeline.lineage import Lineage
from pipeline.step_key import KeyParts

RecordStep = Callable[..., int]
PARTS = KeyParts(parameters={"of": "StatisticsGen"})


@pytest.fixture
def folder(tmp_path: Path, lineage: Lineage, record_step: RecordStep) -> Path:
    """The statistics of a train split with seven images, as StatisticsGen leaves them."""
    lineage.mark_finished(record_step("StatisticsGen", output="statistics"), parts=PARTS, outcome="")
    split = tmp_path / "artifacts" / "StatisticsGen" / "Split-train"
    split.mkdir()
    statistics = DatasetFeatureStatisticsList()
    statistics.datasets.add(num_examples=7)
    (split / "FeatureStats.pb").write_bytes(statistics.SerializeToString())
    return split


def test_the_manifest_leads_to_the_statistics_of_the_train_split(folder: Path, lineage: Lineage) -> None:
    found = training_statistics({"statistics_step": PARTS.key}, lineage)

    assert found.datasets[0].num_examples == 7


def test_a_manifest_that_does_not_say_is_a_sentence(lineage: Lineage) -> None:
    with pytest.raises(PipelineError, match="does not name the statistics of its training data"):
        training_statistics({"examples_step": "x"}, lineage)


def test_statistics_of_another_root_or_that_are_gone_are_a_sentence(folder: Path, lineage: Lineage) -> None:
    with pytest.raises(PipelineError, match="are not in this root, or their files are gone; check --root"):
        training_statistics({"statistics_step": "unknown"}, lineage)
    (folder / "FeatureStats.pb").unlink()
    with pytest.raises(PipelineError, match=r"FeatureStats\.pb cannot be read: No such file"):
        training_statistics({"statistics_step": PARTS.key}, lineage)
    folder.rmdir()
    folder.parent.rmdir()
    with pytest.raises(PipelineError, match="their files are gone"):
        training_statistics({"statistics_step": PARTS.key}, lineage)
