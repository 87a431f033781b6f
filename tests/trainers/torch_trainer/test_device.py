import torch

from trainers.torch_trainer.device import choose_device, device_name


def test_a_gpu_is_used_where_there_is_one() -> None:
    assert choose_device().type == ("cuda" if torch.cuda.device_count() else "cpu")


def test_the_cpu_is_called_so() -> None:
    assert device_name(torch.device("cpu")) == "cpu"
