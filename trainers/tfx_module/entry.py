"""What TFX's Transform and Trainer call; both hand on to the user's module, which sees what TFX would give it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from trainers.errors import TrainingWayError
from trainers.tfx_module.source import load_function

_SAVED_MODEL_FILE = "saved_model.pb"


def preprocessing_fn(inputs: dict[str, Any], custom_config: dict[str, Any]) -> dict[str, Any]:
    """Map raw features to transformed ones by the module's own `preprocessing_fn(inputs)`.

    Args:
        inputs: Raw features by name, tensors of TensorFlow Transform.
        custom_config: `source`, the module.
    """
    function = cast("Callable[[Any], dict[str, Any]]", load_function(custom_config["source"], "preprocessing_fn"))
    return function(inputs)


def run_fn(fn_args: Any) -> None:
    """Train by the module's own `run_fn(fn_args)`.

    Args:
        fn_args: TFX's FnArgs. Its `custom_config` holds `source`, the module, and `custom_config`, which takes its
            place: the module sees the FnArgs of a Trainer that was given the module itself.

    Raises:
        ModelSourceError: The module or its `run_fn` is not there.
        TrainingWayError: `run_fn` left no SavedModel in `fn_args.serving_model_dir`.
    """
    ours = fn_args.custom_config
    fn_args.custom_config = ours["custom_config"] or None
    function = cast("Callable[[Any], None]", load_function(ours["source"], "run_fn"))
    function(fn_args)
    if not (Path(fn_args.serving_model_dir) / _SAVED_MODEL_FILE).is_file():
        raise TrainingWayError(
            f"run_fn of {ours['source']} returned without a SavedModel in fn_args.serving_model_dir; save one there, "
            "with the signature serving_default that takes serialised tf.Examples."
        )
