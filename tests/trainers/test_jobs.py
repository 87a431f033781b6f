"""What a job leaves that was asked for everything at once. One job of each framework serves all tests here.

The PyTorch job is run from a process that has loaded TensorFlow before torch; see `test_import_order`.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import tensorflow as tf
import tiny_exports
from job_requests import job_request, run_torch_job_after
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from serving.bundle import ONNX_FILE
from trainers.candidate import HISTORY_FILE, WITNESS_FILE, CandidateFacts
from trainers.export.normalization import read_normalization
from trainers.export.transform_graph import TransformGraph
from trainers.export.witness import load_witness
from trainers.history import TrainingHistory
from trainers.training_request import TrainingRequest

pytestmark = [
    pytest.mark.slow,
    # Keras 3.15 turns its variables into arrays in a way that NumPy 2 warns about.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras"),
    pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning"),
    pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning"),
]

_SETTINGS = {
    "checkpoint_interval_seconds": 0,
    "exports": ("keras", "pt2", "tflite"),
    "augmentation": {
        "policy": "randaugment",
        "mixup_probability": 0.4,
        "cutmix_probability": 0.4,
        "random_erasing_probability": 0.5,
    },
}
_ARCHIVES = {"keras": "model.keras", "pytorch": "model.pt2"}
_READ_PT2 = """
import sys, json, numpy, torch
program = torch.export.load(sys.argv[1]).module()
pixels = torch.from_numpy(numpy.load(sys.argv[2])).permute(0, 3, 1, 2)
print(json.dumps(program(pixels).softmax(dim=1).tolist()))
"""


@pytest.fixture(scope="module", params=["keras", "pytorch"])
def job(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, transform_graph_dir: Path
) -> TrainingRequest:
    """A job that has been done."""
    folder = tmp_path_factory.mktemp(request.param)
    devices = {"kind": "cpu", "replicas": 2 if request.param == "pytorch" else 1}
    asked = job_request(folder, transform_graph_dir, framework=request.param, devices=devices, **_SETTINGS)
    asked = asked.model_copy(update={"checkpoint_dir": folder / "checkpoints"})
    if request.param == "keras":
        from trainers.keras_job import run_keras_job

        run_keras_job(asked)
    else:
        run_torch_job_after("import tensorflow, torch", asked)
    return asked


def test_history_and_facts_say_where_and_how_long_it_trained(job: TrainingRequest) -> None:
    history = TrainingHistory.read(job.work_dir / HISTORY_FILE)
    facts = CandidateFacts.read(job.work_dir)
    assert history.framework == facts.framework == job.framework
    assert (history.device, history.replicas) == (facts.device, facts.replicas) == ("cpu", job.train.devices.replicas)
    assert facts.train_seconds == history.train_seconds > 0


def test_checkpoints_stay_until_someone_has_kept_the_exports(job: TrainingRequest) -> None:
    assert job.checkpoint_dir is not None
    assert list(job.checkpoint_dir.glob("checkpoint-*"))


def test_the_exports_have_the_operations_of_a_model_that_was_never_augmented(
    job: TrainingRequest, tmp_path: Path
) -> None:
    shape = (tiny_exports.IMAGE_SIZE_PIXELS, tiny_exports.IMAGE_SIZE_PIXELS, 3)
    wanted = {"num_classes": len(tiny_exports.CLASS_NAMES), "image_shape": shape, "seed": 0}
    # Every weight is moved, since a bias that is still zero is no operation.
    if job.framework == "keras":
        from trainers.keras_trainer.build import build_model as build_keras

        model = build_keras(job.train.model, **wanted)
        model.set_weights([weight + np.float32(0.01) for weight in model.get_weights()])
        tiny_exports.write_keras_bundle_files(tmp_path, model, job.transform_graph_dir)
    else:
        from trainers.torch_trainer.build import build_model as build_torch

        module = build_torch(job.train.model, **wanted).eval()
        for parameter in module.parameters():
            parameter.data += 0.01
        tiny_exports.write_torch_bundle_files(tmp_path, module, job.transform_graph_dir)
    operations = _operations(job.serving_model_dir)
    assert operations == _operations(tmp_path)
    assert not any("Random" in operation or "Projective" in operation for operation in operations[0])


def _operations(folder: Path) -> tuple[list[str], list[str]]:
    """Return every operation in the SavedModel, functions included, and in the ONNX file, as often as it occurs."""
    graph = SavedModel.FromString((folder / "saved_model.pb").read_bytes()).meta_graphs[0].graph_def
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    of_onnx = onnx.load(folder / ONNX_FILE).graph.node
    return sorted(node.op for node in nodes), sorted(node.op_type for node in of_onnx)


def test_archive_and_tflite_answer_as_the_trained_model(job: TrainingRequest, tmp_path: Path) -> None:
    """They are read by nothing but their own libraries."""
    archive = _ARCHIVES[job.framework]
    exports = CandidateFacts.read(job.work_dir).exports
    assert set(exports) == {archive, "model.tflite"}
    assert max(exports.values()) < 1e-4
    witness = load_witness(job.work_dir / WITNESS_FILE)
    pixels_NSSC = TransformGraph(job.transform_graph_dir).pixels(tf.constant(witness.images)).numpy()
    ask_archive = _ask_keras if job.framework == "keras" else _ask_pt2
    answers_NK = ask_archive(job.serving_model_dir / archive, pixels_NSSC, tmp_path)
    np.testing.assert_allclose(answers_NK, witness.probabilities_NK, atol=1e-4)
    np.testing.assert_allclose(_ask_tflite(job, pixels_NSSC), witness.probabilities_NK, atol=1e-4)


def _ask_keras(archive: Path, pixels_NSSC: np.ndarray, _: Path) -> np.ndarray:
    import keras

    return tiny_exports.keras_probabilities(keras.saving.load_model(archive), pixels_NSSC)


def _ask_pt2(archive: Path, pixels_NSSC: np.ndarray, folder: Path) -> np.ndarray:
    np.save(folder / "pixels.npy", pixels_NSSC)
    command = [sys.executable, "-c", _READ_PT2, str(archive), str(folder / "pixels.npy")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return np.array(json.loads(done.stdout))


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
