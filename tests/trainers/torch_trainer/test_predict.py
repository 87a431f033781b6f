import numpy as np
import torch

from trainers.torch_trainer.predict import predict_logits


class _MeanAndDouble(torch.nn.Module):
    """Answers the mean of its image and twice that; has no parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.dropout = torch.nn.Dropout(0.9)

    def forward(self, pixels_NCHW: torch.Tensor) -> torch.Tensor:
        mean_N = self.dropout(pixels_NCHW).mean(dim=(1, 2, 3))
        return torch.stack([mean_N, 2 * mean_N], dim=1)


def test_batches_are_put_together_in_order_and_dropout_is_off() -> None:
    pixels_NHWC = np.repeat(np.arange(5, dtype=np.float32), 4).reshape(5, 2, 2, 1)
    logits_NK = predict_logits(_MeanAndDouble().train(), pixels_NHWC, batch_size_examples=2)
    assert logits_NK.dtype == np.float32
    np.testing.assert_allclose(logits_NK, [[0, 0], [1, 2], [2, 4], [3, 6], [4, 8]])
