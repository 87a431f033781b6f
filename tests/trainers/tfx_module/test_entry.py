from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from trainers.errors import TrainingWayError
from trainers.tfx_module.entry import preprocessing_fn, run_fn

_MODULE = """
from pathlib import Path

def preprocessing_fn(inputs):
    return {"seen": inputs}

def run_fn(fn_args):
    folder = Path(fn_args.serving_model_dir)
    folder.mkdir()
    (folder / "saved_model.pb").write_text(repr(vars(fn_args)))
"""
_SILENT = "def preprocessing_fn(inputs): ...\ndef run_fn(fn_args): ...\n"


def _fn_args(module: Path, custom_config: dict[str, Any]) -> Any:
    return SimpleNamespace(
        serving_model_dir=str(module.parent / "serving"),
        train_steps=7,
        custom_config={"source": str(module), "custom_config": custom_config},
    )


@pytest.mark.parametrize(("given", "seen"), [({}, None), ({"layers": 2}, {"layers": 2})])
def test_run_fn_sees_the_fn_args_of_a_trainer_of_its_own(tmp_path: Path, given: Any, seen: Any) -> None:
    module = tmp_path / f"module_with_{len(given)}.py"
    module.write_text(_MODULE)
    run_fn(_fn_args(module, given))
    written = (tmp_path / "serving" / "saved_model.pb").read_text()
    expected = {"serving_model_dir": str(tmp_path / "serving"), "train_steps": 7, "custom_config": seen}
    assert written == repr(expected)


def test_preprocessing_fn_gets_its_inputs_alone(tmp_path: Path) -> None:
    module = tmp_path / "preprocessing_module.py"
    module.write_text(_MODULE)
    assert preprocessing_fn({"x": 1}, {"source": str(module)}) == {"seen": {"x": 1}}


def test_a_run_fn_that_saves_nothing_is_told(tmp_path: Path) -> None:
    module = tmp_path / "silent_module.py"
    module.write_text(_SILENT)
    with pytest.raises(TrainingWayError, match="returned without a SavedModel"):
        run_fn(_fn_args(module, {}))
