"""The optimiser of a configuration, in Keras."""

from collections.abc import Sequence

import keras

from trainers.config import TrainConfig
from trainers.optimization import ADAM_BETA_1, ADAM_BETA_2, ADAM_EPSILON, SGD_MOMENTUM, is_decayed


def make_optimizer(config: TrainConfig, variables: Sequence[keras.Variable]) -> keras.optimizers.Optimizer:
    """Return the optimiser with its slots for some variables; L2 decay is left to the training step."""
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
    optimizer.build(list(variables))
    return optimizer
