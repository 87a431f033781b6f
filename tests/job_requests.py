"""Small training jobs as the Trainer component asks for them, and PyTorch ones in a fresh process with its imports."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from trainers.config import TrainConfig
from trainers.framework import Framework
from trainers.training_request import TrainingRequest

ROOT = Path(__file__).resolve().parents[1]


def job_request(
    folder: Path, transform_graph_dir: Path, *, framework: Framework = "pytorch", **train: Any
) -> TrainingRequest:
    """Return a job of one epoch on the drawn images, which are written into the folder."""
    import tiny_exports

    files = tiny_exports.write_examples(folder / "examples.gz")
    return TrainingRequest(
        framework=framework,
        train=TrainConfig.model_validate({"epochs": 1, "batch_size_examples": 8, **train}),
        train_files=(str(files),),
        eval_files=(str(files),),
        transform_graph_dir=transform_graph_dir,
        parity_images=64,
        serving_model_dir=folder / "serving",
        work_dir=folder / "work",
    )


def run_python(code: str) -> "subprocess.CompletedProcess[str]":
    """Run code in a fresh process, where no guard of the tests against a crash has run."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=False)


def run_torch_job_after(imports: str, request: TrainingRequest) -> None:
    """Run a PyTorch job from a fresh process that has done these imports before."""
    done = run_python(
        f"{imports}\n"
        "from trainers.torch_process import run_in_torch_process\n"
        "from trainers.training_request import TrainingRequest\n"
        f"run_in_torch_process(TrainingRequest.model_validate_json({request.model_dump_json()!r}))\n"
    )
    assert done.returncode == 0, done.stderr[-2000:]
