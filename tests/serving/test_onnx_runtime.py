import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import os, sys
from serving.onnx_runtime import load_onnx_runtime
assert "onnxruntime" not in sys.modules
assert hasattr(load_onnx_runtime(), "InferenceSession")
print(os.environ["ORT_DISABLE_TELEMETRY"])
"""


@pytest.mark.parametrize(("given", "expected"), [({}, "1"), ({"ORT_DISABLE_TELEMETRY": "0"}, "0")])
def test_onnx_runtime_reports_nothing_unless_someone_asks_for_it(given: dict[str, str], expected: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **given},
        text=True,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == expected


def test_nothing_else_imports_onnx_runtime() -> None:
    sources = (
        path for room in ("serving", "components", "pipeline", "trainers") for path in (ROOT / room).rglob("*.py")
    )
    importers = {path.name for path in sources if "import onnxruntime" in path.read_text()}

    assert importers == {"onnx_runtime.py"}
