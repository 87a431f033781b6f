import pytest
import tensorflow as tf

from trainers.devices.config import DevicesConfig
from trainers.errors import DeviceError
from trainers.keras_trainer.strategy import choose_strategy, device_name

_HAS_GPU = bool(tf.config.list_physical_devices("GPU"))


def test_by_default_tensorflow_chooses() -> None:
    assert choose_strategy(DevicesConfig()) is None


@pytest.mark.skipif(_HAS_GPU, reason="about a machine without a GPU")
def test_a_machine_without_a_gpu_says_so() -> None:
    assert choose_strategy(DevicesConfig(kind="cpu")) is None
    assert choose_strategy(DevicesConfig(replicas="all")) is None
    with pytest.raises(DeviceError, match=r"devices\.kind is gpu, but TensorFlow finds none"):
        choose_strategy(DevicesConfig(kind="gpu"))
    with pytest.raises(
        DeviceError, match=r"replicas is 9, but TensorFlow finds no GPU; lower it\. On a CPU one replica"
    ):
        choose_strategy(DevicesConfig(replicas=9))


def test_the_cpu_of_a_strategy_is_named() -> None:
    assert device_name(tf.distribute.OneDeviceStrategy("/cpu:0")) == "cpu"


def test_a_machine_without_a_tpu_says_so() -> None:
    with pytest.raises(DeviceError, match=r"devices\.kind is tpu, but TensorFlow finds none"):
        choose_strategy(DevicesConfig(kind="tpu"))
