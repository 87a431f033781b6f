"""The file of settings makes the same configuration where retraining runs."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.recurring.settings_file import settings_text
from pipeline.settings import load_config

WITHOUT = {"recurring"}


@pytest.mark.parametrize(
    ("preset", "settings"),
    [
        (None, {}),
        ("long", {"data": {"path": "/data/photos"}}),
        ("digits", {"data": {"path": "/data/photos"}, "train": {"epochs": 3}}),
        (None, {"data": {"path": "/data/photos"}, "train": {"epochs": 5, "model": "cnn"}}),
        ("quick", {"push_dir": "/models", "kubeflow": {"namespace": "team-a"}, "recurring": {"name": "nightly"}}),
        (None, {"retrain": {"schedule": "0 3 * * 7", "every": "6h", "max_model_age": "30d", "on_drift": True}}),
    ],
)
def test_it_means_the_same_whatever_preset_it_began_with(
    tmp_path: Path, preset: str | None, settings: dict[str, Any]
) -> None:
    config = load_config(preset=preset, options=settings)
    file = tmp_path / "settings.yaml"
    file.write_text(settings_text(config))

    assert load_config(file=file).model_dump(exclude=WITHOUT) == config.model_dump(exclude=WITHOUT)


def test_what_is_a_default_is_left_out() -> None:
    config = load_config(options={"train": {"epochs": 3}, "retrain": {"schedule": "0 3 * * *"}})

    assert yaml.safe_load(settings_text(config)) == {"retrain": {"schedule": "0 3 * * *"}, "train": {"epochs": 3}}
