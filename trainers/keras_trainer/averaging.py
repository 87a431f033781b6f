"""The exponential moving average of a Keras model's weights."""

import contextlib
from collections.abc import Iterator, Sequence

import keras
import tensorflow as tf


class WeightAverage:
    """Follows variables of a model; called like the model, it answers with the average.

    Keras' optimisers can keep such an average, but give it away only by overwriting the weights with it.
    """

    def __init__(self, model: keras.Model, variables: Sequence[keras.Variable], *, decay: float) -> None:
        """Start without knowing anything; the first update copies the weights.

        Args:
            model: Built model.
            variables: Those of its variables that are trained at some time.
            decay: Share of the average that an update keeps, 0 to below 1.
        """
        self._model = model
        self._decay = decay
        self._variables = list(variables)
        # Every replica computes the same average, so that any of them will do.
        any_of_them = {"trainable": False, "aggregation": tf.VariableAggregation.ONLY_FIRST_REPLICA}
        self._averages = [tf.Variable(tf.convert_to_tensor(variable), **any_of_them) for variable in variables]
        self._has_begun = tf.Variable(0.0, **any_of_them)

    @property
    def variables(self) -> list[tf.Variable]:
        """All of its state."""
        return [*self._averages, self._has_begun]

    def update(self) -> None:
        """Move the average towards the weights of now; by nothing, to the last bit, where they are the same."""
        rate = 1 - self._decay * self._has_begun
        for average, variable in zip(self._averages, self._variables, strict=True):
            average.assign_add(rate * (tf.convert_to_tensor(variable) - average))
        self._has_begun.assign(1.0)

    def restart(self) -> None:
        """Take the weights of now as the average."""
        for average, variable in zip(self._averages, self._variables, strict=True):
            average.assign(tf.convert_to_tensor(variable))
        self._has_begun.assign(1.0)

    def __call__(self, pixels_BHWC: tf.Tensor, *, training: bool) -> tf.Tensor:
        """Return the logits [B, K] of the averaged model; statistics of batch normalisation are the model's."""
        average_of = {id(variable): average for variable, average in zip(self._variables, self._averages, strict=True)}
        # What is frozen now counts among the others, whether or not it has an average.
        trainable, others = (
            [tf.convert_to_tensor(average_of.get(id(variable), variable)) for variable in variables]
            for variables in (self._model.trainable_variables, self._model.non_trainable_variables)
        )
        logits_BK, _ = self._model.stateless_call(trainable, others, pixels_BHWC, training=training)
        return logits_BK

    @contextlib.contextmanager
    def in_the_model(self) -> Iterator[None]:
        """Have the model hold the average in here, and its own weights again afterwards."""
        own = [tf.identity(tf.convert_to_tensor(variable)) for variable in self._variables]
        self._assign(self._averages)
        try:
            yield
        finally:
            self._assign(own)

    def _assign(self, values: list[tf.Tensor] | list[tf.Variable]) -> None:
        for variable, value in zip(self._variables, values, strict=True):
            variable.assign(value)
