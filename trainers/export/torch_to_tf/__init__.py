"""Turn a torch.nn.Module into TensorFlow ops: torch.export's ATen graph, mapped op by op.

The result holds plain TensorFlow ops and `tf.Variable` weights, keeps images channels-last between convolutions and
takes any batch size. What cannot be mapped exactly is refused, everything at once, before anything is converted.

    mapped = map_module(model, input_shape=(3, 224, 224))
    logits = mapped(pixels_NHWC)

Importing this package loads both frameworks, torch's compiler first.
"""

import importlib.util
import sys

if "tensorflow" in sys.modules and "triton" not in sys.modules and importlib.util.find_spec("triton") is not None:
    raise ImportError(
        "TensorFlow is already loaded and triton is not: loading triton after TensorFlow ends in a segmentation fault. "
        "Import trainers.export.torch_to_tf (or triton) before tensorflow in this process."
    )

# torch.export loads triton, which must come before TensorFlow (see above). Every module of this package is imported
# after this line, so their own imports may stand in any order.
import torch._dynamo  # noqa: F401

from trainers.export.torch_to_tf.errors import Problem, UnsupportedModelError
from trainers.export.torch_to_tf.mapped_module import MappedModule
from trainers.export.torch_to_tf.mapping import map_module

__all__ = ["MappedModule", "Problem", "UnsupportedModelError", "map_module"]
