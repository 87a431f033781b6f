import subprocess
import sys
from pathlib import Path

from loaded_modules import run_and_list_packages

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pipeline.predict", *arguments], cwd=ROOT, text=True, capture_output=True, check=False
    )


def test_help_loads_no_library_beyond_the_standard_one() -> None:
    _, packages = run_and_list_packages("from pipeline import predict; predict.build_parser().format_help()")

    assert packages == set()


def test_mistakes_end_with_code_2_a_line_each_and_no_traceback(tmp_path: Path) -> None:
    done = run("--input", str(tmp_path / "absent"), "--output", str(tmp_path / "o.parquet"))

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert [line[:7] for line in done.stderr.splitlines()] == ["error: ", "error: "]
