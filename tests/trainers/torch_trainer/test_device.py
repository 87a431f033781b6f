import pytest
import torch

from trainers.devices.config import DevicesConfig
from trainers.errors import DeviceError
from trainers.torch_trainer.device import choose_device, choose_devices, device_name

_NUM_GPUS = torch.cuda.device_count()


def test_a_gpu_is_chosen_where_there_is_one() -> None:
    expected = "cuda" if _NUM_GPUS else "cpu"
    assert choose_device().type == expected
    assert [device.type for device in choose_devices(DevicesConfig())] == [expected]
    assert len(choose_devices(DevicesConfig(replicas="all"))) == max(1, _NUM_GPUS)


def test_the_name_of_a_cpu_is_cpu() -> None:
    assert device_name(torch.device("cpu")) == "cpu"


def test_replicas_on_a_cpu_are_as_many_as_asked_for() -> None:
    assert choose_devices(DevicesConfig(kind="cpu", replicas=3)) == [torch.device("cpu")] * 3


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (DevicesConfig(kind="tpu"), "kind is tpu"),
        (DevicesConfig(kind="gpu", replicas=_NUM_GPUS + 1), f"finds {'none' if not _NUM_GPUS else _NUM_GPUS}"),
        (DevicesConfig(kind="cpu", replicas=2, sync_batch_norm=True), "on GPUs only"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(wanted: DevicesConfig, message: str) -> None:
    with pytest.raises(DeviceError, match=message):
        choose_devices(wanted)
