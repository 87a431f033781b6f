"""Importing a module does nothing: no file appears and the environment stays."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIGHT = sorted(
    str(path.relative_to(ROOT).with_suffix("")).replace("/", ".")
    for package in ("pipeline", "serving")
    for path in (ROOT / package).rglob("*.py")
    if path.name not in ("__init__.py", "graph.py", "step_launcher.py", "outcomes.py")
)
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
    assert done.returncode == 0, done.stderr
