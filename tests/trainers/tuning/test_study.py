"""Searches on a function instead of a training: how trials are begun, ended, taken up and compared."""

import threading
from pathlib import Path
from typing import Any

import pytest
from optuna.trial import Trial

from trainers.errors import TuningError
from trainers.tuning.config import Scalar, TuneConfig
from trainers.tuning.results import record_search
from trainers.tuning.study import Study, suggest

Values = list[dict[str, Scalar]]


def _config(**changes: Any) -> TuneConfig:
    space = {
        "learning_rate": {"low": 1e-4, "high": 1.0, "log": True},
        "batch_size_examples": {"low": 8, "high": 64, "step": 8},
        "augmentation.policy": ["none", "seed"],
    }
    return TuneConfig.model_validate({"trials": 6, "space": space, **changes})


def _end(study: Study, tune: TuneConfig, trial: Trial) -> dict[str, Scalar]:
    """End a trial as if a learning rate of 0.1 were best."""
    values = suggest(trial, tune)
    distance = abs(float(values["learning_rate"]) - 0.1)
    study.complete(trial, accuracy=1 - distance, loss=distance, best_epoch=1)
    return values


def _search(folder: Path, tune: TuneConfig, *, stop_before: int = 99) -> Values:
    study, tried = Study(folder, tune, seed=5), []
    while len(tried) < stop_before and (trial := study.ask()) is not None:
        tried.append(_end(study, tune, trial))
    return tried


def test_as_many_trials_as_asked_for_each_within_the_space(tmp_path: Path) -> None:
    tried = _search(tmp_path, _config())
    assert len(tried) == 6
    for values in tried:
        assert 1e-4 <= float(values["learning_rate"]) <= 1
        assert values["batch_size_examples"] in range(8, 65, 8)
        assert values["augmentation.policy"] in {"none", "seed"}


@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_an_interrupted_search_tries_what_an_uninterrupted_one_does(tmp_path: Path, sampler: str) -> None:
    tune = _config(sampler=sampler)
    first = _search(tmp_path / "two parts", tune, stop_before=4)
    assert first + _search(tmp_path / "two parts", tune) == _search(tmp_path / "whole", tune)


def test_a_trial_whose_worker_was_killed_goes_on_with_its_values(tmp_path: Path) -> None:
    tune = _config()
    killed = Study(tmp_path, tune, seed=5).ask()
    assert killed is not None
    values = suggest(killed, tune)
    killed.report(0.5, 1)

    study = Study(tmp_path, tune, seed=5)
    assert study.unfinished == (0,)
    trial = study.take_up(0)
    assert suggest(trial, tune) == values
    _end(study, tune, trial)
    assert study.unfinished == ()
    assert study.trials()[0].intermediate_values == {1: 0.5}


def test_a_trial_is_taken_up_with_its_own_values_even_if_it_was_killed_before_it_had_them(tmp_path: Path) -> None:
    tune = _config()
    Study(tmp_path / "killed", tune, seed=5).ask()
    study = Study(tmp_path / "killed", tune, seed=5)
    assert suggest(study.take_up(0), tune) == _search(tmp_path / "whole", tune)[0]


def test_workers_side_by_side_begin_no_trial_too_many(tmp_path: Path) -> None:
    tune = _config(trials=9, parallel_trials=3, sampler="random")
    Study(tmp_path, tune, seed=0)
    workers = [threading.Thread(target=_search, args=(tmp_path, tune)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    record = record_search(Study(tmp_path, tune, seed=0), tune)
    assert [trial.number for trial in record.trials] == list(range(1, 10))


@pytest.mark.parametrize("objective", ["accuracy", "loss"])
def test_the_best_trial_is_the_best_by_the_objective_and_among_equals_by_the_loss(
    tmp_path: Path, objective: str
) -> None:
    tune = _config(objective=objective, trials=3)
    study = Study(tmp_path, tune, seed=0)
    for accuracy, loss in ((0.5, 0.9), (0.8, 0.4), (0.8, 0.3)):
        trial = study.ask()
        assert trial is not None
        suggest(trial, tune)
        study.complete(trial, accuracy=accuracy, loss=loss, best_epoch=2)
    record = record_search(study, tune)
    assert record.best == 3
    assert record.best_trial.objective == {"accuracy": 0.8, "loss": 0.3}[objective]


def test_pruned_and_failed_trials_are_told_and_never_the_best(tmp_path: Path) -> None:
    tune = _config(trials=3)
    study = Study(tmp_path, tune, seed=0)
    for number in range(3):
        trial = study.ask()
        assert trial is not None
        suggest(trial, tune)
        if number == 0:
            trial.report(0.99, 1)
            study.prune(trial)
        elif number == 1:
            study.fail(trial, "the loss is nan")
        else:
            study.complete(trial, accuracy=0.2, loss=2.0, best_epoch=1)
    record = record_search(study, tune)
    assert str(record).startswith("3 trials, 1 pruned, 1 failed; best 3: eval accuracy 0.2000 with learning_rate=")


def test_a_search_without_a_result_says_why(tmp_path: Path) -> None:
    tune = _config(trials=1)
    study = Study(tmp_path, tune, seed=0)
    trial = study.ask()
    assert trial is not None
    study.fail(trial, "the loss is nan")
    with pytest.raises(TuningError, match="none of 1 trials came to a result: the loss is nan"):
        record_search(study, tune)


def test_after_three_trials_the_worse_half_is_pruned(tmp_path: Path) -> None:
    tune = _config()
    study = Study(tmp_path, tune, seed=0)
    should_prune = []
    for accuracy in (0.5, 0.6, 0.7, 0.1):
        trial = study.ask()
        assert trial is not None
        suggest(trial, tune)
        for epoch in (1, 2):
            trial.report(accuracy, epoch)
        should_prune.append(trial.should_prune())
        study.complete(trial, accuracy=accuracy, loss=1.0, best_epoch=1)
    assert should_prune == [False, False, False, True]
