import pytest
import torch
from torch import nn
from torch.nn import functional as F

from trainers.export.torch_to_tf import UnsupportedModelError, map_module


class Sorter(nn.Module):
    """Uses an op that has no rule."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.mode(dim=2, keepdim=True).values * images


class ManyProblems(nn.Module):
    """Two ops without a rule, one of them twice, and an option that is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.sorters = nn.ModuleList([Sorter(), Sorter()])

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        for sorter in self.sorters:
            images = sorter(images)
        pooled = F.max_pool2d(images, 2, return_indices=True)[1].float()
        return pooled.flatten(1) + images.nanmedian(1).values.mean((1, 2))[:, None]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * x.amax().item(),
        lambda x: x + x[x > 0].mean(),
        lambda x: x + torch.nonzero(x).float().mean(),
        lambda x: x + x.new_ones(torch.unique(x).shape[0]).sum(),
    ],
)
def test_numbers_and_sizes_that_come_from_values_are_refused(refusal, function) -> None:
    assert "takes a number or a size from the values of a tensor" in refusal(function)


def test_everything_that_cannot_be_mapped_is_listed_at_once() -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        map_module(ManyProblems(), input_shape=(3, 8, 8))
    problems = {problem.op: problem for problem in caught.value.problems}
    assert {"aten.nanmedian.dim", "aten.mode.default"} <= problems.keys()
    assert len(problems) == 3
    mode = problems["aten.mode.default"]
    assert (mode.count, mode.module_path) == (2, "sorters.0")
    assert mode.module_type.endswith("Sorter")
    assert mode.source_line.startswith("File ")
    assert "test_support.py" in mode.source_line
    assert "there is no rule" in mode.advice
    (pooling,) = [problem for op, problem in problems.items() if "max_pool2d" in op]
    assert pooling.module_path == "<root>"
    assert "only the first one is carried" in pooling.advice


def test_message_names_op_count_place_and_advice() -> None:
    with pytest.raises(
        UnsupportedModelError, match=r"aten.mode.default x2, first in sorters.0 .*Sorter.*there is no rule"
    ):
        map_module(ManyProblems(), input_shape=(3, 8, 8))


def test_code_whose_result_is_not_used_is_not_a_problem(check_module) -> None:
    class Unused(nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            images.sort()
            return images * 2

    check_module(Unused())


def test_control_flow_operators_are_refused(refusal) -> None:
    def choose(images: torch.Tensor) -> torch.Tensor:
        return torch.cond(images.sum() > 0, lambda x: x + 1, lambda x: x - 1, (images,))

    assert "no rule" in refusal(choose)


def test_custom_autograd_function_is_carried_by_what_it_computes_forwards(check_module) -> None:
    class Doubled(torch.autograd.Function):
        @staticmethod
        def forward(context: object, images: torch.Tensor) -> torch.Tensor:
            return images * 2

        @staticmethod
        def backward(context: object, gradient: torch.Tensor) -> torch.Tensor:
            return gradient * 3

    class Model(nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return Doubled.apply(images) + 1

    check_module(Model())


def test_custom_autograd_function_that_leaves_torch_is_refused_clearly(refusal) -> None:
    class InNumpy(torch.autograd.Function):
        @staticmethod
        def forward(context: object, images: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(images.detach().numpy() * 2)

    assert "torch says" in refusal(InNumpy.apply)
