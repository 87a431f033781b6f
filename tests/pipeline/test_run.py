"""The command from the shell: every user's mistake is a sentence and the right exit code, never a traceback."""

import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from PIL import Image

from pipeline.door import check_everything
from pipeline.run import build_parser
from pipeline.run_record import RunRecord
from pipeline.settings import load_config

ROOT = Path(__file__).resolve().parents[2]


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pipeline.run", *arguments], cwd=ROOT, text=True, capture_output=True, check=False
    )


def draw_classes(folder: Path, *labels: str) -> Path:
    for label in labels:
        (folder / label).mkdir(parents=True)
        Image.new("RGB", (8, 8)).save(folder / label / "a.png")
    return folder


def test_help_loads_no_library_beyond_the_standard_one() -> None:
    code = (
        "import sys; from pipeline.run import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "heavy = loaded & {'pydantic', 'rich', 'yaml', 'numpy', 'tensorflow', 'torch', 'tfx'}\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "exit codes" in done.stdout


def test_checking_everything_at_the_door_loads_no_framework(tmp_path: Path) -> None:
    code = (
        "import sys; from pipeline.run import main\n"
        f"code = main(['--data', {str(tmp_path)!r}])\n"
        "assert not {'tensorflow', 'torch', 'tfx', 'keras', 'apache_beam'} & set(sys.modules)\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=False)

    assert done.returncode == 2, done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--frmework", "keras"], "unknown option '--frmework'"),
        (["--framework", "kers"], "Did you mean 'keras'?"),
        (["--runner", "cloud"], "--runner 'cloud' is unknown"),
        (["--set", "train.epoch=3"], "unknown setting 'train.epoch'. Did you mean 'epochs'?"),
        (["--config", "absent.yaml"], "config file absent.yaml cannot be read"),
        (["--preset", "quik"], "unknown preset 'quik'"),
        (["--data", "/absent/photos"], "data folder /absent/photos does not exist"),
        (["--data", "/absent/span-{SPAN}"], "data folder /absent does not exist"),
        (["--data", "/absent/span-{SPAM}"], "Did you mean 'SPAN'?"),
        (["--model", "absent.py:build_model"], "model file absent.py does not exist"),
        (["--model", "torchvision:resnet18"], "is a PyTorch model"),
        (["--jobs", "0"], "'0' is no whole number above 0"),
        (["--resume", "--preset", "quick"], "leave out --preset"),
        (["--runner", "kubeflow"], "needs either --compile-only FILE or --submit HOST"),
        (["--runner", "kubeflow", "--compile-only", "x.yaml", "--from", "Transform"], "--from works with the runners"),
        (["--submit", "http://localhost"], "need --runner kubeflow"),
        (["--set", "local.steps.Trainr_keras.retries=1"], "Did you mean 'Trainer_keras'"),
        (["--explain-cache", "Transfrm"], "Did you mean 'Transform'?"),
        (["stray"], "unexpected argument 'stray'"),
    ],
)
def test_a_mistake_is_named_with_exit_code_2(arguments: list[str], sentence: str) -> None:
    done = command(*arguments)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_a_resume_without_a_run_is_named(tmp_path: Path) -> None:
    done = command("--resume", "--root", str(tmp_path))

    assert done.returncode == 2
    assert "no run has been started in" in done.stderr


def test_a_dry_run_shows_every_step_and_writes_nothing(tmp_path: Path) -> None:
    done = command("--dry-run", "--root", str(tmp_path / "runs"))

    assert done.returncode == 0, done.stderr
    assert "15 of 15 steps would be executed; nothing was run" in done.stdout
    assert not (tmp_path / "runs").exists()


def test_an_empty_class_folder_and_a_single_class_are_named(tmp_path: Path) -> None:
    draw_classes(tmp_path / "one", "rose")
    (draw_classes(tmp_path / "empty", "rose", "tulip") / "moss").mkdir()

    one, empty = command("--data", str(tmp_path / "one")), command("--data", str(tmp_path / "empty"))

    assert (one.returncode, empty.returncode) == (2, 2)
    assert "needs at least 2 class folders but has only one, 'rose'" in one.stderr
    assert "moss holds no .jpg, .jpeg or .png file" in empty.stderr


def test_all_mistakes_are_said_at_once() -> None:
    done = command(
        "--frmework", "x", "--preset", "quik", "--data", "/absent", "--set", "train.epoch=1", "--model", "cnnn"
    )

    assert len(done.stderr.splitlines()) >= 5


def test_a_root_in_use_by_another_run_is_left_alone(tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = command("--root", str(tmp_path))

    assert done.returncode == 1
    assert "another run works in" in done.stderr


def test_a_run_that_is_resumed_keeps_its_spans_although_another_has_arrived(tmp_path: Path) -> None:
    draw_classes(tmp_path / "data" / "1", "rose", "tulip")
    record = RunRecord(
        run_id="20260101-a",
        runner="local",
        started=datetime(2026, 1, 1, tzinfo=timezone.utc),
        pipeline_name="tandem-data",
        config=load_config(options={"data": {"path": f"{tmp_path}/data/{{SPAN}}"}}).model_dump(mode="json"),
        selection={"start": None, "until": None, "only": None},
        spans="1",
        key_parts={},
    )
    record.write(tmp_path / "runs" / "reports")
    draw_classes(tmp_path / "data" / "2", "rose", "tulip")
    options, _ = build_parser().parse_known_args(["--resume", "--root", f"{tmp_path / 'runs'}"])

    assert check_everything(options, [], []).data.spans == "1"
