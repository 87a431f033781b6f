"""Export one torchvision model, load it and compare it with torch."""

# Before tensorflow: this package loads torch and what crashes after it.
from trainers.export.torch_to_tf import map_module  # isort: skip

import copy
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
import torch

from benchmarks.torch_zoo import models
from trainers.export.image_saved_model import load_predict, write_image_saved_model

BATCH_SIZES_EXAMPLES = (1, 7)
_WORTH_JUDGING = 1e-5
"""Differences above this are held against torch in float64."""
Array = npt.NDArray[np.generic]
_FORBIDDEN_OPS = ("PyFunc", "EagerPyFunc", "PyFuncStateless", "XlaCallModule")


def check(name: str) -> dict[str, Any]:
    """Return what was measured of one model; every difference is relative to the range of torch's outputs."""
    model, side = models.build(name), models.image_size_pixels(name)
    if name in models.REDUCED:
        missing = models.operations(models.on_meta_device(name), side) - models.operations(models.reduced(name), side)
        assert not missing, f"the reduced {name} lacks {missing}"
    weights_mb = sum(tensor.nbytes for tensor in model.state_dict().values()) / 1e6
    before_mb = _peak_mb()
    started = time.perf_counter()
    mapped = map_module(model, input_shape=(3, side, side))
    converted = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_image_saved_model(Path(folder), function=mapped, tracked=mapped, image_shape_HWC=mapped.input_shape)
        saved, peak_mb = time.perf_counter(), _peak_mb()
        del mapped
        differences = _compare(model, load_predict(Path(folder)), side)
        if name in models.FOR_TFLITE:
            differences["tflite_difference_1"] = _compare_tflite(model, Path(folder), side)
        ops = _ops(Path(folder))
    assert not set(ops) & set(_FORBIDDEN_OPS)
    return {
        "model": name,
        "reduced": name in models.REDUCED,
        "image_size_pixels": side,
        "weights_mb": round(weights_mb, 1),
        "convert_seconds": round(converted - started, 1),
        "save_seconds": round(saved - converted, 1),
        "peak_mb": round(peak_mb),
        "peak_before_mb": round(before_mb),
        "transposes": ops.count("Transpose"),
        **differences,
    }


def _compare(model: torch.nn.Module, served: Any, side: int) -> dict[str, float]:
    measured: dict[str, float] = {}
    for batch_size in BATCH_SIZES_EXAMPLES:
        images_NCHW = models.images(batch_size, side)
        with torch.no_grad():
            expected = model(images_NCHW).numpy()
        result = served(images_NCHW.permute(0, 2, 3, 1).contiguous().numpy())
        scale = float(np.ptp(expected))
        difference = float(np.abs(result - expected).max()) / scale
        measured |= {f"difference_{batch_size}": difference, "output_range": scale}
        if difference > _WORTH_JUDGING:
            measured |= _judge(model, images_NCHW, expected, result, batch_size)
    measured["deviation_between_images"] = float(expected.std(0).mean())
    return {key: float(f"{value:.2g}") for key, value in measured.items()}


def _compare_tflite(model: torch.nn.Module, folder: Path, side: int) -> float:
    """Convert with TFLite's built-in ops alone and compare one image."""
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder))
    interpreter = tf.lite.Interpreter(model_content=converter.convert(), num_threads=1)
    interpreter.allocate_tensors()
    image_1CSS = models.images(1, side)
    interpreter.set_tensor(
        interpreter.get_input_details()[0]["index"], image_1CSS.permute(0, 2, 3, 1).contiguous().numpy()
    )
    interpreter.invoke()
    result = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    with torch.no_grad():
        expected = model(image_1CSS).numpy()
    return float(f"{np.abs(result - expected).max() / np.ptp(expected):.2g}")


def _judge(
    model: torch.nn.Module, images_NCHW: torch.Tensor, expected: Array, result: Array, batch_size: int
) -> dict[str, float]:
    """Compare both with torch in float64: a wrong rule is far off where torch's own float32 is near."""
    with torch.no_grad():
        exact = copy.deepcopy(model).double()(images_NCHW.double()).numpy()
    scale = float(np.ptp(exact))
    return {
        f"torch_rounding_{batch_size}": float(np.abs(expected - exact).max()) / scale,
        f"rounding_{batch_size}": float(np.abs(result - exact).max()) / scale,
    }


def _ops(folder: Path) -> list[str]:
    graph = tf.saved_model.load(str(folder)).signatures["serving_default"].graph.as_graph_def()
    functions = [node for function in graph.library.function for node in function.node_def]
    return [node.op for node in (*graph.node, *functions)]


def _peak_mb() -> float:
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes * 1024 / 1e6
