"""Warm start: which trainings begin from what is pushed."""

from pathlib import Path

import pytest
import tiny_bundles

from pipeline.config import PipelineConfig
from pipeline.retraining.warm_start import warm_start_arguments
from pipeline.settings import load_config

KERAS, PYTORCH = ("--set", "weights.keras=pushed_or_none"), ("--set", "weights.pytorch=pushed_or_none")


def config(root: Path, *assignments: str) -> PipelineConfig:
    return load_config(assignments=assignments, options={"root": root})


def test_every_framework_begins_from_its_newest_version_or_from_none(tmp_path: Path) -> None:
    assert tuple(warm_start_arguments(config(tmp_path))) == KERAS + PYTORCH


@pytest.mark.parametrize("assignment", ["train.weights=pushed:1", "weights.keras=pushed:1"])
def test_weights_of_the_settings_stay(tmp_path: Path, assignment: str) -> None:
    assert KERAS[1] not in tuple(warm_start_arguments(config(tmp_path, assignment)))


def test_it_can_be_turned_off(tmp_path: Path) -> None:
    assert tuple(warm_start_arguments(config(tmp_path, "retrain.warm_start=false"))) == ()


def test_a_framework_whose_pushed_model_is_another_architecture_begins_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tiny_bundles.write_bundle(tmp_path / "models" / "digits" / "1", framework="keras")

    assert tuple(warm_start_arguments(config(tmp_path, "train.model=resnet"))) == PYTORCH
    assert "no warm start of keras" in caplog.text
