"""Named starting points: each function returns the settings that differ from the defaults."""

from collections.abc import Callable
from typing import Any

Settings = dict[str, Any]


def digits() -> Settings:
    """Handwritten digits in about a minute: the defaults."""
    return {}


def quick() -> Settings:
    """A first look at a folder of photos: 64 px, a few epochs, minutes on a laptop."""
    return {
        "image": {"size_pixels": 64},
        "train": {"model": "resnet", "epochs": 8},
        "evaluation": {"min_accuracy": 0.6},
    }


def long() -> Settings:
    """Photos trained for much longer: 96 px, 60 epochs, images flipped, moved and mixed so that they last that long."""
    return {
        "image": {"size_pixels": 96},
        "train": {
            "model": "resnet",
            "epochs": 60,
            "augmentation": {"policy": "flip_crop", "cutmix_probability": 0.5},
            "optimization": {"label_smoothing": 0.1},
        },
        "evaluation": {"min_accuracy": 0.6},
    }


PRESETS: dict[str, Callable[[], Settings]] = {"digits": digits, "quick": quick, "long": long}


def default_preset(data_path: str) -> str:
    """Return the preset of a run that names none: `digits` for the digits, `quick` for a folder."""
    return "digits" if data_path == "digits" else "quick"
