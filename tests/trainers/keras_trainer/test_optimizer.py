import keras
import numpy as np
import pytest

from trainers.config import OptimizerName, TrainConfig
from trainers.keras_trainer.optimizer import make_optimizer


@pytest.mark.parametrize(
    ("name", "kind"),
    [("adam", keras.optimizers.Adam), ("adamw", keras.optimizers.AdamW), ("sgd", keras.optimizers.SGD)],
)
def test_each_name_makes_its_optimiser(name: OptimizerName, kind: type) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    assert type(make_optimizer(TrainConfig(optimizer=name), model.trainable_variables)) is kind


def test_adamw_shrinks_the_kernel_and_not_the_bias() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.set_weights([np.array([[1.0], [2.0]]), np.array([3.0])])
    optimizer = make_optimizer(TrainConfig(weight_decay=0.5), model.trainable_variables)
    optimizer.learning_rate.assign(0.1)
    optimizer.apply([keras.ops.zeros((2, 1)), keras.ops.zeros((1,))], model.trainable_variables)
    kernel, bias = model.get_weights()
    np.testing.assert_allclose(kernel, [[0.95], [1.9]], rtol=1e-6)
    np.testing.assert_allclose(bias, [3.0])
