import pytest
import torch

from trainers.errors import DeviceError
from trainers.torch_trainer.precision import autocast, check_precision, make_loss_scaler

_CPU = torch.device("cpu")


def test_float16_is_refused_on_a_cpu() -> None:
    with pytest.raises(DeviceError, match=r"float16, which needs a GPU.*choose bfloat16 or float32\."):
        check_precision("float16", _CPU)
    check_precision("bfloat16", _CPU)
    check_precision("float32", _CPU)


def test_layers_compute_in_it_and_keep_their_weights() -> None:
    linear = torch.nn.Linear(2, 2)
    with autocast("bfloat16", _CPU):
        assert linear(torch.ones(1, 2)).dtype == torch.bfloat16
    with autocast("float32", _CPU):
        assert linear(torch.ones(1, 2)).dtype == torch.float32
    assert linear.weight.dtype == torch.float32


def test_only_float16_scales_the_loss() -> None:
    assert not make_loss_scaler("bfloat16", _CPU).is_enabled()
    assert make_loss_scaler("float16", _CPU).is_enabled()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_float16_gradients_are_those_of_float32_on_a_gpu() -> None:
    device = torch.device("cuda", 0)
    check_precision("float16", device)
    linear = torch.nn.Linear(8, 4, device=device)
    pixels = torch.randn(16, 8, device=device)
    (expected,) = torch.autograd.grad(linear(pixels).square().mean(), [linear.weight])
    scaler = make_loss_scaler("float16", device)
    optimizer = torch.optim.SGD(linear.parameters(), lr=0.0)
    with autocast("float16", device):
        loss = linear(pixels).float().square().mean()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    torch.testing.assert_close(linear.weight.grad, expected, rtol=1e-2, atol=1e-3)
