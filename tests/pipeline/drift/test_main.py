"""The command from the shell."""

import subprocess
import sys
from pathlib import Path

import tiny_bundles
from loaded_modules import run_and_list_packages

ROOT = Path(__file__).resolve().parents[3]


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=False)


def test_help_loads_no_library_beyond_the_standard_one() -> None:
    printed, packages = run_and_list_packages("from pipeline.drift.__main__ import main; main(['--help'])")

    assert "exit codes" in printed
    assert packages == set()


def test_mistakes_and_lost_statistics_are_sentences_and_load_no_framework(tmp_path: Path) -> None:
    for name in ("1/cat", "1/dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        (tmp_path / "pets" / name / "a.png").touch()
    arguments = ["--data", f"{tmp_path}/pets/{{SPAN}}", "--root", f"{tmp_path}/runs"]
    code = (
        f"import sys; from pipeline.drift.__main__ import main\ncode = main({arguments!r})\n"
        "assert not {'tensorflow', 'torch', 'tfx', 'apache_beam'} & set(sys.modules)\nsys.exit(code)"
    )

    nothing_pushed = run(code)
    tiny_bundles.write_bundle(tmp_path / "runs" / "models" / "pets" / "1")
    statistics_lost = run(code)

    assert nothing_pushed.returncode == 2
    assert "error: no version of pets is pushed in" in nothing_pushed.stderr
    assert statistics_lost.returncode == 1
    assert statistics_lost.stderr.startswith("error: the manifest of the pushed model does not name the statistics")
    assert "Traceback" not in nothing_pushed.stderr + statistics_lost.stderr
