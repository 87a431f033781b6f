"""The whole pipeline from the shell on 300 real scans: what is pushed loads and answers, and what repeats is cached."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from serving.bundle import verify

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("--preset", "digits", "--set", "evaluation.min_accuracy=0.7", "--set", "image.size_pixels=16")

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipeline.run", *arguments]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command(*arguments), cwd=ROOT, text=True, capture_output=True, check=False)


def newest_summary(root: Path) -> dict[str, Any]:
    newest = max((root / "reports").iterdir(), key=lambda folder: folder.stat().st_mtime_ns)
    summary: dict[str, Any] = json.loads((newest / "summary.json").read_text())
    return summary


def statuses(summary: dict[str, Any]) -> dict[str, str]:
    return {step["id"]: step["status"] for step in summary["steps"]}


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 scans of three digits in class folders, one of them damaged."""
    folder = tmp_path_factory.mktemp("data") / "three-digits"
    digits = load_digits(n_class=3)
    for index, (scan, target) in enumerate(zip(digits.images[:300], digits.target[:300], strict=True)):
        path = folder / f"digit-{target}" / f"{index:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((scan * 15).astype(np.uint8)).save(path)
    first = folder / "digit-0" / "0000.png"
    (folder / "digit-0" / "cut.png").write_bytes(first.read_bytes()[:40])
    return folder


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, scans: Path) -> Iterator[tuple[Path, Path]]:
    root = tmp_path_factory.mktemp("runs")
    done = run("--data", str(scans), "--root", str(root), *QUICK)
    assert done.returncode == 0, done.stdout + done.stderr
    yield root, scans


def test_both_candidates_are_judged_and_one_is_pushed(workplace: tuple[Path, Path]) -> None:
    root, _ = workplace
    summary = newest_summary(root)

    assert summary["status"] == "pushed"
    assert set(statuses(summary).values()) == {"executed"}
    assert set(summary["candidates"]) == {"keras", "pytorch"}
    for candidate in summary["candidates"].values():
        assert candidate["metrics"]["accuracy"] >= 0.7
        assert max(candidate["parity"].values()) <= 1e-4
    assert summary["pushed"]["path"] == str(root / "models" / "three-digits" / "1")


def test_the_damaged_image_is_quarantined_by_name(workplace: tuple[Path, Path]) -> None:
    root, _ = workplace
    (entries,) = (path.read_text() for path in root.glob("artifacts/ImageExampleGen/quarantine/*/quarantine.jsonl"))

    assert json.loads(entries)["path"] == "digit-0/cut.png"


def test_the_pushed_bundle_answers_alike_in_tensorflow_and_onnx_runtime(workplace: tuple[Path, Path]) -> None:
    import onnxruntime
    import tensorflow as tf

    root, scans = workplace
    pushed = Path(newest_summary(root)["pushed"]["path"])
    manifest = verify(pushed)
    files = sorted(scans.glob("*/0*.png"))[:90]
    images = [path.read_bytes() for path in files]
    pixels = np.stack([np.array(Image.open(path).convert("RGB")) for path in files])

    served = tf.saved_model.load(str(pushed)).signatures["serving_default"](image_bytes=tf.constant(images))
    session = onnxruntime.InferenceSession(str(pushed / "model.onnx"), providers=["CPUExecutionProvider"])
    (by_onnx,) = session.run(["probabilities"], {"image": pixels})

    assert np.abs(served["probabilities"].numpy() - by_onnx).max() <= 1e-4
    assert [manifest.class_names[index] for index in by_onnx.argmax(1)] == [
        label.decode() for label in served["label"].numpy()
    ]
    truth = [path.parent.name for path in files]
    assert np.mean([label.decode() == name for label, name in zip(served["label"].numpy(), truth, strict=True)]) >= 0.7


def test_an_unchanged_run_executes_nothing_and_loads_no_framework(workplace: tuple[Path, Path]) -> None:
    root, scans = workplace
    code = (
        "import sys; from pipeline.run import main; code = main(sys.argv[1:])\n"
        "assert not {'tensorflow', 'torch', 'tfx', 'apache_beam'} & set(sys.modules)\nsys.exit(code)"
    )
    arguments = ["--data", str(scans), "--root", str(root), *QUICK]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, text=True, capture_output=True, check=False
    )

    summary = newest_summary(root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert summary["status"] == "unchanged"
    assert set(statuses(summary).values()) == {"cached"}
    assert [path.name for path in (root / "models" / "three-digits").iterdir() if path.name.isdecimal()] == ["1"]


def test_a_setting_of_one_side_trains_that_side_alone_and_a_worse_model_is_not_pushed(
    workplace: tuple[Path, Path],
) -> None:
    root, scans = workplace
    shutil.copy(ROOT / "tests" / "e2e" / "constant_model.py", root / "constant_model.py")
    model = f"pytorch={root / 'constant_model.py'}:build_model"
    done = run("--data", str(scans), "--root", str(root), "--framework", "pytorch", "--model", model, *QUICK)

    summary = newest_summary(root)
    executed = {step for step, status in statuses(summary).items() if status == "executed"}
    assert done.returncode == 3, done.stdout + done.stderr
    assert executed == {"Baseline", "Trainer_pytorch", "Parity_pytorch", "Evaluator_pytorch", "Champion", "Pusher"}
    assert "below evaluation.min_accuracy" in summary["candidates"]["pytorch"]["reasons"][0]
    assert "of version 1, which is pushed now" in summary["candidates"]["pytorch"]["reasons"][1]
    assert summary["pushed"] is None


def test_a_run_killed_in_training_ends_with_its_processes_and_the_next_one_works(tmp_path: Path, scans: Path) -> None:
    arguments = ("--data", str(scans), "--root", str(tmp_path), "--framework", "keras", *QUICK)
    with (tmp_path / "output.txt").open("w") as output:
        process = subprocess.Popen(command(*arguments), cwd=ROOT, stdout=output, stderr=output, text=True)
        wait_until(lambda: "Baseline" in (tmp_path / "output.txt").read_text(), timeout_seconds=600)
        process.send_signal(signal.SIGKILL)
        process.wait()

    wait_until(lambda: not workers_of(tmp_path), timeout_seconds=60)
    assert not (tmp_path / "models").exists()
    done = run(*arguments)

    summary = newest_summary(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert statuses(summary)["Transform"] == "cached"
    assert statuses(summary)["Trainer_keras"] == "executed"
    assert verify(Path(summary["pushed"]["path"]))


def wait_until(condition: Any, *, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def workers_of(root: Path) -> list[str]:
    """Return the processes whose log file lies in a root."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "fd" / "1").startswith(str(root / "logs")):
                found.append(process.name)
        except OSError:
            continue
    return found
