"""What the pipeline costs on top of training: wall time of a run on digits over that of the bare script.

Both are whole processes from the shell, each with its own imports, in turn in one session:
`make bench`, or `python -m pytest benchmarks/bench_overhead.py -m "" --benchmark-only -s`.
"""

import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
_MEDIANS: dict[str, float] = {}


def run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture
def measured(benchmark: Any, request: pytest.FixtureRequest) -> Any:
    yield benchmark
    _MEDIANS[request.node.name] = statistics.median(benchmark.stats.stats.data)


@pytest.mark.timeout(1800)
def test_bare_script(measured: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    def once() -> None:
        run("-c", _SCRIPT, str(tmp_path_factory.mktemp("bare")))

    measured.pedantic(once, rounds=ROUNDS)


@pytest.mark.timeout(1800)
def test_pipeline_run(measured: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    def once() -> None:
        run("-m", "pipeline.run", "--root", str(tmp_path_factory.mktemp("runs")))

    measured.pedantic(once, rounds=ROUNDS)


@pytest.fixture(scope="module", autouse=True)
def show_ratio() -> Any:
    yield
    if len(_MEDIANS) == 2:
        bare, pipeline = _MEDIANS["test_bare_script"], _MEDIANS["test_pipeline_run"]
        sys.stdout.write(f"\npipeline {pipeline:.1f} s / bare {bare:.1f} s = {pipeline / bare:.2f}\n")


_SCRIPT = "import runpy, sys; sys.path.insert(0, '.'); runpy.run_path('benchmarks/bare_digits.py', run_name='__main__')"
