"""A fastai Learner on the pipeline's data. Run it with `--set train.way=fastai`."""

from typing import Any

from fastai.callback.schedule import Learner
from fastai.layers import ConvLayer
from fastai.metrics import accuracy
from torch import nn


def build_learner(*, num_classes: int, image_shape: tuple[int, int, int], dls: Any) -> Learner:
    """Return the Learner; it is trained by `fit_one_cycle` with the peak `train.learning_rate`."""
    model = nn.Sequential(
        ConvLayer(image_shape[2], 16, stride=2),
        ConvLayer(16, 32, stride=2),
        ConvLayer(32, 32),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, num_classes),
    )
    return Learner(dls, model, loss_func=nn.CrossEntropyLoss(), metrics=accuracy)
