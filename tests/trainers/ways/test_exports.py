"""What other libraries trained is exported and testifies as what the loop trained."""

from pathlib import Path

import pytest

from components.parity.measure import measure_parity
from trainers.candidate import HISTORY_FILE, WITNESS_FILE
from trainers.export.witness import load_witness
from trainers.history import TrainingHistory
from trainers.job_process import JobProcessError
from trainers.torch_process import run_in_torch_process
from trainers.training_request import TrainingRequest

_USERS = Path(__file__).parents[1] / "torch_trainer"


def _request(request: TrainingRequest, way: str, model: str) -> TrainingRequest:
    train = request.train.model_copy(update={"way": way, "model": f"{_USERS / model}"})
    return request.model_copy(update={"train": train})


@pytest.mark.parametrize(
    ("way", "model"),
    [
        pytest.param("lightning", "lightning_module.py:build_model", marks=pytest.mark.slow),
        pytest.param("fastai", "fastai_learner.py:build_learner", marks=pytest.mark.nightly),
    ],
)
def test_the_exports_equal_the_trained_model(torch_request: TrainingRequest, way: str, model: str) -> None:
    pytest.importorskip(way)
    request = _request(torch_request, way, model)
    run_in_torch_process(request)
    parity = measure_parity(request.serving_model_dir, load_witness(request.work_dir / WITNESS_FILE), limit=1e-4)
    assert parity.figures.reasons == ()
    assert len(TrainingHistory.read(request.work_dir / HISTORY_FILE).epochs) == 1


@pytest.mark.slow
def test_a_lightning_module_without_forward_is_told(torch_request: TrainingRequest) -> None:
    pytest.importorskip("lightning")
    request = _request(torch_request, "lightning", "lightning_module.py:build_without_forward")
    with pytest.raises(JobProcessError, match="Define forward from pixels"):
        run_in_torch_process(request)
