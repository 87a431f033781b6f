from pathlib import Path
from types import SimpleNamespace

import pytest

from trainers.config import TrainConfig
from trainers.run_fn import decode_request


def _fn_args(**custom_config: object) -> SimpleNamespace:
    return SimpleNamespace(
        custom_config={"framework": "keras", "train": {"epochs": 2}, "parity_images": 8, **custom_config},
        train_files=["train-*"],
        eval_files=["eval-*"],
        transform_output="graph",
        hyperparameters=None,
        serving_model_dir="serving",
        model_run_dir="run",
    )


def test_arguments_become_one_complete_request() -> None:
    request = decode_request(_fn_args())
    assert (request.framework, request.train, request.parity_images) == ("keras", TrainConfig(epochs=2), 8)
    assert (request.train_files, request.eval_files) == (("train-*",), ("eval-*",))
    assert (request.serving_model_dir, request.work_dir) == (Path("serving"), Path("run"))


@pytest.mark.parametrize(("given", "folder"), [({}, None), ({"checkpoint_dir": "kept"}, Path("kept"))])
def test_checkpoints_are_kept_where_a_folder_is_named(given: dict[str, str], folder: Path | None) -> None:
    assert decode_request(_fn_args(**given)).checkpoint_dir == folder
