from pathlib import Path

import numpy as np
import pytest
import torch

from trainers.augmentation.draw import BatchDraw, Mixing
from trainers.config import TrainConfig
from trainers.errors import ModelSourceError
from trainers.torch_trainer.learner import TorchLearner

# TensorFlow and PyTorch in one process, on a machine without a GPU: PyTorch warns that it finds no driver.
pytestmark = pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning")

_PIXELS = np.array([[1, 0], [0, 1], [1, 0]], np.float32).reshape(3, 1, 1, 2)
_LABELS = np.array([0, 1, 1])
_CPU = torch.device("cpu")


def _learner(class_weights: list[float], **settings: object) -> tuple[TorchLearner, torch.nn.Linear]:
    """A learner whose logits are three times the two channels of the image's one pixel."""
    linear = torch.nn.Linear(2, 2)
    with torch.no_grad():
        linear.weight.copy_(torch.eye(2) * 3)
        linear.bias.zero_()
    model = torch.nn.Sequential(torch.nn.Flatten(), linear)
    weights_K = np.array(class_weights, np.float32)
    return TorchLearner(model, TrainConfig.model_validate(settings), class_weights_K=weights_K, device=_CPU), linear


@pytest.mark.parametrize("class_weights", [[1.0, 1.0], [0.5, 2.0]])
def test_class_weights_enter_the_loss_as_computed_by_hand(class_weights: list[float]) -> None:
    learner, _ = _learner(class_weights)
    learner.train_on_batch(_PIXELS, _LABELS, learning_rate=0.0)
    right, wrong = np.log1p(np.exp(-3)), np.log1p(np.exp(3))
    totals = learner.train_totals()
    assert totals.loss_sum == pytest.approx(class_weights[0] * right + class_weights[1] * (right + wrong), rel=1e-6)
    assert totals.num_correct == 2


def test_a_mixed_image_counts_for_both_classes_as_computed_by_hand() -> None:
    learner, _ = _learner([0.5, 2.0])
    mixing = Mixing(
        partners_B=np.array([1, 0, 2]),
        blend_shares_B=np.ones(3, np.float32),
        pasted_BHW=np.zeros((3, 1, 1), np.bool_),
        label_shares_B=np.array([0.75, 1.0, 0.5], np.float32),
    )
    learner.train_on_batch(_PIXELS, _LABELS, learning_rate=0.0, draw=BatchDraw(mixing=mixing))
    right, wrong = np.log1p(np.exp(-3)), np.log1p(np.exp(3))
    expected = (0.75 * 0.5 * right + 0.25 * 2 * wrong) + 2 * right + 2 * wrong
    assert learner.train_totals().loss_sum == pytest.approx(expected, rel=1e-6)
    assert learner.train_totals().num_correct == 2


def test_totals_add_up_until_they_are_reset() -> None:
    learner, _ = _learner([1.0, 1.0])
    for _ in range(2):
        learner.train_on_batch(_PIXELS, _LABELS, learning_rate=0.0)
    assert learner.train_totals().num_correct == 4
    learner.reset_train_totals()
    assert learner.train_totals() == (0.0, 0)


def test_l2_decay_pulls_on_the_weight_alone() -> None:
    plain, plain_linear = _learner([0.0, 0.0], optimizer="sgd", weight_decay=0.0)
    decayed, decayed_linear = _learner([0.0, 0.0], optimizer="sgd", weight_decay=0.5)
    for learner in (plain, decayed):
        learner.train_on_batch(_PIXELS, _LABELS, learning_rate=0.1)
    torch.testing.assert_close(plain_linear.weight.detach(), torch.eye(2) * 3)
    torch.testing.assert_close(decayed_linear.weight.detach(), torch.eye(2) * 3 * (1 - 0.1 * 0.5))


def test_a_weights_file_brings_the_weights_back(tmp_path: Path) -> None:
    learner, linear = _learner([1.0, 1.0])
    path = tmp_path / learner.weights_file_name
    before = learner.logits_of(_PIXELS)
    learner.save_weights(path)
    torch.nn.init.zeros_(linear.weight)
    learner.load_weights(path)
    np.testing.assert_array_equal(learner.logits_of(_PIXELS), before)


def test_parameters_are_counted_with_batch_norm_statistics() -> None:
    model = torch.nn.Sequential(torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(2, 3))
    learner = TorchLearner(model, TrainConfig(), class_weights_K=np.ones(3, np.float32), device=_CPU)
    assert learner.trainable_parameters == 2 * 2 + 2 * 3 + 3
    assert learner.total_parameters == learner.trainable_parameters + 2 * 2


class _AuxiliaryOutput(torch.nn.Module):
    """Answers a pair, but only while it trains."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(2, 2)

    def forward(self, pixels_NCHW: torch.Tensor) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
        logits_NK: torch.Tensor = self.linear(pixels_NCHW.flatten(1))
        return (logits_NK, logits_NK) if self.training else logits_NK


def test_auxiliary_outputs_are_refused() -> None:
    learner = TorchLearner(_AuxiliaryOutput(), TrainConfig(), class_weights_K=np.ones(2, np.float32), device=_CPU)
    with pytest.raises(ModelSourceError, match="answers a tuple while it trains"):
        learner.train_on_batch(_PIXELS, _LABELS, learning_rate=0.1)
