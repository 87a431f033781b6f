"""In processes of their own: the compiler remembers what it found, and loads much."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[3]
_PROGRAM = """
import torch
from trainers.errors import DeviceError
from trainers.torch_trainer.compilation import explaining_compiler_failures

compiled = torch.compile(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU()))
try:
    with explaining_compiler_failures():
        compiled(torch.ones(3, 2)).sum().backward()
except DeviceError as error:
    print("refused:", error)
"""


@pytest.mark.slow
def test_a_missing_compiler_is_said_in_a_sentence(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(_ROOT),
        "PATH": str(tmp_path),
        "CXX": "no-such-compiler",
        "TORCHINDUCTOR_CACHE_DIR": str(tmp_path),
    }
    command = [sys.executable, "-c", _PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)
    assert done.stdout.startswith("refused: optimization.compile is true, but torch.compile failed: "), done.stderr
    assert "no-such-compiler" in done.stdout
    assert "install them or set optimization.compile=false" in done.stdout
