import keras
import numpy as np
import pytest
import tensorflow as tf

from trainers.config import TrainConfig
from trainers.devices.config import DevicesConfig
from trainers.errors import DeviceError
from trainers.keras_trainer.learner import KerasLearner
from trainers.keras_trainer.strategy import choose_strategy, device_name

# Keras 3.15 turns its variables into arrays in a way that NumPy 2 warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

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


def test_a_chosen_device_learns_what_the_default_one_learns() -> None:
    """What a CPU beside a GPU does, on the only device that is here."""
    config = TrainConfig.model_validate(
        {"optimization": {"micro_batches": 2, "ema_decay": 0.5, "clip_global_norm": 0.1}, "optimizer": "adam"}
    )
    pixels = np.random.default_rng(0).normal(size=(5, 4, 4, 3)).astype(np.float32)
    results = []
    for strategy in (None, tf.distribute.OneDeviceStrategy("/cpu:0")):
        keras.utils.set_random_seed(1)
        with (strategy or tf.distribute.get_strategy()).scope():
            model = keras.Sequential(
                [
                    keras.Input((4, 4, 3)),
                    keras.layers.BatchNormalization(),
                    keras.layers.Flatten(),
                    keras.layers.Dense(2),
                ]
            )
        weights_K = np.ones(2, np.float32)
        learner = KerasLearner(model, config, class_weights_K=weights_K, image_shape=(4, 4, 3), strategy=strategy)
        for _ in range(3):
            learner.train_on_batch(pixels, np.arange(5) % 2, learning_rate=0.1)
        results.append([*model.get_weights(), learner.logits_of(pixels), learner.train_totals()])
    for expected, found in zip(*results, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-6)
