"""A search: workers side by side, each in a process of its own, until all trials have ended."""

from concurrent.futures import ThreadPoolExecutor

from trainers.job_process import JobProcess
from trainers.tuning.record import SearchRecord
from trainers.tuning.request import WORKER_MODULES, TuningRequest
from trainers.tuning.results import record_search
from trainers.tuning.study import Study


def run_search(request: TuningRequest) -> SearchRecord:
    """Run the trials that are left and return what all of them found.

    Raises:
        JobProcessError: A worker could not do its part.
        TransientError: A worker was killed; the next attempt goes on from its trials.
        TuningError: No trial came to a result.
    """
    study = Study(request.study_dir, request.tune, seed=request.train.seed)
    if study.unfinished or len(study.trials()) < request.tune.trials:
        _run_workers(request, interrupted=study.unfinished)
    return record_search(study, request.tune)


def _run_workers(request: TuningRequest, *, interrupted: tuple[int, ...]) -> None:
    num_workers = min(request.tune.parallel_trials, request.tune.trials)
    parts = [
        request.model_copy(update={"interrupted": interrupted[worker::num_workers]}) for worker in range(num_workers)
    ]
    name = f"process of the {request.framework} trials"
    processes = [JobProcess(WORKER_MODULES[request.framework], name=name) for _ in parts]
    try:
        with ThreadPoolExecutor(num_workers) as pool:
            for done in [pool.submit(process.run, part) for process, part in zip(processes, parts, strict=True)]:
                done.result()
    finally:
        for process in processes:
            process.kill()
