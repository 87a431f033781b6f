"""Small real things for tests of exports: drawn images, a Transform graph, a model of each framework, its bundle."""

import io
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
import torch
from PIL import Image
from tensorflow_transform.tf_metadata import dataset_metadata, metadata_io, schema_utils

from trainers import preprocessing
from trainers.export.onnx_file import write_onnx_file
from trainers.export.onnx_keras import export_keras_core
from trainers.export.onnx_torch import export_torch_core
from trainers.export.saved_model import write_saved_model
from trainers.export.torch_to_tf import map_module
from trainers.export.witness import Witness, take_testimony

CLASS_NAMES = ("red", "green", "blue")
"""In the order of the vocabulary: most frequent first."""
IMAGE_SIZE_PIXELS = 16
_LABELS = ["red"] * 9 + ["green"] * 7 + ["blue"] * 4
_RAW_SPEC = {"image": tf.io.FixedLenFeature([1], tf.string), "label": tf.io.FixedLenFeature([1], tf.string)}


def draw_image(*, seed: int, height: int, width: int, image_format: str = "JPEG", mode: str = "RGB") -> bytes:
    """Draw soft blotches of random colours, which JPEG keeps, and encode them."""
    blotches = np.random.default_rng(seed).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    image = Image.fromarray(blotches).resize((width, height), Image.Resampling.BICUBIC).convert(mode)
    encoded = io.BytesIO()
    image.save(encoded, image_format)
    return encoded.getvalue()


def draw_images(count: int) -> list[bytes]:
    """Draw JPEG and PNG images, in colour and grey, of sizes below and above the model's, several of each size."""
    shapes = [(40, 31), (9, 13), (16, 16), (57, 20)]
    return [
        draw_image(
            seed=seed,
            height=shapes[seed % len(shapes)][0],
            width=shapes[seed % len(shapes)][1],
            image_format="PNG" if seed % 3 == 0 else "JPEG",
            mode="L" if seed % 5 == 0 else "RGB",
        )
        for seed in range(count)
    ]


def draw_16_bit_image() -> bytes:
    """Draw a grey PNG of 16 bits a pixel, which TensorFlow scales to 8 bits and Pillow cuts off at 255."""
    levels_HW = np.arange(0, 65536, 64, dtype=np.uint16).reshape(32, 32)
    encoded = io.BytesIO()
    Image.fromarray(levels_HW).save(encoded, "PNG")
    return encoded.getvalue()


def encode_example(**values: bytes) -> bytes:
    """Serialise a tf.Example of bytes features."""
    feature = {name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[value])) for name, value in values.items()}
    encoded: bytes = tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()
    return encoded


def write_examples(path: Path, *, images: int = 72) -> Path:
    """Write drawn images of all classes as a gzipped TFRecord file."""
    with tf.io.TFRecordWriter(str(path), options="GZIP") as writer:
        for number, image in enumerate(draw_images(images)):
            writer.write(encode_example(image=image, label=CLASS_NAMES[number % len(CLASS_NAMES)].encode()))
    return path


def build_transform_graph(
    directory: Path, *, normalization: str = "data", image_size_pixels: int = IMAGE_SIZE_PIXELS
) -> Path:
    """Run TensorFlow Transform on 20 drawn images, with Tandem's own preprocessing."""
    metadata = dataset_metadata.DatasetMetadata(schema_utils.schema_from_feature_spec(_RAW_SPEC))
    rows = [
        {"image": np.array([image], dtype=object), "label": np.array([label.encode()], dtype=object)}
        for image, label in zip(draw_images(len(_LABELS)), _LABELS, strict=True)
    ]

    def preprocess(inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        return preprocessing.preprocessing_fn(
            inputs, {"image_size_pixels": image_size_pixels, "normalization": normalization}
        )

    with tft_beam.Context(temp_dir=str(directory.with_name(directory.name + "_analysis"))):
        _, transform_fn = (rows, metadata) | tft_beam.AnalyzeAndTransformDataset(preprocess)
        _ = transform_fn | tft_beam.WriteTransformFn(str(directory))
    metadata_io.write_metadata(metadata, str(directory / tft.TFTransformOutput.RAW_METADATA_DIR))
    return directory


def build_keras_model(*, classes: int = len(CLASS_NAMES)) -> keras.Model:
    """Build a small CNN whose batch-norm statistics and weights are all different from their start values."""
    keras.utils.set_random_seed(7)
    model = keras.Sequential(
        [
            keras.Input((IMAGE_SIZE_PIXELS, IMAGE_SIZE_PIXELS, 3)),
            keras.layers.Conv2D(8, 3, padding="same", strides=2),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.Dropout(0.5),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(classes),
        ]
    )
    generator = np.random.default_rng(7)
    shapes = [weight.shape for weight in model.get_weights()]
    # Vectors start above zero, since the batch norm's variance is one of them.
    model.set_weights([generator.uniform(-1.5 if len(shape) > 1 else 0.2, 1.5, shape) for shape in shapes])
    return model


def keras_probabilities(model: keras.Model, pixels_NHWC: np.ndarray) -> np.ndarray:
    """Classify pixels with Keras itself."""
    probabilities: np.ndarray = tf.nn.softmax(model(pixels_NHWC, training=False)).numpy()
    return probabilities


def write_keras_bundle_files(directory: Path, model: keras.Model, transform_graph_dir: Path) -> Path:
    """Export both formats of a Keras model into a folder, without a manifest."""

    def logits(pixels_NHWC: tf.Tensor) -> tf.Tensor:
        return model(pixels_NHWC, training=False)

    write_saved_model(
        directory,
        logits=logits,
        tracked=model,
        transform_graph_dir=transform_graph_dir,
        class_names=CLASS_NAMES,
    )
    write_onnx_file(
        directory / "model.onnx",
        core=export_keras_core(logits, input_shape=(IMAGE_SIZE_PIXELS, IMAGE_SIZE_PIXELS, 3)),
        transform_graph_dir=transform_graph_dir,
        class_names=CLASS_NAMES,
        framework="keras",
    )
    return directory


def take_keras_testimony(model: keras.Model, transform_graph_dir: Path, *, images: int = 64) -> Witness:
    """Let Keras classify drawn images of mixed sizes."""
    return take_testimony(
        draw_images(images),
        probabilities_of=lambda pixels_NHWC: keras_probabilities(model, pixels_NHWC),
        transform_graph_dir=transform_graph_dir,
    )


def build_torch_module(*, classes: int = len(CLASS_NAMES)) -> torch.nn.Module:
    """Build a small CNN in inference mode, with batch-norm statistics moved from their start values."""
    torch.manual_seed(5)
    module = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, stride=2, padding=1),
        torch.nn.BatchNorm2d(8),
        torch.nn.Hardswish(),
        torch.nn.Dropout(0.5),
        torch.nn.AdaptiveAvgPool2d(1),
        torch.nn.Flatten(),
        torch.nn.Linear(8, classes),
    )
    with torch.no_grad():
        module(torch.randn(32, 3, IMAGE_SIZE_PIXELS, IMAGE_SIZE_PIXELS))
        module[-1].weight.mul_(8)  # Answers far apart, so that a mix-up shows.
    return module.eval()


def write_torch_bundle_files(directory: Path, module: torch.nn.Module, transform_graph_dir: Path) -> Path:
    """Export both formats of a PyTorch module into a folder, without a manifest."""
    mapped = map_module(module, input_shape=(3, IMAGE_SIZE_PIXELS, IMAGE_SIZE_PIXELS))
    write_saved_model(
        directory,
        logits=mapped,
        tracked=mapped,
        transform_graph_dir=transform_graph_dir,
        class_names=CLASS_NAMES,
    )
    write_onnx_file(
        directory / "model.onnx",
        core=export_torch_core(module, input_shape=(3, IMAGE_SIZE_PIXELS, IMAGE_SIZE_PIXELS)),
        transform_graph_dir=transform_graph_dir,
        class_names=CLASS_NAMES,
        framework="pytorch",
    )
    return directory
