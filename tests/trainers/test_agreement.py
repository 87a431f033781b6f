"""The two sides are the same: networks, optimisers, records."""

from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import pytest
import torch
from linear_learners import linear_pair

from trainers.config import OptimizerName, TrainConfig
from trainers.example_split import TrainingData
from trainers.history import TrainingHistory
from trainers.keras_trainer import build as keras_build
from trainers.keras_trainer import train as keras_train
from trainers.keras_trainer.learner import KerasLearner
from trainers.keras_trainer.predict import predict_logits as keras_logits
from trainers.models.architectures import BUILT_IN_MODELS
from trainers.torch_trainer import build as torch_build
from trainers.torch_trainer import train as torch_train
from trainers.torch_trainer.learner import TorchLearner
from trainers.torch_trainer.predict import predict_logits as torch_logits

pytestmark = [
    # Keras 3.15 turns its variables into arrays in a way that NumPy 2 warns about.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras"),
    # TensorFlow and PyTorch in one process, on a machine without a GPU: PyTorch warns that it finds no driver.
    pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning"),
]

# Parameter by parameter: the name that Keras gives it within its layer, and PyTorch within its module.
_NAMES = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def _torch_name(variable: keras.Variable) -> str:
    layer, name = variable.path.split("/")[-2:]
    module = layer
    for part in ("conv", "norm"):
        module = module.removesuffix(f"_{part}") + f".{part}" if module.endswith(f"_{part}") else module
    for part in ("first", "second", "shortcut"):
        module = module.replace(f"_{part}.", f".{part}.")
    return f"{module}.{_NAMES[name]}"


def _to_keras_layout(values: torch.Tensor) -> npt.NDArray[np.float32]:
    """Turn [out, in, height, width] into [height, width, in, out], and [out, in] into [in, out]."""
    order = {4: (2, 3, 1, 0), 2: (1, 0)}.get(values.ndim, tuple(range(values.ndim)))
    return np.asarray(values.permute(order).numpy())


def _copy_weights(source: torch.nn.Module, target: keras.Model) -> None:
    state = source.state_dict()
    for variable in target.weights:
        variable.assign(_to_keras_layout(state[_torch_name(variable)]))


def _pair(name: str, *, image_size_pixels: int, num_classes: int) -> tuple[torch.nn.Module, keras.Model]:
    """The same network twice, with the same random weights and batch-norm statistics."""
    image_shape = (image_size_pixels, image_size_pixels, 3)
    torch_model = torch_build.build_model(name, num_classes=num_classes, image_shape=image_shape, seed=1)
    keras_model = keras_build.build_model(name, num_classes=num_classes, image_shape=image_shape, seed=1)
    for module in torch_model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.running_mean, -0.5, 0.5)
            torch.nn.init.uniform_(module.running_var, 0.5, 2.0)
    _copy_weights(torch_model, keras_model)
    return torch_model, keras_model


def _pixels(num_examples: int, image_size_pixels: int) -> npt.NDArray[np.float32]:
    shape = (num_examples, image_size_pixels, image_size_pixels, 3)
    return np.random.default_rng(5).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("name", BUILT_IN_MODELS)
def test_both_have_the_same_parameters(name: str) -> None:
    torch_model, keras_model = _pair(name, image_size_pixels=32, num_classes=5)
    state = torch_model.state_dict()
    assert {_torch_name(v) for v in keras_model.weights} == {n for n in state if "num_batches" not in n}
    trainable = sum(p.numel() for p in torch_model.parameters())
    assert trainable == sum(int(np.prod(v.shape)) for v in keras_model.trainable_variables)


@pytest.mark.parametrize(("name", "size"), [("cnn", 32), ("cnn", 45), ("resnet", 64), ("resnet", 51)])
def test_the_same_weights_give_the_same_logits(name: str, size: int) -> None:
    torch_model, keras_model = _pair(name, image_size_pixels=size, num_classes=5)
    pixels_NHWC = _pixels(6, size)
    from_torch = torch_logits(torch_model, pixels_NHWC, batch_size_examples=4)
    from_keras = keras_logits(keras_model, pixels_NHWC, batch_size_examples=4)
    assert np.abs(from_torch).max() > 0.1
    np.testing.assert_allclose(from_keras, from_torch, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", BUILT_IN_MODELS)
def test_both_draw_initial_weights_from_the_same_distribution(name: str) -> None:
    settings = {"num_classes": 10, "image_shape": (32, 32, 3), "seed": 3}
    torch_state = torch_build.build_model(name, **settings).state_dict()  # type: ignore[arg-type]
    for variable in keras_build.build_model(name, **settings).trainable_variables:  # type: ignore[arg-type]
        from_keras, from_torch = np.asarray(variable), torch_state[_torch_name(variable)].numpy()
        if from_keras.size > 400:
            assert from_keras.std() == pytest.approx(from_torch.std(), rel=0.1), variable.path
            assert np.abs(from_keras).max() == pytest.approx(np.abs(from_torch).max(), rel=0.02), variable.path
        elif from_keras.ndim == 1:
            np.testing.assert_array_equal(from_keras, from_torch)


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_optimisers_take_the_same_steps(optimizer: OptimizerName) -> None:
    torch_model, keras_model = linear_pair(np.array([[1, -2, 3], [0.5, 1, -1], [2, 0.25, -3]], np.float32))
    config = TrainConfig(optimizer=optimizer, weight_decay=0.1)
    weights_K = np.array([0.5, 1.0, 2.0], np.float32)
    learners = (
        TorchLearner(torch_model, config, class_weights_K=weights_K, device=torch.device("cpu")),
        KerasLearner(keras_model, config, class_weights_K=weights_K, image_shape=(1, 1, 3)),
    )
    pixels_BHWC, label_ids_B = _pixels(12, 1), np.arange(12) % 3
    for learner in learners:
        for _ in range(20):
            learner.train_on_batch(pixels_BHWC, label_ids_B, learning_rate=0.05)
    from_torch, from_keras = (learner.train_totals() for learner in learners)
    assert from_keras.loss_sum == pytest.approx(from_torch.loss_sum, rel=1e-4)
    kernel, bias = keras_model.get_weights()
    np.testing.assert_allclose(kernel, torch_model[1].weight.detach().numpy().T, atol=1e-4)
    np.testing.assert_allclose(bias, torch_model[1].bias.detach().numpy(), atol=1e-4)


@pytest.mark.slow
def test_both_learn_alike_and_leave_the_same_records(colour_data: TrainingData, tmp_path: Path) -> None:
    config = TrainConfig(epochs=4, batch_size_examples=16, learning_rate=0.01)
    settings = {"num_classes": 3, "image_shape": colour_data.image_shape, "seed": 0}
    histories: list[TrainingHistory] = [
        side_train.train(
            side_build.build_model("cnn", **settings), colour_data, config, work_dir=tmp_path / side_build.__name__
        )
        for side_build, side_train in ((keras_build, keras_train), (torch_build, torch_train))
    ]
    from_keras, from_torch = histories
    assert from_keras.model_dump(include={"framework"}) != from_torch.model_dump(include={"framework"})
    same = {"device", "trainable_parameters", "total_parameters", "train_examples", "eval_examples"}
    assert from_keras.model_dump(include=same) == from_torch.model_dump(include=same)
    assert [r.learning_rate for r in from_keras.epochs] == [r.learning_rate for r in from_torch.epochs]
    assert from_keras.best.eval_accuracy >= 0.95
    assert from_torch.best.eval_accuracy >= 0.95
