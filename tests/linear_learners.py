"""The same small linear model in both frameworks, and learners of it."""

import keras
import numpy as np
import numpy.typing as npt
import torch

from trainers.augmentation.draw import BatchDraw
from trainers.config import TrainConfig
from trainers.keras_trainer.learner import KerasLearner
from trainers.torch_trainer.learner import TorchLearner

KERNEL = np.array([[1, -2, 3], [0.5, 1, -1], [2, 0.25, -3]], np.float32)
"""Colour to class, [in, out]; every gradient is well above rounding, which Adam enlarges."""
CLASS_WEIGHTS_K = np.array([0.5, 1.0, 2.0], np.float32)


def linear_pair(kernel: npt.NDArray[np.float32]) -> tuple[torch.nn.Sequential, keras.Model]:
    """Two linear models of a one-pixel image with the same kernel, [in, out]."""
    linear = torch.nn.Linear(*kernel.shape)
    torch.nn.init.zeros_(linear.bias)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(kernel.T))
    keras_model = keras.Sequential([keras.Input((1, 1, 3)), keras.layers.Flatten(), keras.layers.Dense(3)])
    keras_model.set_weights([kernel, np.zeros(3)])
    return torch.nn.Sequential(torch.nn.Flatten(), linear), keras_model


class LinearLearners:
    """A PyTorch and a Keras learner of the linear model."""

    def __init__(self, config: TrainConfig) -> None:
        self.torch_model, self.keras_model = linear_pair(KERNEL)
        self.torch = TorchLearner(self.torch_model, config, class_weights_K=CLASS_WEIGHTS_K, device=torch.device("cpu"))
        self.keras = KerasLearner(self.keras_model, config, class_weights_K=CLASS_WEIGHTS_K, image_shape=(1, 1, 3))

    def train(
        self,
        pixels_BHWC: npt.NDArray[np.float32],
        label_ids_B: npt.NDArray[np.int64],
        *,
        steps: int,
        learning_rate: float,
        draw: BatchDraw | None = None,
    ) -> None:
        """Do the same steps with both."""
        for learner in (self.torch, self.keras):
            for _ in range(steps):
                learner.train_on_batch(pixels_BHWC, label_ids_B, learning_rate=learning_rate, draw=draw)

    @property
    def kernels(self) -> list[npt.NDArray[np.float32]]:
        """PyTorch's and Keras' kernel, [in, out]."""
        return [self.torch_model[1].weight.detach().numpy().T.copy(), np.array(self.keras_model.get_weights()[0])]
