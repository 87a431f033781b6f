"""What cannot be written; `test_jobs` reads what a job has written."""

from pathlib import Path

import pytest
import tensorflow as tf

from trainers.export.errors import ModelExportError
from trainers.export.normalization import read_normalization
from trainers.export.tflite_file import write_tflite_file
from trainers.export.transform_graph import TransformGraph
from trainers.keras_job import run_keras_job
from trainers.training_request import TrainingRequest

pytestmark = [
    # Keras 3.15 turns its variables into arrays in a way that NumPy 2 warns about.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras"),
    pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning"),
]


@pytest.mark.slow
def test_a_model_that_keras_cannot_read_back_fails_the_job(torch_request: TrainingRequest, tmp_path: Path) -> None:
    source = tmp_path / "own_layers.py"
    source.write_text(
        "import keras\n"
        "class Own(keras.layers.Layer):\n"
        "    def call(self, pixels):\n"
        "        return keras.ops.mean(pixels, axis=(1, 2))\n"
        "def build_model(*, num_classes, image_shape):\n"
        "    layers = [keras.Input(image_shape), Own(), keras.layers.Dense(num_classes)]\n"
        "    return keras.Sequential(layers)\n"
    )
    train = torch_request.train.model_copy(update={"model": f"{source}:build_model", "exports": ("keras",)})

    with pytest.raises(ModelExportError, match=r"model\.keras cannot be read back: .*register them with"):
        run_keras_job(torch_request.model_copy(update={"framework": "keras", "train": train}))


def test_what_tflite_has_no_operation_for_is_named(transform_graph_dir: Path, tmp_path: Path) -> None:
    graph = TransformGraph(transform_graph_dir)
    module = tf.Module()

    def logits(pixels_NSSC: tf.Tensor) -> tf.Tensor:
        return tf.math.digamma(tf.reduce_mean(pixels_NSSC, axis=(1, 2)))

    with pytest.raises(ModelExportError, match=r"model\.tflite: TFLite .* has no operation for Digamma\. Change"):
        write_tflite_file(
            tmp_path / "model.tflite",
            logits=logits,
            tracked=module,
            normalization=read_normalization(graph),
            image_size_pixels=graph.image_size_pixels,
        )
