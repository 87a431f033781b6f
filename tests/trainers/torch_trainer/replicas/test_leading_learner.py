"""Trainings in several real processes, against the same training in one."""

import dataclasses
import functools
import importlib.util
import math
import multiprocessing
import os
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from deadly_data import three_classes
from replica_settings import ROUNDING, SETTINGS

from trainers.errors import DivergedError, ModelSourceError, TransientError
from trainers.example_split import InMemorySplit
from trainers.normalization import FIXED_NORMALIZATIONS
from trainers.torch_trainer.replicas.leading_learner import leading_learner
from trainers.torch_trainer.start import start_model


def _load(name: str) -> ModuleType:
    """Load a neighbouring file, which is a program too."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


training = _load("replicated_training")


def _difference(some: dict[str, torch.Tensor], others: dict[str, torch.Tensor]) -> float:
    assert some.keys() == others.keys()
    return max(float((some[name].double() - others[name].double()).abs().max()) for name in some)


@pytest.mark.parametrize(
    ("settings", "train_examples", "replicas"),
    [
        pytest.param("switches", 33, 2, marks=pytest.mark.slow),
        pytest.param("class-weights", 34, 3, marks=pytest.mark.slow),
        pytest.param("fine-tuned", 37, 2, marks=pytest.mark.slow),
        *(pytest.param(name, 37, 2, marks=pytest.mark.nightly) for name in SETTINGS if name != "fine-tuned"),
    ],
)
def test_several_processes_learn_what_one_learns(
    settings: str, train_examples: int, replicas: int, tmp_path: Path
) -> None:
    """The last batch has 5 examples for 2 processes, or 1 for 2, or 2 for 3."""
    data = three_classes(train_examples)
    alone, history_alone = training.run(
        data, training.config_of("build_plain", 1, **SETTINGS[settings]), tmp_path / "alone"
    )
    together, history = training.run(
        data, training.config_of("build_plain", replicas, **SETTINGS[settings]), tmp_path / "together"
    )
    assert _difference(alone, together) < ROUNDING
    assert (history_alone.replicas, history.replicas) == (1, replicas)
    for expected, found in zip(history_alone.epochs, history.epochs, strict=True):
        assert found.train_loss == pytest.approx(expected.train_loss, abs=ROUNDING)
        assert found.train_accuracy == expected.train_accuracy
        assert found.eval_loss == pytest.approx(expected.eval_loss, abs=ROUNDING)


@pytest.mark.slow
def test_weights_that_no_step_uses_keep_nobody_waiting_and_stay_as_they_are(tmp_path: Path) -> None:
    data = three_classes(37)
    alone, _ = training.run(data, training.config_of("build_with_spare", 1, epochs=1), tmp_path / "alone")
    together, _ = training.run(data, training.config_of("build_with_spare", 2, epochs=1), tmp_path / "together")
    assert _difference(alone, together) < ROUNDING
    assert torch.equal(alone["spare.weight"], together["spare.weight"])


@pytest.mark.slow
def test_running_statistics_are_the_mean_over_the_processes(tmp_path: Path) -> None:
    """After one step the running mean of both halves' means is that of the whole batch."""
    settings = {"epochs": 1, "batch_size_examples": 36}
    data = three_classes(36)
    alone, _ = training.run(data, training.config_of("build_drawing", 1, **settings), tmp_path / "alone")
    together, _ = training.run(data, training.config_of("build_drawing", 2, **settings), tmp_path / "together")
    torch.testing.assert_close(alone["1.running_mean"], together["1.running_mean"], rtol=0, atol=ROUNDING)
    assert not torch.equal(alone["1.running_var"], together["1.running_var"])
    torch.testing.assert_close(alone["1.running_var"], together["1.running_var"], rtol=0, atol=0.01)


@pytest.mark.nightly
def test_a_compiled_model_learns_the_same_in_two_processes(tmp_path: Path) -> None:
    settings = {"epochs": 1, "optimization": {"compile": True}}
    data = three_classes(37)
    alone, _ = training.run(data, training.config_of("build_plain", 1, **settings), tmp_path / "alone")
    together, _ = training.run(data, training.config_of("build_plain", 2, **settings), tmp_path / "together")
    assert _difference(alone, together) < ROUNDING


@pytest.mark.slow
def test_a_loss_that_is_no_number_in_one_process_stops_all_with_the_diagnosis(tmp_path: Path) -> None:
    data = three_classes(16)
    pixels = data.train.pixels_NHWC.copy()
    pixels[5] = math.nan
    broken = dataclasses.replace(data, train=InMemorySplit(pixels, data.train.label_ids_N))
    with pytest.raises(DivergedError, match=r"training loss is nan by step .* Lower learning_rate"):
        training.run(broken, training.config_of("build_plain", 2, batch_size_examples=16), tmp_path)
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_a_model_that_keeps_no_contract_is_refused_as_by_one_process(tmp_path: Path) -> None:
    with pytest.raises(ModelSourceError, match="answers a tuple while it trains"):
        training.run(three_classes(37), training.config_of("build_failing", 2), tmp_path)
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_an_error_while_a_follower_builds_its_model_is_told(tmp_path: Path) -> None:
    config = training.config_of("build_plain", 2)
    absent = config.model_copy(update={"model": f"{tmp_path}/absent.py:build"})
    build = functools.partial(
        start_model, absent, class_names=("a", "b"), image_shape=(8, 8, 3), given=FIXED_NORMALIZATIONS["unit"]
    )
    model = torch.nn.Linear(1, 1)
    with pytest.raises(ModelSourceError, match="does not exist"), _leading(model, config, build, timeout_seconds=60):
        pass


@pytest.mark.slow
def test_a_process_that_hangs_is_given_up_after_the_time_limit(tmp_path: Path) -> None:
    config = training.config_of("build_plain", 2)
    build = functools.partial(
        start_model, config, class_names=("a", "b"), image_shape=(8, 8, 3), given=FIXED_NORMALIZATIONS["unit"]
    )
    message = "one of 2 replicas did not answer within 5 s"
    with (
        pytest.raises(TransientError, match=message),
        _leading(build().model, config, build, timeout_seconds=5) as learner,
    ):
        (follower,) = multiprocessing.active_children()
        os.kill(follower.pid or 0, signal.SIGSTOP)
        learner.train_on_batch(np.zeros((4, 8, 8, 3), np.float32), np.zeros(4, np.int64), learning_rate=0.1)
        learner.train_totals()
    assert multiprocessing.active_children() == []


def _leading(model: torch.nn.Module, config: Any, build: Any, *, timeout_seconds: float) -> Any:
    return leading_learner(
        model,
        config,
        class_weights_K=np.ones(2, np.float32),
        image_shape=(8, 8, 3),
        devices=[torch.device("cpu")] * 2,
        rebuild=build,
        timeout_seconds=timeout_seconds,
    )
