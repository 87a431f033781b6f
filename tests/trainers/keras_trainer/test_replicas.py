"""Trainings by MirroredStrategy on logical CPU devices, against the same training on one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf
from replica_settings import ROUNDING, SETTINGS

from trainers.history import TrainingHistory
from trainers.keras_trainer.replicas import draw_apart

_ROOT = Path(__file__).resolve().parents[3]
_PROGRAM = Path(__file__).with_name("replicated_training.py")
_KILLED = -9
Result = tuple[list[npt.NDArray[np.float32]], TrainingHistory]


def _order(name: str, replicas: int, settings: dict[str, Any], **others: Any) -> dict[str, Any]:
    devices = {"replicas": replicas, **others.pop("devices", {})}
    defaults = {"model": "build_plain", "train_examples": 37, "dies_after": 0, "has_checkpoints": False}
    return {"name": name, "settings": {**settings, "devices": devices}, **defaults, **others}


def _run(folder: Path, num_devices: int, orders: list[dict[str, Any]]) -> int:
    arguments = [str(folder), str(num_devices), json.dumps(orders)]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(_ROOT), str(_ROOT / "tests")]),
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
    return subprocess.run(
        [sys.executable, str(_PROGRAM), *arguments], capture_output=True, check=False, timeout=500, env=environment
    ).returncode


def _result(folder: Path, name: str) -> Result:
    with np.load(folder / f"{name}.npz") as weights:
        return [weights[key] for key in weights.files], TrainingHistory.read(folder / f"{name}.json")


def _assert_same(alone: Result, together: Result, replicas: int) -> None:
    for expected, found in zip(alone[0], together[0], strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING)
    assert (alone[1].replicas, together[1].replicas) == (1, replicas)
    for expected_epoch, epoch in zip(alone[1].epochs, together[1].epochs, strict=True):
        assert epoch.train_loss == pytest.approx(expected_epoch.train_loss, abs=ROUNDING)
        assert epoch.train_accuracy == expected_epoch.train_accuracy
        assert epoch.eval_loss == pytest.approx(expected_epoch.eval_loss, abs=ROUNDING)


def test_each_replica_draws_for_itself_from_the_same_seed_again() -> None:
    def seeds() -> list[int]:
        states = [tf.Variable([3, 0], dtype=tf.int64) for _ in range(3)]
        draw_apart(states)
        return [int(state.numpy()[0]) for state in states]

    assert seeds()[0] == 3
    assert len(set(seeds())) == 3
    assert seeds() == seeds()


@pytest.mark.parametrize(
    ("replicas", "chosen"),
    [
        pytest.param(2, [("switches", 33), ("fine-tuned", 37)], marks=pytest.mark.slow),
        *(
            pytest.param(
                replicas, [(name, count) for name in SETTINGS for count in (37, 33)], marks=pytest.mark.nightly
            )
            for replicas in (2, 3)
        ),
    ],
)
def test_several_devices_learn_what_one_learns(replicas: int, chosen: list[tuple[str, int]], tmp_path: Path) -> None:
    """With 37 and 33 examples the last batch has 5 and 1, which leaves a replica without any."""
    cases = {
        f"{name}-{train_examples}": {"settings": SETTINGS[name], "train_examples": train_examples}
        for name, train_examples in chosen
    }
    orders = [_order(f"{name}-{count}", count, **case) for name, case in cases.items() for count in (1, replicas)]
    assert _run(tmp_path, replicas, orders) == 0
    for name in cases:
        _assert_same(_result(tmp_path, f"{name}-1"), _result(tmp_path, f"{name}-{replicas}"), replicas)


@pytest.mark.slow
def test_batch_normalisation_sees_a_part_or_on_request_the_whole_batch(tmp_path: Path) -> None:
    settings = {"epochs": 1, "batch_size_examples": 36, "optimizer": "sgd"}
    common = {"model": "build_normalised", "train_examples": 36}
    orders = [
        _order("alone", 1, settings, **common),
        _order("apart", 2, settings, **common),
        _order("synchronised", 2, settings, **common, devices={"sync_batch_norm": True}),
    ]
    assert _run(tmp_path, 2, orders) == 0
    alone, apart, synchronised = (_result(tmp_path, order["name"]) for order in orders)
    _assert_same(alone, synchronised, 2)
    # Kernel, scale, offset, running mean and running variance: the mean of both halves' means is that of the whole.
    np.testing.assert_allclose(apart[0][3], alone[0][3], rtol=0, atol=ROUNDING)
    assert not np.array_equal(apart[0][4], alone[0][4])
    np.testing.assert_allclose(apart[0][4], alone[0][4], rtol=0, atol=0.01)


@pytest.mark.slow
def test_a_killed_training_on_two_devices_ends_with_the_weights_of_one_that_was_not(tmp_path: Path) -> None:
    settings = {"epochs": 4, "checkpoint_interval_seconds": 0, **SETTINGS["switches"]}
    common = {"model": "build_drawing"}
    dying = _order("killed", 2, settings, **common, dies_after=8, has_checkpoints=True)
    assert _run(tmp_path, 2, [dying]) == _KILLED
    resuming = _order("resumed", 2, settings, **common, has_checkpoints=True)
    assert _run(tmp_path, 2, [resuming, _order("whole", 2, settings, **common)]) == 0
    whole, resumed = _result(tmp_path, "whole"), _result(tmp_path, "resumed")
    assert (whole[1].resumed, resumed[1].resumed) == (0, 1)
    for expected, found in zip(whole[0], resumed[0], strict=True):
        np.testing.assert_array_equal(expected, found)
