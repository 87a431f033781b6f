"""Checks of rules on single calls of ops: no model reaches some of them, since torch decomposes the op first."""

import pytest
import torch
from single_calls import Batch, refusals

aten = torch.ops.aten
Arguments = tuple[object, ...]

FLOATS, INTEGERS, SMALL, NUMBER = Batch(), Batch(torch.int64), Batch(torch.int16), Batch(torch.float32, ())
MATRICES, VECTORS, BATCH_LAST = (
    Batch(torch.float32, (3, 8)),
    Batch(torch.float32, (3,)),
    Batch(torch.float32, (4, 6, 8, 3)),
)
HOLDS_INTEGERS = "holds integers or booleans; convert with .float() first"
NOT_BOOLEAN = "is not boolean; compare first"
COMPUTED = "is computed from the input, carried is a fixed weight only"
ONE_AXIS = "needs 1 axes or more; unsqueeze it first"
IMAGE_SIZE = "height or width depends on the batch size"

OF_FLOATS = {
    "relu relu6 silu mish gelu elu leaky_relu softplus hardtanh hardsigmoid hardswish rrelu": (),
    "isnan isinf": (),
    "softmax.int log_softmax.int linalg_vector_norm": (1,),
    "logsumexp var.correction std.correction": ([1],),
    "avg_pool2d max_pool2d adaptive_avg_pool2d": ([2, 2],),
    "upsample_nearest2d.vec _upsample_nearest_exact2d.vec": ([3, 4], None),
    "upsample_bilinear2d.vec _upsample_bilinear2d_aa.vec": ([3, 4], False, None),
    "upsample_bicubic2d.vec _upsample_bicubic2d_aa.vec": ([3, 4], False, None),
    "pad constant_pad_nd": ([1, 1],),
    "matmul mm bmm linear conv2d conv1d conv_transpose2d.input": (INTEGERS,),
}
WITH_SMALL_RESULT = {
    "mul.Tensor add.Tensor sub.Tensor rsub.Scalar clamp clamp_min clamp_max div.Tensor pow.Tensor_Scalar": (2,),
    "maximum minimum atan2": (FLOATS,),
    "div.Tensor_mode remainder.Scalar fmod.Scalar": (2,),
    "trunc sum": (),
}
ALONG_THE_BATCH = {
    "cumsum cumprod max.dim min.dim sort argmax argmin unbind.int": (0,),
    "topk": (1, 0),
    "index_select": (0, INTEGERS),
    "roll": ([1], [0]),
    "split.Tensor chunk": (2,),
    "split_with_sizes": ([1, 1],),
    "unfold": (0, 1, 1),
    "gather": (0, INTEGERS),
    "slice.Tensor": (0, 1, 2),
    "slice_scatter": (FLOATS, 0, 1, 2),
    "select_scatter": (MATRICES, 0, 1),
    "select.int": (0, 1),
}
TOKENS_OF_THE_BATCH, CHANNELS_OF_THE_BATCH = Batch(torch.float32, (4, 6, 3, 8)), Batch(torch.float32, (4, 3, 6, 8))
OTHERS = [
    (aten.scaled_dot_product_attention.default, (BATCH_LAST, BATCH_LAST, BATCH_LAST), "the number of features depends"),
    (
        aten.scaled_dot_product_attention.default,
        (TOKENS_OF_THE_BATCH, TOKENS_OF_THE_BATCH, TOKENS_OF_THE_BATCH, None, 0.0, True),
        "a causal mask over a dynamic number of tokens",
    ),
    (aten.instance_norm.default, (CHANNELS_OF_THE_BATCH, *[None] * 4, True), "the number of channels depends"),
    (aten.group_norm.default, (CHANNELS_OF_THE_BATCH, 1), "the number of channels depends"),
    (aten.remainder.Scalar, (FLOATS, 0), "it divides by 0"),
    (aten.fmod.Scalar, (FLOATS, 0), "it divides by 0"),
    (aten.abs.default, (SMALL,), "`input` is torch.int16; convert with .float() first"),
    (aten.sum.dim_IntList, (NUMBER, [0]), ONE_AXIS),
    (aten.mean.dim, (NUMBER, [0]), ONE_AXIS),
    (aten.prod.dim_int, (NUMBER, 0), ONE_AXIS),
    (aten.flip.default, (NUMBER, [0]), ONE_AXIS),
    (aten.linear.default, (VECTORS, VECTORS), "`input` and `weight` needs 2 axes or more"),
    (aten.matmul.default, (VECTORS, VECTORS), "`input` and `other` needs 2 axes or more"),
    (aten.addmm.default, (MATRICES, INTEGERS, INTEGERS), HOLDS_INTEGERS),
    (aten.baddbmm.default, (FLOATS, INTEGERS, INTEGERS), HOLDS_INTEGERS),
    (aten.linear.default, (FLOATS, FLOATS), COMPUTED),
    (aten.conv2d.padding, (FLOATS, FLOATS, None, [1, 1], "full"), "`padding=full` is not carried"),
    (aten.conv1d.default, (MATRICES, FLOATS), "`input` has 2 axes, carried are 3"),
    (aten.conv_transpose2d.input, (MATRICES, FLOATS), "`input` has 2 axes, carried are 4"),
    (aten.conv_transpose2d.input, (BATCH_LAST, FLOATS), IMAGE_SIZE),
    (aten.avg_pool2d.default, (BATCH_LAST, [2, 2]), IMAGE_SIZE),
    (aten.max_pool2d.default, (MATRICES, [2, 2]), "`input` has 2 axes, carried are 4"),
    (aten.upsample_nearest2d.vec, (BATCH_LAST, [2, 2], None), IMAGE_SIZE),
    (aten.where.self, (FLOATS, FLOATS, FLOATS), "`condition` " + NOT_BOOLEAN),
    (aten.masked_fill.Scalar, (FLOATS, FLOATS, 1), "`mask` " + NOT_BOOLEAN),
    (aten._softmax.default, (FLOATS, 1, True), "`half_to_float=True` is not carried, only False"),
    (aten._log_softmax.default, (FLOATS, 1, True), "`half_to_float=True` is not carried, only False"),
    (aten.rrelu.default, (FLOATS, 0.1, 0.3, True), "`training=True` is not carried, only False"),
    (aten.dropout.default, (FLOATS, 0.5, True), "`train=True` is not carried, only False"),
    (aten.squeeze.dim, (FLOATS, 0), "squeeze() would drop the batch axis of a single image"),
    (aten.channel_shuffle.default, (MATRICES, 2), "`input` has 2 axes, carried are 4"),
    (aten.cat.default, ([FLOATS, MATRICES],), "it joins tensors with [2, 4] axes"),
    (aten.index.Tensor, (FLOATS, [None, FLOATS]), "an index holds no integers"),
    (aten.embedding.default, (FLOATS, INTEGERS), COMPUTED),
    (aten.group_norm.default, (INTEGERS, 2), HOLDS_INTEGERS),
    (aten.group_norm.default, (FLOATS, 2, FLOATS, FLOATS), COMPUTED),
    (aten.layer_norm.default, (INTEGERS, [8]), HOLDS_INTEGERS),
]


def each(table: dict[str, Arguments]) -> list[tuple[torch._ops.OpOverload, Arguments]]:
    """The ops of a table, each with its further arguments."""
    names = [(*name.partition("."), others) for group, others in table.items() for name in group.split()]
    return [(getattr(getattr(aten, name), overload or "default"), others) for name, _, overload, others in names]


@pytest.mark.parametrize(("target", "others"), each(OF_FLOATS))
def test_op_of_floats_refuses_integers(target: torch._ops.OpOverload, others: Arguments) -> None:
    assert HOLDS_INTEGERS in refusals(target, (INTEGERS, *others))


@pytest.mark.parametrize(("target", "others"), each(WITH_SMALL_RESULT))
def test_result_in_a_small_type_is_refused(target: torch._ops.OpOverload, others: Arguments) -> None:
    assert "its result is torch.int16; convert with .float() first" in refusals(target, (SMALL, *others), SMALL)


@pytest.mark.parametrize(("target", "others"), each(ALONG_THE_BATCH))
def test_call_along_the_batch_is_refused(target: torch._ops.OpOverload, others: Arguments) -> None:
    assert "runs over the batch axis, carried are the other axes only" in refusals(target, (FLOATS, *others))


@pytest.mark.parametrize(("target", "arguments", "reason"), OTHERS)
def test_call_that_is_not_carried_is_refused(target: torch._ops.OpOverload, arguments: Arguments, reason: str) -> None:
    assert reason in refusals(target, arguments)
