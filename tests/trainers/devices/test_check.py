from typing import Any

import pytest

from trainers.config import TrainConfig
from trainers.devices.check import check_devices
from trainers.framework import Framework


def _problems(framework: Framework, devices: dict[str, Any], **optimization: Any) -> list[str]:
    settings = {"devices": devices, "optimization": optimization}
    return check_devices(TrainConfig.model_validate(settings), framework)


@pytest.mark.parametrize(
    "devices", [{}, {"kind": "cpu"}, {"kind": "gpu", "replicas": "all"}, {"replicas": 4, "sync_batch_norm": True}]
)
def test_what_both_can_do_is_let_through(devices: dict[str, Any]) -> None:
    assert _problems("keras", devices) == _problems("pytorch", devices) == []


def test_a_tpu_is_for_keras() -> None:
    assert _problems("keras", {"kind": "tpu"}) == []
    (problem,) = _problems("pytorch", {"kind": "tpu"})
    assert "trains keras models only" in problem


def test_processes_on_a_cpu_are_for_pytorch() -> None:
    assert _problems("pytorch", {"kind": "cpu", "replicas": 2}) == []
    (problem,) = _problems("keras", {"kind": "cpu", "replicas": 2})
    assert "whose one process has all cores of the CPU already" in problem


def test_pytorch_synchronises_batch_norm_on_gpus_only() -> None:
    assert _problems("keras", {"kind": "cpu", "sync_batch_norm": True}) == []
    (problem,) = _problems("pytorch", {"kind": "cpu", "replicas": 2, "sync_batch_norm": True})
    assert "sync_batch_norm needs GPUs with pytorch" in problem


def test_keras_scales_losses_and_compiles_on_one_device_only() -> None:
    settings = {"precision": "float16", "compile": True}
    assert _problems("pytorch", {"replicas": 2}, **settings) == []
    assert _problems("keras", {"kind": "gpu"}, **settings) == []
    for devices in ({"replicas": 2}, {"kind": "tpu"}):
        precision, compiled = _problems("keras", devices, **settings)
        assert "'float16' works on one device with keras; choose 'bfloat16'" in precision
        assert "train.optimization.compile works on one device with keras" in compiled


def test_float16_needs_a_gpu() -> None:
    for framework in ("keras", "pytorch"):
        (problem,) = _problems(framework, {"kind": "cpu"}, precision="float16")
        assert "needs a GPU" in problem


def test_another_way_refuses_the_setting_itself() -> None:
    train = TrainConfig.model_validate({"way": "lightning", "model": "a.py:b", "devices": {"kind": "tpu"}})
    assert check_devices(train, "pytorch") == []
