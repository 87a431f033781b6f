"""What is exported, and what the trained model says of itself, is free of augmentation."""

from pathlib import Path

import onnx
import pytest
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from serving.bundle import ONNX_FILE
from trainers.augmentation.config import AugmentationConfig
from trainers.config import TrainConfig
from trainers.keras_job import run_keras_job
from trainers.torch_process import run_in_torch_process
from trainers.training_request import TrainingRequest

# Keras 3.15 turns its variables into arrays in a way that NumPy 2 warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

_EVERYTHING = AugmentationConfig(
    policy="randaugment", mixup_probability=0.4, cutmix_probability=0.4, random_erasing_probability=0.5
)


def _operations(folder: Path) -> tuple[list[str], list[str]]:
    """Return every operation in the SavedModel, functions included, and in the ONNX file, as often as it occurs."""
    graph = SavedModel.FromString((folder / "saved_model.pb").read_bytes()).meta_graphs[0].graph_def
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    of_onnx = onnx.load(folder / ONNX_FILE).graph.node
    return sorted(node.op for node in nodes), sorted(node.op_type for node in of_onnx)


@pytest.mark.slow
@pytest.mark.parametrize("framework", ["keras", "pytorch"])
def test_the_exports_have_the_operations_of_a_model_trained_without(
    framework: str, tmp_path: Path, torch_request: TrainingRequest
) -> None:
    train = run_keras_job if framework == "keras" else run_in_torch_process
    exported = []
    for augmentation in (AugmentationConfig(), _EVERYTHING):
        folder = tmp_path / augmentation.policy
        config = TrainConfig(epochs=1, batch_size_examples=8, augmentation=augmentation)
        folders = {"serving_model_dir": folder / "serving", "work_dir": folder / "work"}
        train(torch_request.model_copy(update={"framework": framework, "train": config, **folders}))
        exported.append(_operations(folder / "serving"))
    without, with_everything = exported
    assert with_everything == without
    assert not any("Random" in operation or "Projective" in operation for operation in with_everything[0])
