import pytest
import torch
from drawn_options import FLOATS, Function, Shape, one_of, options, shapes, table
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

# In [N, C, H, W] the channels are heads, the rows tokens; a mask is [..., queries, keys].
MASKS = {
    "none": lambda x, queries, keys: None,
    "additive": lambda x, queries, keys: torch.linspace(-2, 2, queries * keys).reshape(queries, keys),
    "boolean": lambda x, queries, keys: torch.arange(queries * keys).reshape(queries, keys) % 3 != 0,
    "with an empty row": lambda x, queries, keys: (torch.arange(queries) != 0).reshape(-1, 1).expand(queries, keys),
    "additive with an empty row": lambda x, queries, keys: torch.zeros(queries, keys).index_fill(
        0, torch.tensor([queries - 1]), float("-inf")
    ),
    "of each image": lambda x, queries, keys: (x[:, :1, :1, :1] > 0).expand(-1, 1, queries, keys),
    "computed": lambda x, queries, keys: x.mean((1, 2, 3)).reshape(-1, 1, 1, 1).expand(-1, 1, queries, keys),
}
ATTENTIONS = options(
    queries=st.integers(1, 5),
    keys=st.integers(1, 5),
    features=st.integers(1, 4),
    mask=one_of(*MASKS),
    is_causal=st.booleans(),
    scale=st.none() | FLOATS,
    rank=one_of(3, 4),
    enable_gqa=st.booleans(),
)
LAYERS = options(
    heads=one_of(1, 2, 3),
    width=one_of(6, 12),
    bias=st.booleans(),
    batch_first=st.booleans(),
    add_bias_kv=st.booleans(),
    add_zero_attn=st.booleans(),
    mask=one_of("none", "boolean", "additive", "padding"),
    need_weights=st.booleans(),
)


def attention(
    shape: Shape, *, queries: int, keys: int, features: int, mask: str, rank: int, enable_gqa: bool, **others: object
) -> Function:
    heads = 1 if enable_gqa else 4

    def function(x: torch.Tensor) -> torch.Tensor:
        query, key = x[:, :, :queries], x[:, :heads, -keys:] * 0.5
        value = x[:, :heads, -keys:, :features] - 1
        if rank == 3:
            query, key, value = (part[:, 0] for part in (query, key, value))
        attn_mask = MASKS[mask](x, query.shape[-2], key.shape[-2])
        if attn_mask is not None and attn_mask.dim() > rank:
            attn_mask = attn_mask[:, 0]
        return F.scaled_dot_product_attention(query, key, value, attn_mask, enable_gqa=enable_gqa, **others)

    return function


class Layer(nn.Module):
    """Multi-head attention of the pixels of an image to each other."""

    def __init__(self, channels: int, *, heads: int, width: int, mask: str, need_weights: bool, **others) -> None:
        super().__init__()
        self.embed = nn.Linear(channels, width)
        self.attention = nn.MultiheadAttention(width, heads, **others)
        self.mask, self.need_weights, self.batch_first = mask, need_weights, others["batch_first"]

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        tokens = self.embed(images.flatten(2).mT)
        count = tokens.shape[1]
        pattern = torch.arange(count * count).reshape(count, count) % 4 == 1
        masks = {
            "none": {},
            "boolean": {"attn_mask": pattern},
            "additive": {"attn_mask": pattern * -1.5},
            "padding": {"key_padding_mask": images.flatten(2).mean(1) > 2},
        }
        tokens = tokens if self.batch_first else tokens.transpose(0, 1)
        result, weights = self.attention(tokens, tokens, tokens, need_weights=self.need_weights, **masks[self.mask])
        result = result if self.batch_first else result.transpose(0, 1)
        return result if weights is None else torch.cat([result.flatten(1), weights.flatten(1)], 1)


ATTENTION_CASES = {
    (4, 6, 5): table(
        "queries keys features mask is_causal scale rank enable_gqa",
        (1, 1, 1, "none", False, None, 3, False),
        (4, 2, 4, "boolean", False, 0.9, 4, True),
        (5, 4, 2, "computed", False, None, 3, True),
        (3, 3, 3, "additive with an empty row", False, None, 4, True),
        (2, 4, 1, "none", True, -0.3, 4, True),
        (1, 5, 1, "of each image", False, 0.5, 3, False),
        (3, 3, 4, "additive", False, None, 4, False),
        (4, 3, 1, "with an empty row", False, None, 3, False),
    ),
    (4, 5, 5): table(
        "queries keys features mask is_causal scale rank enable_gqa",
        (1, 1, 1, "none", False, None, 3, False),
        (5, 4, 2, "computed", False, None, 3, True),
    ),
}


def test_attention_equals_torch(check_options) -> None:
    check_options(ATTENTIONS, attention, shapes=shapes([4], 5, 7), cases=ATTENTION_CASES)


MULTI_HEAD_ATTENTION_CASES = {
    (2, 3, 2): table(
        "heads width bias batch_first add_bias_kv add_zero_attn mask need_weights",
        (1, 6, False, False, False, False, "none", False),
        (2, 12, True, True, True, True, "boolean", True),
        (3, 12, True, False, True, True, "padding", False),
        (1, 12, False, False, False, False, "additive", False),
    ),
    (1, 3, 1): table(
        "heads width bias batch_first add_bias_kv add_zero_attn mask need_weights",
        (2, 6, True, True, False, False, "padding", True),
    ),
}


def test_multi_head_attention_equals_torch(check_options) -> None:
    check_options(
        LAYERS,
        lambda shape, **others: Layer(shape[0], **others).eval(),
        shapes=shapes([1, 2], 1, 3),
        cases=MULTI_HEAD_ATTENTION_CASES,
    )


def test_transformer_layer_with_a_class_token_equals_torch(check_module) -> None:
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


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: F.scaled_dot_product_attention(x, x, x, dropout_p=0.5), "draws random numbers"),
    ],
)
def test_attention_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
