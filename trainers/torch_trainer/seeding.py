"""Repeatable randomness on the PyTorch side."""

import random

import numpy as np
import torch


def set_random_seed(seed: int) -> None:
    """Set the global random state of PyTorch, NumPy and Python, as keras.utils.set_random_seed does for Keras."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
