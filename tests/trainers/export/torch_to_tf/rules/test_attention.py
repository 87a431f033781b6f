import torch
from torch import nn
from torch.nn import functional as F

MASK = torch.arange(36).reshape(6, 6) % 5 != 0
EMPTY_ROW = MASK & (torch.arange(6) != 2).reshape(6, 1)


def attend(x: torch.Tensor, **options: object) -> torch.Tensor:
    return F.scaled_dot_product_attention(x, x * 0.5, x - 1, **options)


def test_attention_equals_torch(check_functions) -> None:
    check_functions(
        {
            "plain": attend,
            "scale": lambda x: attend(x, scale=0.2),
            "causal": lambda x: attend(x, is_causal=True),
            "additive mask": lambda x: attend(x, attn_mask=torch.linspace(-2, 2, 36).reshape(6, 6)),
            "boolean mask": lambda x: attend(x, attn_mask=MASK),
            "mask with an empty row": lambda x: attend(x, attn_mask=EMPTY_ROW),
            "other lengths": lambda x: F.scaled_dot_product_attention(x[:, :, :2], x, x[..., :3]),
            "causal other lengths": lambda x: F.scaled_dot_product_attention(x[:, :, :2], x, x, is_causal=True),
        }
    )


def test_multi_head_attention_layer_equals_torch(check_module) -> None:
    class Encoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.token = nn.Parameter(torch.linspace(-1, 1, 8).reshape(1, 1, 8))
            self.layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, activation="gelu")

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            tokens = images.flatten(1, 2)
            tokens = torch.cat([self.token.expand(tokens.shape[0], -1, -1), tokens], 1)
            return self.layer(tokens)[:, 0]

    check_module(Encoder())


def test_attention_with_dropout_is_refused(refusal) -> None:
    assert "draws random numbers" in refusal(lambda x: attend(x, dropout_p=0.5))
