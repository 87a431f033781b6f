import numpy as np
import pytest
import torch

from trainers.optimization_config import ChannelsLast
from trainers.torch_trainer.tensors import memory_format_for, to_pixels_NCHW


@pytest.mark.parametrize("memory_format", [torch.channels_last, torch.contiguous_format])
def test_channels_move_to_the_front(memory_format: torch.memory_format) -> None:
    pixels_NHWC = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    pixels_NCHW = to_pixels_NCHW(pixels_NHWC, memory_format=memory_format, device=torch.device("cpu"))
    assert pixels_NCHW.is_contiguous(memory_format=memory_format)
    np.testing.assert_array_equal(pixels_NCHW.numpy(), pixels_NHWC.transpose(0, 3, 1, 2))


def test_read_only_arrays_are_taken() -> None:
    pixels_NHWC = np.zeros((1, 2, 2, 3), np.float32)
    pixels_NHWC.flags.writeable = False
    pixels_NCHW = to_pixels_NCHW(pixels_NHWC, memory_format=torch.channels_last, device=torch.device("cpu"))
    assert pixels_NCHW.shape == (1, 3, 2, 2)


@pytest.mark.parametrize(
    ("source", "channels_last", "expected"),
    [
        ("cnn", "auto", torch.channels_last),
        ("torchvision:resnet18", "auto", torch.channels_last),
        ("mine.py:build_model", "auto", torch.contiguous_format),
        ("mine.py:build_model", "always", torch.channels_last),
        ("cnn", "never", torch.contiguous_format),
    ],
)
def test_models_of_the_users_own_keep_the_ordinary_layout_unless_told_otherwise(
    source: str, channels_last: ChannelsLast, expected: torch.memory_format
) -> None:
    assert memory_format_for(source, channels_last) is expected
