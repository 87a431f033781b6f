"""How fast exports of torchvision models run: SavedModel against ONNX Runtime and torch eager, one thread each.

    TF_ENABLE_ONEDNN_OPTS=1 OMP_NUM_THREADS=1 python -m benchmarks.export_speed [--batch 32] [--rounds 5] [NAME ...]

Each round runs all three once, so that a busy machine slows all alike; the best round counts. One process a model.
"""

# Before tensorflow: this one loads torch and what crashes after it.
from benchmarks.torch_zoo import models  # isort: skip
from trainers.export.torch_to_tf import map_module  # isort: skip

import argparse
import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import onnxruntime
import tensorflow as tf
import torch

from trainers.export.image_onnx import IMAGE, write_image_onnx
from trainers.export.image_saved_model import write_image_saved_model
from trainers.export.onnx_torch import export_torch_core

_SIDE_PIXELS = 224


def measure(name: str, *, batch: int, rounds: int) -> dict[str, float | str | int]:
    """Return the best milliseconds per batch of each, and the ratios."""
    torch.set_num_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    model = models.whole(name, _SIDE_PIXELS).eval()
    images_NCHW = models.images(batch, _SIDE_PIXELS)
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        calls = _calls(model, images_NCHW, Path(folder))
        best = dict.fromkeys(calls, float("inf"))
        for _ in range(rounds + 1):  # the first one warms up
            for what, call in calls.items():
                started = time.perf_counter()
                call()
                best[what] = min(best[what], (time.perf_counter() - started) * 1e3)
    return {
        "model": name,
        "batch": batch,
        **{f"{what}_ms": round(ms, 1) for what, ms in best.items()},
        "to_onnx": round(best["saved_model"] / best["onnx"], 2),
        "to_torch": round(best["saved_model"] / best["torch"], 2),
    }


def _calls(model: torch.nn.Module, images_NCHW: torch.Tensor, folder: Path) -> Mapping[str, Callable[[], object]]:
    shape = (_SIDE_PIXELS, _SIDE_PIXELS, 3)
    core = export_torch_core(model, input_shape=(3, _SIDE_PIXELS, _SIDE_PIXELS))
    write_image_onnx(folder / "model.onnx", core, image_shape_HWC=shape)
    mapped = map_module(model, input_shape=(3, _SIDE_PIXELS, _SIDE_PIXELS))
    write_image_saved_model(folder / "saved_model", function=mapped, tracked=mapped, image_shape_HWC=shape)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
    loaded = tf.saved_model.load(str(folder / "saved_model"))
    images_NHWC = images_NCHW.permute(0, 2, 3, 1).contiguous().numpy()
    tensor_NHWC = tf.constant(images_NHWC)

    def saved_model() -> object:
        return loaded.signatures["serving_default"](image=tensor_NHWC)["output"].numpy()

    return {
        "saved_model": saved_model,
        "onnx": lambda: session.run(None, {IMAGE: images_NHWC}),
        "torch": lambda: model(images_NCHW),
    }


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=models.FOR_TFLITE, metavar="NAME")
    parser.add_argument("--batch", type=int, default=32, help="images in a batch")
    parser.add_argument("--rounds", type=int, default=5, help="rounds after the first")
    options = parser.parse_args()
    if len(options.names) > 1:
        for name in options.names:
            again = [sys.executable, "-m", "benchmarks.export_speed", name]
            subprocess.run([*again, "--batch", str(options.batch), "--rounds", str(options.rounds)], check=True)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = measure(options.names[0], batch=options.batch, rounds=options.rounds)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
