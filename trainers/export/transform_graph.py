"""The Transform graph as a callable: encoded images to pixels, labels to ids, exactly as training saw them.

Shape letters: N examples, S side of the square in pixels, C colours.
"""

from pathlib import Path

import tensorflow as tf
import tensorflow_transform as tft

from trainers import features
from trainers.export.errors import TransformGraphError


class TransformGraph(tf.Module):
    """What TensorFlow Transform left behind, ready to be called and to be saved inside another model.

    Its vocabulary and statistics are tracked, so a SavedModel that tracks this object carries them along.

    Attributes:
        class_names: names in the order of `label_ids`.
        image_size_pixels: side S of the square that images are resized to.
    """

    def __init__(self, directory: Path) -> None:
        """Load the graph from the Transform component's output folder.

        Raises:
            TransformGraphError: a raw feature is not one string an example, or the pixels are not [S, S, 3].
        """
        super().__init__(name="transform_graph")
        output = tft.TFTransformOutput(str(directory))
        self._raw_shapes = {
            name: _single_value_shape(output.raw_feature_spec(), name, directory)
            for name in (features.IMAGE, features.LABEL)
        }
        self.image_size_pixels = _image_size_pixels(output.transformed_feature_spec(), directory)
        self.class_names = tuple(name.decode() for name in output.vocabulary_by_name(features.LABEL_VOCABULARY))
        self._layer = output.transform_features_layer()

    def pixels(self, image_bytes_N: tf.Tensor) -> tf.Tensor:
        """Turn encoded JPEG or PNG images of any size, string [N], into float32 [N, S, S, 3], RGB, standardised."""
        return self._layer({features.IMAGE: self._shaped(features.IMAGE, image_bytes_N)})[features.PIXELS]

    def label_ids(self, labels_N: tf.Tensor) -> tf.Tensor:
        """Look up class names, string [N], as int64 [N]; -1 for a name that the train split does not have."""
        # The graph has one function for all features. One that is not fed becomes the empty string, which does no
        # harm as long as TensorFlow prunes what is not asked for; a readable image makes the answer independent of it.
        black_png = tf.io.encode_png(tf.zeros([1, 1, features.COLOR_CHANNELS], tf.uint8))
        image_bytes_N = tf.fill(tf.shape(labels_N), black_png)
        raw = {features.IMAGE: image_bytes_N, features.LABEL: labels_N}
        return self._layer({name: self._shaped(name, values_N) for name, values_N in raw.items()})[features.LABEL_ID]

    def _shaped(self, name: str, values_N: tf.Tensor) -> tf.Tensor:
        return tf.reshape(values_N, [-1, *self._raw_shapes[name]])


def parse_strings(examples_N: tf.Tensor, name: str) -> tf.Tensor:
    """Read one string feature, string [N], out of serialised tf.Examples, string [N]; others may be absent."""
    return tf.io.parse_example(examples_N, {name: tf.io.FixedLenFeature([], tf.string)})[name]


def _single_value_shape(raw_spec: dict[str, tf.io.FixedLenFeature], name: str, directory: Path) -> list[int]:
    spec = raw_spec.get(name)
    if not isinstance(spec, tf.io.FixedLenFeature) or spec.dtype != tf.string or list(spec.shape) not in ([], [1]):
        raise TransformGraphError(
            f"{directory}: the raw feature {name!r} must be exactly one string in every example, but is {spec}; "
            "give it a fixed shape and a presence of 1 in the schema and run Transform again."
        )
    return list(spec.shape)


def _image_size_pixels(spec: dict[str, tf.io.FixedLenFeature], directory: Path) -> int:
    shape = list(spec[features.PIXELS].shape) if features.PIXELS in spec else []
    if not shape or shape != [shape[0], shape[0], features.COLOR_CHANNELS]:
        raise TransformGraphError(
            f"{directory}: the transformed feature {features.PIXELS!r} must have the shape [S, S, "
            f"{features.COLOR_CHANNELS}], but has {shape}; see preprocessing_fn."
        )
    return int(shape[0])
