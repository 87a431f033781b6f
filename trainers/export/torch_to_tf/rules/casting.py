"""Changes of element type."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family

aten = torch.ops.aten
FAMILY = Family(free_size=True)


@FAMILY.rule(aten._to_copy.default, implied=["dtype"])
@FAMILY.rule(aten.to.dtype, implied=["dtype", "copy"])
@FAMILY.rule(aten.type_as.default, implied=["other"])
@FAMILY.rule(aten.to.dtype_layout, implied=["dtype", "copy"])
def cast(context: Context, *, input: Value) -> Value:
    """Convert to the exported type; fractions are cut off, and anything but 0 is true."""
    return input.stored_alike(tf.cast(input.tensor, context.dtype))
