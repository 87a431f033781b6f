"""The optimiser of a configuration, in Keras."""

from collections.abc import Sequence

import keras
import tensorflow as tf

from trainers.config import TrainConfig
from trainers.optimization import ADAM_BETA_1, ADAM_BETA_2, ADAM_EPSILON, SGD_MOMENTUM, is_decayed


def make_optimizer(config: TrainConfig, variables: Sequence[keras.Variable]) -> keras.optimizers.Optimizer:
    """Return the optimiser with its slots for some variables; L2 decay is left to the training step.

    Made in the scope of a strategy, it expects the sums of all replicas' gradients.
    """
    optimizer: keras.optimizers.Optimizer
    if config.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(config.learning_rate, momentum=SGD_MOMENTUM)
    elif config.optimizer == "adam":
        optimizer = keras.optimizers.Adam(
            config.learning_rate, beta_1=ADAM_BETA_1, beta_2=ADAM_BETA_2, epsilon=ADAM_EPSILON
        )
    else:
        optimizer = keras.optimizers.AdamW(
            config.learning_rate,
            weight_decay=config.weight_decay,
            beta_1=ADAM_BETA_1,
            beta_2=ADAM_BETA_2,
            epsilon=ADAM_EPSILON,
        )
        optimizer.exclude_from_weight_decay(var_list=[v for v in variables if not is_decayed(v.shape)])
    if tf.distribute.get_strategy().num_replicas_in_sync > 1:
        # The training step adds up the gradients of all replicas before it clips them; Keras would do so once more.
        optimizer._all_reduce_sum_gradients = list
    optimizer.build(list(variables))
    return optimizer
