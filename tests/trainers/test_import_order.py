"""TensorFlow before what torch's optimizers load is a segmentation fault; here it cannot happen, in any order."""

import importlib.util
import json

import pytest
from job_requests import run_python, run_torch_job_after

from trainers.config import TrainConfig
from trainers.training_request import TrainingRequest

SEGMENTATION_FAULT = -11
CREATE_OPTIMIZER = "import torch; torch.optim.Adam([torch.zeros(1, requires_grad=True)])"


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("triton") is None, reason="no triton on this system, so no crash")
def test_the_crash_is_real_on_the_pinned_versions() -> None:
    """When this fails, the versions no longer crash and decision 0002 is due for review."""
    assert run_python(f"import tensorflow; {CREATE_OPTIMIZER}").returncode == SEGMENTATION_FAULT


@pytest.mark.nightly
@pytest.mark.parametrize(
    "imported_before",
    [
        "import tensorflow",
        "import tfx.components",
        "import torch, tensorflow",
        "import tensorflow, torch",
    ],
)
def test_pytorch_trains_whatever_was_imported_before(imported_before: str, torch_request: TrainingRequest) -> None:
    """The last of them is in every run, for `test_jobs`."""
    run_torch_job_after(imported_before, torch_request)

    assert (torch_request.serving_model_dir / "saved_model.pb").is_file()
    assert (torch_request.serving_model_dir / "model.onnx").is_file()
    assert json.loads((torch_request.work_dir / "history.json").read_text())["framework"] == "pytorch"


@pytest.mark.slow
def test_the_guard_of_worker_and_step_makes_mixing_the_frameworks_safe_for_user_code() -> None:
    code = (
        "from trainers.import_order import load_triton_before_tensorflow; load_triton_before_tensorflow()\n"
        f"import tensorflow; {CREATE_OPTIMIZER}"
    )

    done = run_python(code)

    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
def test_a_failing_job_reports_its_own_sentence(torch_request: TrainingRequest) -> None:
    from trainers.job_process import JobProcessError
    from trainers.torch_process import run_in_torch_process

    broken = torch_request.model_copy(update={"train_files": ("/absent/*.gz",), "train": TrainConfig(epochs=1)})

    with pytest.raises(JobProcessError, match="no examples match /absent"):
        run_in_torch_process(broken)
