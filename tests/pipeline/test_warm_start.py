from pathlib import Path
from typing import Literal

import pytest
import tiny_bundles

from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.settings import load_config
from pipeline.steps import describe_steps
from pipeline.warm_start import TrainingStart, describe_start, training_start
from serving.bundle import bundle_checksum


def config(root: Path, weights: str) -> PipelineConfig:
    return load_config(options={"root": root, "train": {"weights": weights}})


def push(root: Path, version: int, framework: Literal["keras", "pytorch"]) -> Path:
    folder = root / "models" / "digits" / str(version)
    tiny_bundles.write_bundle(folder, sharpness=version, framework=framework)
    return folder


def test_each_framework_starts_from_the_newest_version_that_it_trained(tmp_path: Path) -> None:
    push(tmp_path, 1, "keras")
    by_keras, by_pytorch = push(tmp_path, 2, "keras"), push(tmp_path, 3, "pytorch")

    for weights in ("pushed", "pushed_or_none"):
        settings = config(tmp_path, weights)
        assert training_start(settings, "keras") == TrainingStart(weights="pushed", bundle=by_keras)
        assert training_start(settings, "pytorch") == TrainingStart(weights="pushed", bundle=by_pytorch)
    assert describe_start(settings, "keras") == "keras starts from the weights of version 2"


def test_before_the_first_push_pushed_or_none_is_none_and_says_so(tmp_path: Path) -> None:
    settings = config(tmp_path, "pushed_or_none")

    assert training_start(settings, "keras") == TrainingStart(weights="none", bundle=None)
    assert "keras starts from random weights: no version that it trained is pushed yet" in describe_start(
        settings, "keras"
    )
    assert training_start(config(tmp_path, "pushed"), "keras") == TrainingStart(weights="pushed", bundle=None)


def test_other_weights_stay_as_they_are(tmp_path: Path) -> None:
    push(tmp_path, 1, "keras")

    assert training_start(config(tmp_path, "none"), "keras") == TrainingStart(weights="none", bundle=None)
    assert describe_start(config(tmp_path, "none"), "keras") == ""
    assert training_start(config(tmp_path, "pushed:1"), "keras").bundle == tmp_path / "models" / "digits" / "1"
    assert training_start(config(tmp_path, "pushed:2"), "keras").bundle is None


def test_a_folder_that_is_no_bundle_is_passed_over(tmp_path: Path) -> None:
    older = push(tmp_path, 1, "keras")
    (tmp_path / "models" / "digits" / "2").mkdir()

    assert training_start(config(tmp_path, "pushed"), "keras").bundle == older


def test_what_was_pushed_after_the_baseline_does_not_exist_yet(tmp_path: Path) -> None:
    first, second = push(tmp_path, 1, "keras"), push(tmp_path, 2, "keras")
    settings = config(tmp_path, "pushed_or_none")

    def start(baseline: str) -> Path | None:
        return training_start(settings, "keras", baseline_checksum=baseline).bundle

    assert start(bundle_checksum(second)) == second
    assert start(bundle_checksum(first)) == first
    assert start("") is None
    assert start("a version that was removed") is None


@pytest.mark.parametrize("version", [None, 1])
def test_the_trainer_gets_what_it_starts_from(tmp_path: Path, version: int | None) -> None:
    bundle = None if version is None else push(tmp_path, version, "keras")
    digits = Dataset(path="digits", labels=tuple("0123456789"), images=1797, fingerprint="digits")
    baseline = bundle_checksum(bundle) if bundle else ""

    steps = describe_steps(config(tmp_path, "pushed_or_none"), digits, baseline_checksum=baseline)

    arguments = {step.id: step.arguments for step in steps}["Trainer_keras"]
    assert arguments["train"]["weights"] == ("pushed" if bundle else "none")
    assert arguments.get("pushed_bundle") == (str(bundle) if bundle else None)
