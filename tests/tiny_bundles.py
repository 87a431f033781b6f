"""Sealed bundles whose answers can be worked out by hand, without TensorFlow or torch.

The model looks at the mean colour: a red image is "red", a green one "green", a blue one "blue". Its SavedModel is only
there by name.
"""

import io
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from serving.bundle import bundle_checksum, seal
from serving.evaluation import CandidateFigures, ClassFigures, Evaluation, Thresholds
from serving.evaluation_file import write_evaluation
from serving.manifest import (
    ImageSpec,
    Manifest,
    ManifestDraft,
    ParityFigures,
    PredictMilliseconds,
    Signature,
    Signatures,
    TensorSpec,
)

CLASS_NAMES = ("red", "green", "blue")
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def encode(colour: tuple[int, int, int], *, height: int = 4, width: int = 4, image_format: str = "PNG") -> bytes:
    """Encode an image of one colour."""
    pixels_HWC = np.full((height, width, 3), colour, np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(pixels_HWC).save(encoded, image_format)
    return encoded.getvalue()


def expected(colour: tuple[int, int, int], *, sharpness: float = 1.0) -> list[float]:
    """Return the probabilities of a flat image: softmax of sharpness x mean colour in 0..1."""
    exponentials = np.exp(np.array(colour) / 255 * sharpness)
    return list(exponentials / exponentials.sum())


def write_bundle(
    folder: Path,
    *,
    sharpness: float = 1.0,
    answer: str = "Softmax",
    image: str = "image",
    class_names: tuple[str, str, str] = CLASS_NAMES,
    framework: Literal["keras", "pytorch"] = "keras",
) -> Manifest:
    """Write and seal a bundle.

    Args:
        folder: New folder.
        sharpness: Factor before the softmax; tells versions apart.
        answer: ONNX operation that makes the answer; anything but Softmax gives no probabilities.
        image: Name of the model's input; anything but `image` makes a model that fails when it is called.
        class_names: What the three colours are called.
        framework: Which one is said to have trained it.
    """
    (folder / "variables").mkdir(parents=True)
    (folder / "variables" / "variables.index").write_bytes(b"index")
    (folder / "saved_model.pb").write_bytes(b"no graph")
    onnx.save(_build(sharpness, answer, image), folder / "model.onnx")
    return seal(folder, make_draft(class_names).model_copy(update={"framework": framework}))


def add_evaluation(folder: Path, *, class_names: tuple[str, str, str] = CLASS_NAMES) -> Evaluation:
    """Put an evaluation beside a bundle, as the second push of a model does."""
    red, green, blue = class_names
    evaluation = Evaluation(
        bundle_checksum=bundle_checksum(folder),
        champion="keras",
        candidates={
            "keras": CandidateFigures(accuracy=0.95, loss=0.1234, blessed=True, reasons=()),
            "pytorch": CandidateFigures(accuracy=0.4, loss=2.5, blessed=False, reasons=("accuracy 0.4 is below 0.5",)),
        },
        thresholds=Thresholds(min_accuracy=0.5, max_accuracy_drop=0.01, previous_version="1", previous_accuracy=0.9),
        images={
            "train": {red: 1200, green: 30, blue: 20},
            "eval": {red: 5, green: 4, blue: 3},
            "test": {red: 10, green: 9},
        },
        classes={
            red: ClassFigures(accuracy=1.0, precision=0.9, recall=1.0),
            green: ClassFigures(accuracy=0.9, precision=1.0, recall=0.9),
            blue: ClassFigures(accuracy=None, precision=None, recall=None),
        },
    )
    write_evaluation(folder, evaluation)
    return evaluation


def _build(sharpness: float, answer: str, image: str) -> onnx.ModelProto:
    graph = helper.make_graph(
        [
            helper.make_node("Cast", [image], ["levels"], to=TensorProto.FLOAT),
            helper.make_node("ReduceMean", ["levels"], ["mean"], axes=[1, 2], keepdims=0),
            helper.make_node("Mul", ["mean", "factor"], ["scores"]),
            helper.make_node(answer, ["scores"], ["probabilities"]),
        ],
        "mean_colour",
        [helper.make_tensor_value_info(image, TensorProto.UINT8, ["N", "H", "W", 3])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 3])],
        [numpy_helper.from_array(np.array(sharpness / 255, np.float32), "factor")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def make_draft(class_names: tuple[str, str, str] = CLASS_NAMES, *, size_pixels: int = 8) -> ManifestDraft:
    """Return a manifest for a model of three classes, before it is sealed."""
    probabilities = {"probabilities": TensorSpec(dtype="float32", shape=(None, 3))}
    encoded = Signature(
        inputs={"image_bytes": TensorSpec(dtype="string", shape=(None,))},
        outputs={
            **probabilities,
            "label": TensorSpec(dtype="string", shape=(None,)),
            "score": TensorSpec(dtype="float32", shape=(None,)),
        },
    )
    pixels = Signature(inputs={"image": TensorSpec(dtype="uint8", shape=(None, None, None, 3))}, outputs=probabilities)
    return ManifestDraft(
        framework="keras",
        model="cnn",
        versions={"tensorflow": "2.21.0"},
        class_names=class_names,
        image=ImageSpec(size_pixels=size_pixels),
        parameters=1,
        signatures=Signatures(saved_model={"serving_default": encoded}, onnx=pixels),
        parity=ParityFigures(limit=1e-4, images=64, saved_model_max_abs_diff=0.0, reasons=(), passed=True),
        predict_ms_per_image=PredictMilliseconds(saved_model=1.5, onnx=1.0),
        train_seconds=1.0,
        lineage={"run_id": "run-1"},
        created_at=datetime(2026, 1, 2, tzinfo=timezone.utc),
    )
