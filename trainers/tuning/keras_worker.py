"""Main module of a worker that trains Keras models."""

import keras

from trainers.errors import TrainerError
from trainers.job_door import serve_job
from trainers.keras_job import KerasSide, check_backend
from trainers.tuning.request import TuningRequest
from trainers.tuning.worker import run_worker


def main() -> None:
    """Do one worker's part of a search."""
    serve_job(_run, user_errors=(TrainerError,))


def _run(line: str) -> None:
    check_backend()
    run_worker(TuningRequest.model_validate_json(line), KerasSide(), forget=keras.utils.clear_session)


if __name__ == "__main__":
    main()
