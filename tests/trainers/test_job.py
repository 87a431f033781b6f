from pathlib import Path

import pytest

from trainers.candidate import HISTORY_FILE, CandidateFacts
from trainers.config import TrainConfig
from trainers.history import TrainingHistory
from trainers.keras_job import run_keras_job
from trainers.training_request import TrainingRequest

# Keras 3.15 turns its variables into arrays in a way that NumPy 2 warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


@pytest.mark.slow
def test_checkpoints_stay_until_someone_has_kept_the_exports(tmp_path: Path, torch_request: TrainingRequest) -> None:
    checkpoints = tmp_path / "checkpoints"
    config = TrainConfig(epochs=1, batch_size_examples=8, checkpoint_interval_seconds=0)
    changes = {"framework": "keras", "train": config, "checkpoint_dir": checkpoints}
    request = torch_request.model_copy(update=changes)
    run_keras_job(request)
    assert (request.serving_model_dir / "saved_model.pb").is_file()
    assert list(checkpoints.glob("checkpoint-*"))
    history = TrainingHistory.read(request.work_dir / HISTORY_FILE)
    assert CandidateFacts.read(request.work_dir).train_seconds == history.train_seconds > 0
