import pytest

from trainers.candidate import HISTORY_FILE, CandidateFacts
from trainers.config import TrainConfig
from trainers.history import TrainingHistory
from trainers.torch_process import run_in_torch_process
from trainers.training_request import TrainingRequest


@pytest.mark.slow
def test_a_job_of_two_processes_leaves_the_exports_of_one_and_says_how_many_it_had(
    torch_request: TrainingRequest,
) -> None:
    settings = {"epochs": 1, "batch_size_examples": 8, "devices": {"kind": "cpu", "replicas": 2}}
    request = torch_request.model_copy(update={"train": TrainConfig.model_validate(settings)})
    run_in_torch_process(request)
    assert (request.serving_model_dir / "saved_model.pb").is_file()
    assert (request.serving_model_dir / "model.onnx").is_file()
    history = TrainingHistory.read(request.work_dir / HISTORY_FILE)
    facts = CandidateFacts.read(request.work_dir)
    assert (history.device, history.replicas) == (facts.device, facts.replicas) == ("cpu", 2)
