"""All that decides what the next steps of a Keras training do, to a file and back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src.random.seed_generator import global_seed_generator

from trainers.errors import CheckpointError


def state_variables(model: keras.Model, optimizers: Sequence[keras.optimizers.Optimizer]) -> list[Any]:
    """Return the variables of a model and its optimisers, and of the global random generators.

    The variables of a model include the states of its layers' seed generators. Layers that draw without a generator
    of their own use the global one of Keras, which has no public name, or that of TensorFlow.
    """
    generators = [global_seed_generator().state, tf.random.get_global_generator().state]
    slots = [variable for optimizer in optimizers for variable in optimizer.variables]
    return [*model.variables, *slots, *generators]


def save_variables(path: Path, variables: Sequence[Any]) -> None:
    """Write the values of variables.

    Raises:
        OSError: The file cannot be written.
    """
    with path.open("wb") as file:
        np.savez(file, *[np.asarray(variable) for variable in variables])


def load_variables(path: Path, variables: Sequence[Any]) -> None:
    """Give variables the values that `save_variables` wrote.

    Raises:
        CheckpointError: The values are of other variables; nothing has been changed.
    """
    with np.load(path, allow_pickle=False) as saved:
        values = [saved[f"arr_{index}"] for index in range(len(saved.files))]
    if [value.shape for value in values] != [tuple(variable.shape) for variable in variables]:
        raise CheckpointError("its weights do not have the number and shapes of this model's")
    for variable, value in zip(variables, values, strict=True):
        # NumPy files know no bfloat16: it comes back as two bytes without a type.
        variable.assign(value.view(tf.as_dtype(variable.dtype).as_numpy_dtype))
