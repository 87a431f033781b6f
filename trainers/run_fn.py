"""The entry that TFX's Trainer calls; it delegates to the Keras or the PyTorch side.

Keras trains here, in the process that TFX runs in. PyTorch trains in a process of its own: TFX has loaded TensorFlow
long before this function is called, and what torch's optimizers and torch.export load after TensorFlow ends in a
segmentation fault (triton 3.8). In its own process torch is loaded first, whatever the order of imports out here.
"""

from pathlib import Path
from typing import Any

from trainers.config import TrainConfig
from trainers.training_request import TrainingRequest
from trainers.tuning.hyperparameters import with_values


def run_fn(fn_args: Any) -> None:
    """Train one model and leave its exports in the folders that TFX names.

    Args:
        fn_args: TFX's FnArgs; its `custom_config` holds `framework`, `train` and `parity_images`, and may hold
            `checkpoint_dir` and `pushed_bundle`. The values of its `hyperparameters`, which Tuner found, are put over
            those of `train`.
    """
    request = decode_request(fn_args)
    if request.framework == "keras":
        from trainers.keras_job import run_keras_job

        run_keras_job(request)
    else:
        from trainers.torch_process import run_in_torch_process

        run_in_torch_process(request)


def decode_request(fn_args: Any) -> TrainingRequest:
    """Turn FnArgs, whose fields may all be None, into one complete value."""
    custom = fn_args.custom_config
    checkpoint_dir = custom.get("checkpoint_dir")
    pushed_bundle = custom.get("pushed_bundle")
    found = (fn_args.hyperparameters or {}).get("values", {})
    return TrainingRequest(
        framework=custom["framework"],
        train=with_values(TrainConfig.model_validate(custom["train"]), found),
        train_files=tuple(fn_args.train_files),
        eval_files=tuple(fn_args.eval_files),
        transform_graph_dir=Path(fn_args.transform_output),
        parity_images=custom["parity_images"],
        serving_model_dir=Path(fn_args.serving_model_dir),
        work_dir=Path(fn_args.model_run_dir),
        checkpoint_dir=Path(checkpoint_dir) if checkpoint_dir else None,
        pushed_bundle=Path(pushed_bundle) if pushed_bundle else None,
    )
