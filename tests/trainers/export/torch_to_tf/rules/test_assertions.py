import pytest
import tensorflow as tf
import torch
from torch.nn import functional as F

from trainers.export.torch_to_tf import map_module


def test_one_hot_equals_torch(check_functions) -> None:
    check_functions({"one hot": lambda x: F.one_hot(x.argmax(1), 4).permute(0, 3, 1, 2)})


def test_class_that_is_out_of_range_is_an_error_as_in_torch() -> None:
    class OneHot(torch.nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return F.one_hot(images.long(), 3).float()

    mapped = map_module(OneHot(), input_shape=(1, 2, 2))
    with pytest.raises(tf.errors.InvalidArgumentError):
        mapped(tf.fill([1, 2, 2, 1], 7.0))
