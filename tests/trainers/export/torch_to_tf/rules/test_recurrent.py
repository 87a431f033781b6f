import itertools

import pytest
import torch
from torch import nn

KINDS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class Rows(nn.Module):
    """A recurrent layer that reads the rows of an image; its states begin as zeros."""

    def __init__(self, layer: nn.RNNBase) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        rows = images.mean(1)
        outputs, _ = self.layer(rows if self.layer.batch_first else rows.transpose(0, 1))
        return outputs if self.layer.batch_first else outputs.transpose(0, 1).contiguous()


# torch.export keeps the layer's flat list of weights for an attribute of its own.
@pytest.mark.filterwarnings("ignore:The tensor attributes self.layer._flat_weights")
@pytest.mark.parametrize(("kind", "batch_first"), list(itertools.product(KINDS, [True, False])))
def test_recurrent_layers_equal_torch(check_module, kind: str, batch_first: bool) -> None:
    check_module(
        Rows(KINDS[kind](8, 3, num_layers=2, bidirectional=not batch_first, batch_first=batch_first)), (2, 3, 8)
    )
