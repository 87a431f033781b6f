"""The file of settings makes the same configuration where retraining runs."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.recurring.settings_file import settings_text
from pipeline.settings import load_config

WITHOUT = {"recurring"}


def read_back(text: str, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the configuration that `--config` makes of the text, and its section `retrain`."""
    content = yaml.safe_load(text)
    retrain = content.pop("retrain")
    (folder / "settings.yaml").write_text(yaml.safe_dump(content))
    return load_config(file=folder / "settings.yaml").model_dump(exclude=WITHOUT), retrain


@pytest.mark.parametrize(
    ("preset", "settings"),
    [
        (None, {}),
        ("long", {"data": {"path": "/data/photos"}}),
        ("digits", {"data": {"path": "/data/photos"}, "train": {"epochs": 3}}),
        (None, {"data": {"path": "/data/photos"}, "train": {"epochs": 5, "model": "cnn"}}),
        ("quick", {"push_dir": "/models", "kubeflow": {"namespace": "team-a"}, "recurring": {"name": "nightly"}}),
    ],
)
def test_it_means_the_same_whatever_preset_it_began_with(
    tmp_path: Path, preset: str | None, settings: dict[str, Any]
) -> None:
    config = load_config(preset=preset, options=settings)

    read, retrain = read_back(settings_text(config, {"schedule": "0 3 * * *"}), tmp_path)

    assert read == config.model_dump(exclude=WITHOUT)
    assert retrain == {"schedule": "0 3 * * *"}


def test_what_is_a_default_is_left_out() -> None:
    config = load_config(options={"train": {"epochs": 3}})

    assert yaml.safe_load(settings_text(config, {"schedule": None})) == {
        "retrain": {"schedule": None},
        "train": {"epochs": 3},
    }
