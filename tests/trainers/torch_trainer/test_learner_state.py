from pathlib import Path

import pytest
import torch
from torch import nn

from trainers.errors import CheckpointError
from trainers.torch_trainer.learner_state import load_learner_state, save_learner_state


def _training(width: int = 3) -> tuple[nn.Module, torch.optim.Optimizer, list[torch.Tensor]]:
    model = nn.Sequential(nn.Linear(2, width), nn.BatchNorm1d(width), nn.Dropout(0.5))
    return model, torch.optim.AdamW(model.parameters(), lr=0.1, fused=True), [torch.zeros((), dtype=torch.float64)]


def _step(model: nn.Module, optimizer: torch.optim.Optimizer, total: torch.Tensor) -> None:
    optimizer.zero_grad()
    loss = model.train()(torch.arange(8.0).reshape(4, 2)).square().sum()
    loss.backward()
    optimizer.step()
    total += loss.detach()


def test_the_next_steps_are_the_same_to_the_last_bit(tmp_path: Path) -> None:
    model, optimizer, totals = _training()
    _step(model, optimizer, totals[0])
    save_learner_state(tmp_path / "state", model, optimizer, totals=totals)
    for _ in range(2):
        _step(model, optimizer, totals[0])

    other_model, other_optimizer, other_totals = _training()
    load_learner_state(tmp_path / "state", other_model, other_optimizer, totals=other_totals)
    for _ in range(2):
        _step(other_model, other_optimizer, other_totals[0])
    expected, found = model.state_dict(), other_model.state_dict()
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    assert other_totals == totals


def test_the_state_of_another_model_changes_nothing(tmp_path: Path) -> None:
    model, optimizer, totals = _training(width=4)
    save_learner_state(tmp_path / "state", model, optimizer, totals=totals)
    other_model, other_optimizer, other_totals = _training()
    before = {name: value.clone() for name, value in other_model.state_dict().items()}
    with pytest.raises(CheckpointError, match="do not have the names and shapes"):
        load_learner_state(tmp_path / "state", other_model, other_optimizer, totals=other_totals)
    assert all(torch.equal(value, before[name]) for name, value in other_model.state_dict().items())


class _Stubborn(nn.Linear):
    """Keeps an object of a class of its own beside its weights."""

    def get_extra_state(self) -> object:
        return self.__class__

    def set_extra_state(self, state: object) -> None:
        pass


def test_a_model_whose_state_is_no_tensor_cannot_be_resumed(tmp_path: Path) -> None:
    model = _Stubborn(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    save_learner_state(tmp_path / "state", model, optimizer, totals=[])
    with pytest.raises(CheckpointError, match="not made of tensors"):
        load_learner_state(tmp_path / "state", model, optimizer, totals=[])
