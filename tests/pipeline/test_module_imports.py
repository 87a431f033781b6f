"""Importing a module does nothing: no file appears and the environment stays."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "pipeline.graph",
    "pipeline.module.record_example_gen",
    "pipeline.runners.step_launcher",
    "pipeline.runners.outcomes",
    "pipeline.beam.arguments",
    "pipeline.beam.beam_parser",
    "pipeline.beam.multi_process",
    "pipeline.beam.sdk_worker",
    "pipeline.beam.worker_template",
    "pipeline.bulk_inference.onnx_handler",
    "pipeline.bulk_inference.prediction",
    "pipeline.bulk_inference.readers",
    "pipeline.bulk_inference.rows",
    "pipeline.bulk_inference.saved_model_handler",
    "pipeline.bulk_inference.writers",
    "pipeline.drift.comparison",
    "serving.backends.saved_model",
}
"""What runs in workers alone, after the door, or where the backend was asked for."""
MODULES = {
    str(path.relative_to(ROOT).with_suffix("")).replace("/", ".")
    for package in ("pipeline", "serving")
    for path in (ROOT / package).rglob("*.py")
    if path.name not in ("__init__.py", "__main__.py")
}
LIGHT = sorted(MODULES - HEAVY)
CODE = """
import importlib, os, sys
before = dict(os.environ)
for name in sys.argv[1:]:
    importlib.import_module(name)
assert dict(os.environ) == before, "the environment changed"
assert not os.listdir("."), os.listdir(".")
heavy = {"tensorflow", "torch", "tfx", "keras", "apache_beam"} & set(sys.modules)
assert not heavy, heavy
"""


@pytest.mark.parametrize("package", ["pipeline", "serving"])
def test_light_modules_load_no_framework_and_touch_nothing(package: str, tmp_path: Path) -> None:
    names = [name for name in LIGHT if name.startswith(package)]

    done = subprocess.run(
        [sys.executable, "-c", CODE, *names],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        text=True,
        capture_output=True,
        check=False,
    )

    assert len(names) > 2
    assert HEAVY <= MODULES
    assert done.returncode == 0, done.stderr
