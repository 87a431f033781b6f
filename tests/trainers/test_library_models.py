"""Models of the libraries from random weights to a proven bundle: they train, export, and the exports are equal."""

from pathlib import Path

import numpy as np
import pytest
import tiny_exports
from job_requests import job_request

from components.parity.measure import measure_parity
from trainers.export.witness import load_witness
from trainers.framework import Framework

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning"),
]
_IN_EVERY_RUN = ("torchvision:mobilenet_v3_small", "keras_applications:MobileNetV3Small")
"""Of each framework the one with the most kinds of layers for its time."""
_NIGHTLY = (
    "torchvision:resnet18",
    "torchvision:resnet50",
    "torchvision:mobilenet_v2",
    "torchvision:mobilenet_v3_large",
    "torchvision:shufflenet_v2_x0_5",
    "torchvision:shufflenet_v2_x1_0",
    "torchvision:efficientnet_b0",
    "torchvision:convnext_tiny",
    "torchvision:vit_b_16",
    "timm:resnet10t",
    "keras_applications:MobileNetV2",
)


@pytest.fixture(scope="module")
def graph_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_exports.build_transform_graph(tmp_path_factory.mktemp("library") / "graph", image_size_pixels=32)


@pytest.mark.parametrize(
    "model",
    [
        *(pytest.param(model, marks=pytest.mark.slow) for model in _IN_EVERY_RUN),
        *(pytest.param(model, marks=pytest.mark.nightly) for model in _NIGHTLY),
    ],
)
def test_it_trains_and_its_exports_are_equal(model: str, graph_dir: Path, tmp_path: Path) -> None:
    framework: Framework = "keras" if model.startswith("keras_applications:") else "pytorch"
    request = job_request(
        tmp_path, graph_dir, framework=framework, model=model, batch_size_examples=36, learning_rate=1e-3
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
