"""The command of retraining from the shell."""

import subprocess
import sys
from pathlib import Path

import pytest
from loaded_modules import run_and_list_packages

from pipeline.retrain import main

ROOT = Path(__file__).resolve().parents[2]


def test_help_loads_no_library_beyond_the_standard_one() -> None:
    printed, packages = run_and_list_packages("from pipeline.retrain import main; main(['--help'])")

    assert "exit codes" in printed
    assert packages == set()


def test_checking_everything_at_the_door_loads_no_framework(tmp_path: Path) -> None:
    code = (
        "import sys; from pipeline.retrain import main\n"
        f"code = main(['--schedule', '0 3 * * *', '--data', {str(tmp_path)!r}])\n"
        "assert not {'tensorflow', 'torch', 'tfx', 'keras', 'apache_beam'} & set(sys.modules)\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=False)

    assert done.returncode == 2, done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--schedule", "0 0 3 * * *"], "six fields"),
        (["status", "--root", "/absent"], "no service has worked in /absent; check --root"),
        (
            ["statsu"],
            "unknown command 'statsu'; commands are status, history, pause, resume, trigger, kubeflow, cronjob",
        ),
        (["pause"], "--reason"),
        (["history", "--last", "x"], "--last"),
    ],
)
def test_a_mistake_is_named_with_exit_code_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(arguments)
    except SystemExit as end:  # how argparse ends
        code = end.code

    assert code == 2
    assert sentence in capsys.readouterr().err
