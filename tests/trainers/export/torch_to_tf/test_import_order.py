import importlib.util
import subprocess
import sys

import pytest

needs_triton = pytest.mark.skipif(
    importlib.util.find_spec("triton") is None, reason="only triton makes the order matter"
)


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.slow
@needs_triton
def test_import_after_tensorflow_is_refused_and_does_not_crash() -> None:
    finished = run_python("import tensorflow\nimport trainers.export.torch_to_tf")
    assert finished.returncode == 1
    assert "Import trainers.export.torch_to_tf (or triton) before tensorflow" in finished.stderr


@pytest.mark.slow
def test_import_before_tensorflow_leaves_both_frameworks_usable() -> None:
    code = (
        "from trainers.export.torch_to_tf import map_module\n"
        "import tensorflow as tf, torch\n"
        "mapped = map_module(torch.nn.Flatten(), input_shape=(1, 2, 2))\n"
        "print(mapped(tf.ones([3, 2, 2, 1])).shape)\n"
    )
    finished = run_python(code)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip() == "(3, 4)"
