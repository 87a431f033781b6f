"""Map a torch module to a TensorFlow module."""

import torch

from trainers.export.torch_to_tf.decomposition import decompose_refused
from trainers.export.torch_to_tf.evaluation import without_halves
from trainers.export.torch_to_tf.free_sizes import ImageShape
from trainers.export.torch_to_tf.mapped_module import MappedModule
from trainers.export.torch_to_tf.plan import make_plan
from trainers.export.torch_to_tf.program_export import export_program
from trainers.export.torch_to_tf.rules import RULES


def map_module(module: torch.nn.Module, *, input_shape: ImageShape) -> MappedModule:
    """Turn a torch module, in evaluation mode, into TensorFlow ops with `tf.Variable` weights.

    Args:
        module: On the CPU, in float32 (float64 is for judging rounding; float16 and bfloat16 weights are kept, but
            computed with in float32); its forward() takes one image batch [N, C, H, W] and returns one tensor. Its
            own weights and training flags are left as they are.
        input_shape: C, H, W of the images; fixed in the result, where the batch size is free. None for H or W leaves
            that free too.

    Returns:
        A module that takes the same images as [N, H, W, C].

    Raises:
        UnsupportedModelError: Something in the model has no exact mapping; everything of that kind is listed.
    """
    program = export_program(without_halves(module), input_shape=input_shape)
    return MappedModule(make_plan(decompose_refused(program, RULES), RULES))
