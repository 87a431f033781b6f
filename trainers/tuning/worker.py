"""A worker of a search: trials one after the other, on data that it loads once."""

from collections.abc import Callable

from trainers.export.normalization import read_normalization
from trainers.export.transform_graph import TransformGraph
from trainers.job import TrainingSide
from trainers.training_data import load_training_data
from trainers.tuning.objective import TrialRunner
from trainers.tuning.request import TuningRequest
from trainers.tuning.study import Study


def run_worker(request: TuningRequest, side: TrainingSide, *, forget: Callable[[], None]) -> None:
    """Go on with the trials that were interrupted, then take new ones until all have begun.

    Args:
        request: What is searched.
        side: The framework.
        forget: Gives back what the models of earlier trials hold.
    """
    study = Study(request.study_dir, request.tune, seed=request.train.seed)
    graph = TransformGraph(request.transform_graph_dir)
    given = read_normalization(graph)
    data, _ = load_training_data(
        graph,
        train_files=request.train_files,
        eval_files=request.eval_files,
        config=request.train,
        given=given,
        work_dir=request.study_dir,
    )
    runner = TrialRunner(request, side, data, given, forget)
    for number in request.interrupted:
        runner.run(study, study.take_up(number))
    while (trial := study.ask()) is not None:
        runner.run(study, trial)
