"""Allocations that really fail, in processes of their own whose address space is limited."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trainers.config import TrainConfig
from trainers.errors import OutOfMemoryError
from trainers.out_of_memory import explaining_out_of_memory

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = """
import resource, sys
{imports}
from trainers.config import TrainConfig
from trainers.errors import OutOfMemoryError
from trainers.out_of_memory import explaining_out_of_memory

{warm_up}
used_bytes = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used_bytes + 2**28, resource.RLIM_INFINITY))
try:
    with explaining_out_of_memory(TrainConfig(), image_size_pixels=32):
        {allocation}
except OutOfMemoryError as error:
    print(type(error.__cause__).__name__, "explained:", error)
"""
_CASES = {
    "python": ("", "", "bytearray(2**33)", "MemoryError"),
    "torch": ("import torch", "torch.ones(2)", "torch.ones(2**30)", "RuntimeError"),
    "tensorflow": ("import tensorflow as tf", "tf.ones(2)", "tf.ones(2**30) + 1", "ResourceExhaustedError"),
}


@pytest.mark.slow
@pytest.mark.parametrize("library", _CASES)
def test_a_failed_allocation_says_what_to_lower(library: str) -> None:
    imports, warm_up, allocation, kind = _CASES[library]
    program = _PROGRAM.format(imports=imports, warm_up=warm_up, allocation=allocation)
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120, env=environment
    )
    assert done.stdout.startswith(f"{kind} explained: out of memory with batches of 64 images of 32 px"), done.stderr
    assert "train.optimization.micro_batches=2 (it is 1)" in done.stdout


@pytest.mark.parametrize("error", [ValueError("no"), RuntimeError("shapes do not match"), KeyError("x")])
def test_other_errors_stay_as_they_are(error: Exception) -> None:
    with pytest.raises(type(error)), explaining_out_of_memory(TrainConfig(), image_size_pixels=32):
        raise error


def test_the_cause_of_a_wrapped_error_counts() -> None:
    with pytest.raises(OutOfMemoryError, match=r"train\.batch_size_examples \(it is 64\)"):
        with explaining_out_of_memory(TrainConfig(), image_size_pixels=32):
            raise ValueError("a layer failed") from MemoryError()
