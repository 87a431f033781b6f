from pathlib import Path
from typing import Any

import pytest
import tiny_bundles

from trainers.config import TrainConfig
from trainers.errors import WeightsError
from trainers.framework import Framework
from trainers.weights.check import check_weights, weights_fingerprint
from trainers.weights.source import PushedWeights, parse_weights_source
from trainers.weights.start import weights_path


def _check(framework: Framework = "keras", *, pushed: Path | None = None, **settings: Any) -> list[str]:
    return check_weights(TrainConfig.model_validate(settings), framework, pushed_bundle=pushed)


def test_no_weights_and_scratch_have_no_problems() -> None:
    assert _check() == []


def test_a_library_model_may_have_library_weights() -> None:
    assert _check("pytorch", model="torchvision:resnet18", weights="IMAGENET1K_V1") == []
    (problem,) = _check(weights="imagenet")
    assert "'cnn' is none" in problem


def test_a_recipe_that_keeps_what_was_learned_needs_weights() -> None:
    (problem,) = _check(recipe={"name": "feature_extractor"})
    assert "so it needs weights" in problem
    assert _check(model="mine.py:build", recipe={"name": "feature_extractor"}) == []


def test_a_file_must_exist_and_be_one_that_the_framework_reads(tmp_path: Path) -> None:
    file = tmp_path / "best.safetensors"
    file.write_bytes(b"")
    assert _check(weights=str(file)) == []
    (missing,) = _check(weights=str(tmp_path / "bst.safetensors"))
    assert missing.endswith("does not exist. Did you mean 'best.safetensors'?")
    (other,) = _check("pytorch", weights=str(tmp_path / "best.weights.h5"))
    assert "not for pytorch, which reads .pt, .pth, .safetensors" in other
    assert list(weights_fingerprint(TrainConfig(weights=str(file)))) == [str(file)]


def test_a_pushed_model_must_be_there_of_the_same_framework_and_keep_its_weights(tmp_path: Path) -> None:
    (absent,) = _check(weights="pushed:7")
    assert "no such version is pushed" in absent
    tiny_bundles.write_bundle(tmp_path / "1")
    (other,) = _check("pytorch", pushed=tmp_path / "1", weights="pushed")
    assert "version 1 was trained by keras, and pytorch cannot start from it" in other
    (without,) = _check(pushed=tmp_path / "1", weights="pushed:1")
    assert "keeps no weights.safetensors" in without


@pytest.mark.parametrize("source", ["pushed:x", "Imagenet", "weights.bin"])
def test_other_text_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="are not known; give none, a file"):
        _check(weights=source)


def test_nothing_need_be_pushed_for_pushed_or_none() -> None:
    (absent,) = _check("pytorch", weights="pushed")
    assert "no version that pytorch trained is pushed; train with weights none first, or set pushed_or_none" in absent
    assert parse_weights_source("pushed_or_none") == PushedWeights("", or_none=True)
    assert weights_path(PushedWeights("", or_none=True), None) is None
    with pytest.raises(WeightsError, match="pushed weights need a version"):
        weights_path(PushedWeights(""), None)
