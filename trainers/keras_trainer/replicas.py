"""What the replicas of a Keras model have each for themselves, and what they share."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src.backend.common import global_state
from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR

from trainers.weights.start import StartModel


def replicate(
    model: keras.Model, strategy: tf.distribute.Strategy, rebuild: Callable[[], StartModel], *, sync_batch_norm: bool
) -> keras.Model:
    """Return a model with the weights of another that has a replica on each device of a strategy.

    Args:
        model: Where the weights come from.
        strategy: Names the devices.
        rebuild: Builds such a model, with any weights.
        sync_batch_norm: Whether batch normalisation is to see the batch of all replicas.
    """
    with strategy.scope():
        replicated: keras.Model = rebuild().model
    replicated.set_weights(model.get_weights())
    for layer in _batch_norms(replicated):
        layer.synchronized = layer.synchronized or sync_batch_norm
    for variable in _own_states(replicated):
        draw_apart(strategy.experimental_local_results(variable.value))
    return replicated


def drawing_from(generator: keras.random.SeedGenerator, compute: Callable[..., Any]) -> Callable[..., Any]:
    """Return a computation for replicas in which layers without a generator of their own draw from this one in turn.

    Keras looks for its global generator by thread, TensorFlow traces every replica in a thread of its own, and a
    generator cannot be made there.
    """

    def run(*arguments: Any) -> Any:
        global_state.set_global_attribute(GLOBAL_SEED_GENERATOR, generator)
        return compute(*arguments)

    return run


def average_statistics(model: keras.Model) -> None:
    """Give every replica the mean of all their running statistics of batch normalisation; called in each of them."""
    statistics = [
        variable
        for layer in _batch_norms(model)
        if layer.trainable and not layer.synchronized
        for variable in (layer.moving_mean, layer.moving_variance)
    ]
    if not statistics:
        return
    own = [tf.convert_to_tensor(variable) for variable in statistics]
    means = tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.MEAN, own)
    for variable, mean in zip(statistics, means, strict=True):
        variable.assign(mean)


def saved_variables(variables: Sequence[Any], strategy: tf.distribute.Strategy) -> Iterator[Any]:
    """Yield variables, and in place of one that differs between the replicas that of each."""
    for variable in variables:
        if _is_own_state(variable):
            yield from strategy.experimental_local_results(variable.value)
        else:
            yield variable


def _batch_norms(model: keras.Model) -> list[keras.layers.BatchNormalization]:
    return [layer for layer in model._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]


def _own_states(model: keras.Model) -> list[keras.Variable]:
    return [variable for variable in model.variables if _is_own_state(variable)]


def _is_own_state(variable: Any) -> bool:
    """Tell whether a variable is the state of a layer's seed generator."""
    return isinstance(variable, keras.Variable) and variable.name == "seed_generator_state"


def draw_apart(states: Sequence[tf.Variable]) -> None:
    """Give each replica a seed of its own: with one for all, dropout would strike the same places in every part."""
    for rank, state in enumerate(states):
        if rank:
            seed = int(np.random.SeedSequence([int(state.numpy().flat[0]), rank]).generate_state(1)[0])
            state.assign([seed // 2, 0])
