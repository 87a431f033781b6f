"""What code loads beyond the standard library, which is what makes a command slow to begin."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_OURS = {"pipeline", "components", "trainers", "serving"}
_CODE = """
import sys
before = set(sys.modules)
try:
    exec(sys.argv[1])
except SystemExit:
    pass
print("", *sorted(set(sys.modules) - before))
"""


def run_and_list_packages(code: str) -> tuple[str, set[str]]:
    """Run code in a process of its own; returns what it prints, and other people's packages that it loads."""
    done = subprocess.run([sys.executable, "-c", _CODE, code], cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    *printed, modules = done.stdout.splitlines()
    packages = {name.partition(".")[0] for name in modules.split()}
    return "\n".join(printed), packages - _OURS - sys.stdlib_module_names
