"""Optimiser constants that both frameworks use, where their own defaults differ.

Weight decay follows PyTorch: AdamW shrinks the weights apart from the gradient (decoupled), Adam and SGD add
`weight_decay * weight` to the gradient (L2). It acts on convolution and matrix weights only, not on biases nor on
the scale and shift of batch normalisation.
"""

from collections.abc import Sequence

ADAM_BETA_1 = 0.9
"""Decay of Adam's running mean of gradients."""
ADAM_BETA_2 = 0.999
"""Decay of Adam's running mean of squared gradients."""
ADAM_EPSILON = 1e-7
"""Added to the root of Adam's mean square; Keras' default, PyTorch's is 1e-8."""
SGD_MOMENTUM = 0.9
"""Share of the last update that SGD keeps."""


def is_decayed(variable_shape: Sequence[int]) -> bool:
    """Tell whether weight decay acts on a variable of this shape: true for two dimensions and more."""
    return len(variable_shape) > 1
