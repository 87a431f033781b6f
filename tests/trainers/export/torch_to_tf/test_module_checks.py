import pytest
import torch
from torch import nn


@pytest.mark.filterwarnings("ignore:`torch.jit:FutureWarning")
@pytest.mark.parametrize(
    "script", [torch.jit.script, lambda module: torch.jit.trace(module.eval(), torch.zeros(1, 4, 6, 8))]
)
def test_torchscript_is_refused_with_the_names_of_its_parts(refusal, script) -> None:
    assert "are TorchScript" in refusal(script(nn.Conv2d(4, 5, 3)))
    assert "made from: 1." in refusal(nn.Sequential(nn.ReLU(), script(nn.Conv2d(4, 5, 3))))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_quantized_parts_are_refused(refusal) -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(192, 5))
    quantized = torch.ao.quantization.quantize_dynamic(model, {nn.Linear})
    assert "are quantized, which is not carried" in refusal(quantized)


def test_lazy_layers_without_weights_are_refused_and_left_as_they_are(refusal) -> None:
    model = nn.Sequential(nn.LazyConv2d(5, 3))
    assert "have not seen a batch; call the model with one first: 0.weight, 0.bias." in refusal(model)
    assert model[0].has_uninitialized_params()
