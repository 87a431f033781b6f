"""The SavedModel of a bundle: encoded images in, probabilities and class names out, in plain TensorFlow ops.

Shape letters: N images, S side of the model's input in pixels, C colours, K classes.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import tensorflow as tf

from trainers import features
from trainers.export.errors import ModelExportError
from trainers.export.transform_graph import TransformGraph, parse_strings

SERVING_SIGNATURE = "serving_default"
"""Encoded images to predictions; what a caller of the model uses."""
EXAMPLES_SIGNATURE = "predict_examples"
"""Serialised tf.Examples to predictions; TensorFlow Model Analysis's `signature_name`."""
LABELS_SIGNATURE = "transform_labels"
"""Serialised tf.Examples to label ids; one of TensorFlow Model Analysis's `preprocessing_function_names`."""

IMAGE_BYTES = "image_bytes"
EXAMPLES = "examples"
PROBABILITIES = "probabilities"
LABEL = "label"
SCORE = "score"


class HasVariables(Protocol):
    """A Keras model, a mapped torch module, any tf.Module: what knows its own weights."""

    @property
    def variables(self) -> Sequence[tf.Variable]:
        """All weights, trained or not."""


MappedModel = tuple[Callable[[tf.Tensor], tf.Tensor], HasVariables]
"""A trained model in TensorFlow operations, standardised pixels to logits, and the owner of its variables."""


def write_saved_model(
    directory: Path,
    *,
    logits: Callable[[tf.Tensor], tf.Tensor],
    tracked: HasVariables,
    transform_graph_dir: Path,
    class_names: Sequence[str],
) -> None:
    """Save a trained model with its preprocessing as a SavedModel that needs no other file and no other library.

    Signatures:

    - `serving_default`: `image_bytes`, string [N], encoded JPEG or PNG of any sizes, to `probabilities`, float32
      [N, K], `label`, string [N], the most probable class, and `score`, float32 [N], its probability.
    - `predict_examples`: `examples`, string [N], serialised tf.Examples with at least the image, to the same.
    - `transform_labels`: `examples`, string [N], with at least the label, to `label_id`, int64 [N], -1 if unknown.

    Args:
        directory: folder to write; existing files of a SavedModel are overwritten.
        logits: the model in inference mode, float32 pixels [N, S, S, C] to float32 logits [N, K].
        tracked: owner of all the weights that `logits` uses; they are saved as variables.
        transform_graph_dir: output of the Transform component; only read, may go once this returns.
        class_names: names in the order of the logits.

    Raises:
        ModelExportError: the class names are not those of the Transform graph, or do not fit the logits.
        TransformGraphError: the Transform graph is not image preprocessing that a bundle can carry.
    """
    graph = TransformGraph(transform_graph_dir)
    if tuple(class_names) != graph.class_names:
        raise ModelExportError(
            f"class_names must be the Transform vocabulary in its order; got {list(class_names)}, but "
            f"{transform_graph_dir} has {list(graph.class_names)}. Take them from the Transform output."
        )
    classifier = _Classifier(graph=graph, logits=logits, tracked=tracked)
    signatures = {
        SERVING_SIGNATURE: classifier.predict_images,
        EXAMPLES_SIGNATURE: classifier.predict_examples,
        LABELS_SIGNATURE: classifier.transform_labels,
    }
    tf.saved_model.save(classifier, str(directory), signatures=signatures)


class _Classifier(tf.Module):
    """Preprocessing and model in one, with the three ways to call them."""

    def __init__(
        self, *, graph: TransformGraph, logits: Callable[[tf.Tensor], tf.Tensor], tracked: HasVariables
    ) -> None:
        super().__init__(name="classifier")
        self._graph = graph
        self._logits = logits
        # The variables and not their owner: a Keras model would drag its training functions into the file.
        self._weights = list(tracked.variables)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name=IMAGE_BYTES)])
    def predict_images(self, image_bytes: tf.Tensor) -> dict[str, tf.Tensor]:
        """Classify encoded images, string [N]."""
        return self._predict(image_bytes)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name=EXAMPLES)])
    def predict_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        """Classify the images in serialised tf.Examples, string [N]."""
        return self._predict(parse_strings(examples, features.IMAGE))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name=EXAMPLES)])
    def transform_labels(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        """Look up the labels in serialised tf.Examples, string [N], as int64 [N]."""
        return {features.LABEL_ID: self._graph.label_ids(parse_strings(examples, features.LABEL))}

    def _predict(self, image_bytes_N: tf.Tensor) -> dict[str, tf.Tensor]:
        class_names = self._graph.class_names
        logits_NK = self._logits(self._graph.pixels(image_bytes_N))
        if logits_NK.dtype != tf.float32 or logits_NK.shape.as_list()[1:] != [len(class_names)]:
            raise ModelExportError(
                f"the model must give float32 logits [N, {len(class_names)}], one for each of {list(class_names)}, "
                f"but gives {logits_NK.dtype.name} {logits_NK.shape}; set its number of classes to {len(class_names)}."
            )
        probabilities_NK = tf.nn.softmax(logits_NK)
        return {
            PROBABILITIES: probabilities_NK,
            LABEL: tf.gather(tf.constant(class_names), tf.argmax(probabilities_NK, axis=-1)),
            SCORE: tf.reduce_max(probabilities_NK, axis=-1),
        }
