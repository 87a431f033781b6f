from functools import reduce

import keras
import pytest

from trainers.plateau import PlateauReduction

_LOSSES = [1.0, 0.8, 0.79995, 0.81, 0.82, 0.5, 0.5, 0.5, 0.5, 0.5, 0.49, 0.6, 0.6]


def _after(losses: list[float], *, patience_epochs: int = 2) -> PlateauReduction:
    start = PlateauReduction(patience_epochs=patience_epochs, factor=0.5, min_delta=1e-4)
    return reduce(lambda state, loss: state.after_epoch(eval_loss=loss), losses, start)


def test_the_rate_stays_while_the_loss_falls() -> None:
    assert _after([1.0, 0.9, 0.8, 0.7]).scale == 1.0


def test_the_rate_falls_when_patience_is_used_up_and_again_after_another_wait() -> None:
    assert _after([1.0, 1.0]).scale == 1.0
    assert _after([1.0, 1.0, 1.0]).scale == 0.5
    assert _after([1.0] * 4).scale == 0.5
    assert _after([1.0] * 5).scale == 0.25


def test_a_fall_below_the_threshold_does_not_count() -> None:
    assert _after([1.0, 0.99995, 0.9999]).scale == 0.5


@pytest.mark.parametrize("patience_epochs", [1, 2, 3])
def test_the_rule_is_that_of_keras(patience_epochs: int) -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(1.0), loss="mse")
    callback = keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=patience_epochs, min_delta=1e-4)
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(_LOSSES):
        callback.on_epoch_end(epoch, {"loss": loss})
        ours = _after(_LOSSES[: epoch + 1], patience_epochs=patience_epochs)
        assert ours.scale == float(model.optimizer.learning_rate.numpy()), epoch
