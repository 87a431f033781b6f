"""Main module of a worker that trains PyTorch models; it loads torch before TensorFlow, as `torch_job` does."""

from trainers.torch_job import USER_ERRORS, TorchSide

# isort: split
import gc

from trainers.job_door import serve_job
from trainers.tuning.request import TuningRequest
from trainers.tuning.worker import run_worker


def main() -> None:
    """Do one worker's part of a search."""
    serve_job(
        lambda line: run_worker(TuningRequest.model_validate_json(line), TorchSide(), forget=_forget),
        user_errors=USER_ERRORS,
    )


def _forget() -> None:
    gc.collect()


if __name__ == "__main__":
    main()
