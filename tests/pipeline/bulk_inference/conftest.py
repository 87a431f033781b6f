"""Sealed bundles: a quick one whose ONNX file really answers, and one of each framework, exported for real."""

from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from serving.bundle import seal
from serving.manifest import (
    ImageSpec,
    ManifestDraft,
    ParityFigures,
    PredictMilliseconds,
    Signature,
    Signatures,
    TensorSpec,
)


def seal_bundle(folder: Path, class_names: tuple[str, ...]) -> Path:
    call = Signature(
        inputs={"image": TensorSpec(dtype="uint8", shape=(None, None, None, 3))},
        outputs={"probabilities": TensorSpec(dtype="float32", shape=(None, len(class_names)))},
    )
    draft = ManifestDraft(
        framework="keras",
        model="cnn",
        versions={},
        class_names=class_names,
        image=ImageSpec(size_pixels=16),
        parameters=1,
        signatures=Signatures(saved_model={"serving_default": call}, onnx=call),
        parity=ParityFigures(limit=1e-4, images=64, reasons=(), passed=True),
        predict_ms_per_image=PredictMilliseconds(saved_model=1.0, onnx=1.0),
        train_seconds=1.0,
        lineage={},
        created_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
    )
    seal(folder, draft)
    return folder


def write_colour_share_model(path: Path) -> None:
    """Write an ONNX file whose three probabilities are the shares of red, green and blue in the image."""
    axes = numpy_helper.from_array(np.array([1, 2]), "axes")
    last = numpy_helper.from_array(np.array([1]), "last")
    nodes = [
        helper.make_node("Cast", ["image"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["levels", "axes"], ["colours"], keepdims=0),
        helper.make_node("ReduceSum", ["colours", "last"], ["all"], keepdims=1),
        helper.make_node("Div", ["colours", "all"], ["probabilities"]),
    ]
    graph = helper.make_graph(
        nodes,
        "colour_share",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 3])],
        [axes, last],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


@pytest.fixture(scope="session")
def colour_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with versions 2 and 10 of the colour share model; its SavedModel is none."""
    folder = tmp_path_factory.mktemp("models") / "colours"
    for version in ("2", "10"):
        bundle = folder / version
        (bundle / "variables").mkdir(parents=True)
        (bundle / "saved_model.pb").write_bytes(b"graph")
        (bundle / "variables" / "variables.index").write_bytes(b"index")
        write_colour_share_model(bundle / "model.onnx")
        seal_bundle(bundle, ("red", "green", "blue"))
    return folder


@pytest.fixture(scope="session", params=["keras", "pytorch"])
def real_bundle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle exported from a real model of each framework."""
    import tiny_exports

    folder = tmp_path_factory.mktemp(request.param) / "tiny" / "1"
    graph = tiny_exports.build_transform_graph(tmp_path_factory.mktemp("transform") / "graph")
    if request.param == "keras":
        tiny_exports.write_keras_bundle_files(folder, tiny_exports.build_keras_model(), graph)
    else:
        tiny_exports.write_torch_bundle_files(folder, tiny_exports.build_torch_module(), graph)
    return seal_bundle(folder, tiny_exports.CLASS_NAMES)
