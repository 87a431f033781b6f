"""The plain alternative that the overhead benchmark compares with: the same two models without TFX.

One process, one file: load the digits, train Keras and PyTorch with the same code and settings as the pipeline's,
measure test accuracy, export SavedModel and ONNX. No validation, Transform, parity proof, gates, lineage or push.
Run as `python -m benchmarks.bare_digits DIR`; it prints both accuracies.
"""

import sys
from pathlib import Path

# Before tensorflow: this package loads torch and what crashes after it.
from trainers.export.torch_to_tf import map_module  # isort: skip

import numpy as np
import onnx
import tensorflow as tf
from sklearn.datasets import load_digits

from trainers.config import TrainConfig
from trainers.example_split import InMemorySplit, TrainingData
from trainers.export.onnx_keras import export_keras_core
from trainers.export.onnx_torch import export_torch_core
from trainers.keras_trainer import build as keras_build
from trainers.keras_trainer import predict as keras_predict
from trainers.keras_trainer import train as keras_train
from trainers.torch_trainer import build as torch_build
from trainers.torch_trainer import predict as torch_predict
from trainers.torch_trainer import train as torch_train

SIZE_PIXELS = 32
EVAL_IMAGES = TEST_IMAGES = 270


def load_data() -> tuple[TrainingData, InMemorySplit]:
    """Return training data and the test split, resized and standardised."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    scans = tf.repeat(digits.images[order][..., None].astype(np.float32), 3, axis=-1)
    pixels = tf.image.resize(scans, [SIZE_PIXELS, SIZE_PIXELS]).numpy()
    labels = digits.target[order].astype(np.int64)
    train_images = len(labels) - EVAL_IMAGES - TEST_IMAGES
    pixels = (pixels - pixels[:train_images].mean()) / pixels[:train_images].std()
    first, second = train_images, train_images + EVAL_IMAGES
    data = TrainingData(
        train=InMemorySplit(pixels[:first], labels[:first]),
        eval=InMemorySplit(pixels[first:second], labels[first:second]),
        class_names=tuple("0123456789"),
        image_shape=(SIZE_PIXELS, SIZE_PIXELS, 3),
    )
    return data, InMemorySplit(pixels[second:], labels[second:])


def save(model: tf.Module | tf.keras.Model, core: onnx.ModelProto, folder: Path) -> None:
    """Write a SavedModel from pixels to logits, and the ONNX file."""
    module = tf.Module()
    module.weights = model.variables
    spec = tf.TensorSpec([None, SIZE_PIXELS, SIZE_PIXELS, 3], tf.float32)
    module.serve = tf.function(model.__call__, input_signature=[spec])
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.serve})
    onnx.save(core, folder / "model.onnx")


def main(folder: Path) -> None:
    """Train, evaluate and export both models."""
    data, test = load_data()
    config = TrainConfig()
    shape = {"num_classes": data.num_classes, "image_shape": data.image_shape, "seed": config.seed}

    keras_model = keras_build.build_model("cnn", **shape)
    keras_train.train(keras_model, data, config, work_dir=folder / "keras_work")
    keras_logits = keras_predict.predict_logits(keras_model, test.pixels_NHWC, batch_size_examples=64)
    save(keras_model, export_keras_core(keras_model, input_shape=(SIZE_PIXELS, SIZE_PIXELS, 3)), folder / "keras")

    torch_model = torch_build.build_model("cnn", **shape)
    torch_train.train(torch_model, data, config, work_dir=folder / "torch_work")
    torch_logits = torch_predict.predict_logits(torch_model, test.pixels_NHWC, batch_size_examples=64)
    mapped = map_module(torch_model, input_shape=(3, SIZE_PIXELS, SIZE_PIXELS))
    save(mapped, export_torch_core(torch_model, input_shape=(3, SIZE_PIXELS, SIZE_PIXELS)), folder / "torch")

    for name, logits in (("keras", keras_logits), ("pytorch", torch_logits)):
        sys.stdout.write(f"{name} {np.mean(logits.argmax(1) == test.label_ids_N):.4f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
