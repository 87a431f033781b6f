"""Models of the libraries from random weights to a proven bundle: they train, export, and the exports are equal."""

from pathlib import Path

import numpy as np
import pytest
import tiny_exports

from components.parity.measure import measure_parity
from trainers.config import TrainConfig
from trainers.export.witness import load_witness
from trainers.framework import Framework
from trainers.training_request import TrainingRequest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning"),
]
_TORCHVISION = (
    "resnet18",
    "resnet50",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "shufflenet_v2_x0_5",
    "shufflenet_v2_x1_0",
    "efficientnet_b0",
    "convnext_tiny",
    "vit_b_16",
)


@pytest.fixture(scope="module")
def graph_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_exports.build_transform_graph(tmp_path_factory.mktemp("library") / "graph", image_size_pixels=32)


@pytest.mark.parametrize(
    ("framework", "model"),
    [
        *(("pytorch", f"torchvision:{name}") for name in _TORCHVISION),
        ("pytorch", "timm:resnet10t"),
        ("keras", "keras_applications:MobileNetV2"),
        ("keras", "keras_applications:MobileNetV3Small"),
    ],
)
def test_it_trains_and_its_exports_are_equal(framework: Framework, model: str, graph_dir: Path, tmp_path: Path) -> None:
    files = tiny_exports.write_examples(tmp_path / "examples.gz")
    request = TrainingRequest(
        framework=framework,
        train=TrainConfig(model=model, epochs=1, batch_size_examples=36, learning_rate=1e-3),
        train_files=(str(files),),
        eval_files=(str(files),),
        transform_graph_dir=graph_dir,
        parity_images=64,
        serving_model_dir=tmp_path / "serving",
        work_dir=tmp_path / "work",
    )
    if framework == "keras":
        from trainers.keras_job import run_keras_job

        run_keras_job(request)
    else:
        from trainers.torch_process import run_in_torch_process

        run_in_torch_process(request)
    report = measure_parity(request.serving_model_dir, load_witness(request.work_dir / "witness.npz"))
    assert report.passed, report.reasons
    assert np.isfinite(report.figures.saved_model_max_abs_diff)  # type: ignore[arg-type]
