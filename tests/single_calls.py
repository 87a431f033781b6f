"""Single calls of torch ops as torch.export would record them, for the checks of the PyTorch bridge's rules."""

from dataclasses import dataclass
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.symbolic_shapes import DimDynamic, ShapeEnv, StatelessSymbolicContext

from trainers.export.torch_to_tf.call import bind
from trainers.export.torch_to_tf.rules import RULES

BATCH_SIZE_EXAMPLES = 3
"""An axis of this extent stands for the batch, whose size is free."""


@dataclass(frozen=True)
class Batch:
    """A tensor that depends on the model's input."""

    dtype: torch.dtype = torch.float32
    extents: tuple[int, ...] = (BATCH_SIZE_EXAMPLES, 4, 6, 8)


def refusals(target: torch._ops.OpOverload, arguments: tuple[object, ...], result: Batch = Batch()) -> str:
    """Return every reason to refuse a call that gives such a result."""
    mode = FakeTensorMode(shape_env=ShapeEnv())
    graph = torch.fx.Graph()

    def fake(batch: Batch) -> torch.Tensor:
        is_free = [extent == BATCH_SIZE_EXAMPLES for extent in batch.extents]
        sizes = [DimDynamic.DUCK if free else DimDynamic.STATIC for free in is_free]
        context = StatelessSymbolicContext(dynamic_sizes=sizes)
        return mode.from_tensor(torch.empty(batch.extents, dtype=batch.dtype), symbolic_context=context)

    def node(argument: Any) -> Any:
        if isinstance(argument, list):
            return [node(part) for part in argument]
        if not isinstance(argument, Batch):
            return argument
        placeholder = graph.placeholder("batch")
        placeholder.meta["val"] = fake(argument)
        return placeholder

    call = graph.call_function(target, tuple(node(argument) for argument in arguments))
    call.meta["val"] = fake(result)
    return "; ".join(RULES[target].refusals(bind(call)))
