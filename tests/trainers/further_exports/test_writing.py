"""The files as a job leaves them, read by nothing but their own libraries."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from trainers.candidate import CandidateFacts
from trainers.export.errors import ModelExportError
from trainers.export.normalization import read_normalization
from trainers.export.tflite_file import write_tflite_file
from trainers.export.transform_graph import TransformGraph
from trainers.export.witness import load_witness
from trainers.keras_job import run_keras_job
from trainers.torch_process import run_in_torch_process
from trainers.training_request import TrainingRequest

pytestmark = [
    # Keras 3.15 turns its variables into arrays in a way that NumPy 2 warns about.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras"),
    pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning"),
]

_READ_PT2 = """
import sys, json, numpy, torch
program = torch.export.load(sys.argv[1]).module()
pixels = torch.from_numpy(numpy.load(sys.argv[2])).permute(0, 3, 1, 2)
print(json.dumps(program(pixels).softmax(dim=1).tolist()))
"""


def _with_exports(request: TrainingRequest, framework: str) -> TrainingRequest:
    train = request.train.model_copy(update={"exports": ("keras", "pt2", "tflite")})
    return request.model_copy(update={"train": train, "framework": framework})


def _witness(request: TrainingRequest) -> tuple[np.ndarray, np.ndarray]:
    """Return pixels of the Transform graph, and what the trained model said of them."""
    witness = load_witness(request.work_dir / "witness.npz")
    return TransformGraph(request.transform_graph_dir).pixels(tf.constant(witness.images)).numpy(), (
        witness.probabilities_NK
    )


def _ask_tflite(request: TrainingRequest, pixels_NSSC: np.ndarray) -> np.ndarray:
    """Ask image by image, as a phone does, with levels of whole numbers."""
    normalization = read_normalization(TransformGraph(request.transform_graph_dir))
    levels = (pixels_NSSC - np.array(normalization.offset_C)) / np.array(normalization.scale_C)
    interpreter = tf.lite.Interpreter(str(request.serving_model_dir / "model.tflite"))
    run = interpreter.get_signature_runner()
    return np.concatenate([run(image=image[None])[_only(run)] for image in levels.astype(np.float32)])


def _only(run: object) -> str:
    (name,) = run.get_output_details()  # type: ignore[attr-defined]
    return str(name)


@pytest.mark.slow
def test_a_keras_job_leaves_its_archive_and_tflite(torch_request: TrainingRequest) -> None:
    import keras

    request = _with_exports(torch_request, "keras")
    run_keras_job(request)

    pixels_NSSC, expected_NK = _witness(request)
    facts = CandidateFacts.read(request.work_dir)
    assert set(facts.exports) == {"model.keras", "model.tflite"}
    assert max(facts.exports.values()) < 1e-4
    again = keras.saving.load_model(request.serving_model_dir / "model.keras")
    np.testing.assert_allclose(tf.nn.softmax(again(pixels_NSSC, training=False)), expected_NK, atol=1e-4)
    np.testing.assert_allclose(_ask_tflite(request, pixels_NSSC), expected_NK, atol=1e-4)


@pytest.mark.slow
def test_a_pytorch_job_leaves_its_archive_and_tflite(torch_request: TrainingRequest, tmp_path: Path) -> None:
    request = _with_exports(torch_request, "pytorch")
    run_in_torch_process(request)

    pixels_NSSC, expected_NK = _witness(request)
    assert set(CandidateFacts.read(request.work_dir).exports) == {"model.pt2", "model.tflite"}
    np.save(tmp_path / "pixels.npy", pixels_NSSC)
    archive = request.serving_model_dir / "model.pt2"
    command = [sys.executable, "-c", _READ_PT2, str(archive), str(tmp_path / "pixels.npy")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    np.testing.assert_allclose(np.array(json.loads(done.stdout)), expected_NK, atol=1e-4)
    np.testing.assert_allclose(_ask_tflite(request, pixels_NSSC), expected_NK, atol=1e-4)


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
    request = _with_exports(torch_request, "keras")
    train = request.train.model_copy(update={"model": f"{source}:build_model"})

    with pytest.raises(ModelExportError, match=r"model\.keras cannot be read back: .*register them with"):
        run_keras_job(request.model_copy(update={"train": train}))


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
