"""Main module of a worker that trains PyTorch models; it loads torch before TensorFlow, as `torch_job` does.

Processes that share its batches load this module again, as Python's multiprocessing does, and need nothing of it; so it
imports only when it is run.
"""


def main() -> None:
    """Do one worker's part of a search."""
    from trainers.torch_job import USER_ERRORS, TorchSide

    # isort: split
    import gc

    from trainers.job_door import serve_job
    from trainers.tuning.request import TuningRequest
    from trainers.tuning.worker import run_worker

    def forget() -> None:
        gc.collect()

    serve_job(
        lambda line: run_worker(TuningRequest.model_validate_json(line), TorchSide(), forget=forget),
        user_errors=USER_ERRORS,
    )


if __name__ == "__main__":
    main()
