import pytest
import torch

from trainers.config import OptimizerName, TrainConfig
from trainers.torch_trainer.optimizer import make_optimizer, set_learning_rate
from trainers.torch_trainer.recipe import RateGroup


def _group(model: torch.nn.Module, factor: float = 1.0) -> RateGroup:
    return RateGroup(list(model.parameters()), factor)


# TensorFlow and PyTorch in one process, on a machine without a GPU: PyTorch warns that it finds no driver.
pytestmark = pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning")


@pytest.mark.parametrize(
    ("name", "kind"), [("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW), ("sgd", torch.optim.SGD)]
)
def test_each_name_makes_its_optimiser(name: OptimizerName, kind: type) -> None:
    assert type(make_optimizer(TrainConfig(optimizer=name), [_group(torch.nn.Linear(2, 1))])) is kind


def test_adamw_shrinks_the_weight_and_not_the_bias() -> None:
    model = torch.nn.Linear(2, 1)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[1.0, 2.0]]))
        model.bias.fill_(3.0)
    optimizer = make_optimizer(TrainConfig(weight_decay=0.5, learning_rate=0.1), [_group(model)])
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    torch.testing.assert_close(model.weight, torch.tensor([[0.95, 1.9]]))
    torch.testing.assert_close(model.bias, torch.tensor([3.0]))


def test_each_group_gets_its_share_of_the_learning_rate() -> None:
    models = torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)
    optimizer = make_optimizer(TrainConfig(), [_group(models[0], 0.5), _group(models[1])])
    set_learning_rate(optimizer, 0.2)
    assert [group["lr"] for group in optimizer.param_groups] == [0.1, 0.1, 0.2, 0.2]
