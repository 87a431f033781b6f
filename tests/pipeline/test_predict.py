import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pipeline.predict", *arguments], cwd=ROOT, text=True, capture_output=True, check=False
    )


def test_help_is_there_at_once_and_loads_nothing() -> None:
    code = (
        "import sys; from pipeline import predict; predict.build_parser().format_help()\n"
        "heavy = {'apache_beam', 'pydantic', 'numpy', 'tensorflow', 'torch', 'onnxruntime', 'pyarrow'}\n"
        "assert not heavy & set(sys.modules)"
    )
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    assert time.monotonic() - started < 2  # a loaded machine is slow; the imports are what is tested


def test_mistakes_end_with_code_2_a_line_each_and_no_traceback(tmp_path: Path) -> None:
    done = run("--input", str(tmp_path / "absent"), "--output", str(tmp_path / "o.parquet"))

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert [line[:7] for line in done.stderr.splitlines()] == ["error: ", "error: "]
