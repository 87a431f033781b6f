"""The real pipeline by the rules of a cluster: compiled, and every step in a fresh process with only its inputs."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image
from rich.console import Console
from sklearn.datasets import load_digits

from components.decision import Decision
from pipeline.kubeflow.preconditions import describe_data
from pipeline.runners.kubeflow import compile_only
from pipeline.settings import load_config
from serving.bundle import verify
from trainers.export.normalization import read_normalization
from trainers.export.transform_graph import TransformGraph

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(3000)]

ROOT = Path(__file__).resolve().parents[3]
SETTINGS: dict[str, Any] = {
    "data": {"path": "/data/scans"},
    "train": {"epochs": 3},
    "image": {"size_pixels": 16},
    "parity": {"images": 64},
    "evaluation": {"min_accuracy": 0.6, "max_accuracy_drop": 1.0},
    "kubeflow": {
        "num_classes": 3,
        "data_volume": {"claim": "scans", "mount_path": "/data"},
        "retries": {"max_count": 0},
    },
}


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A volume with 300 scans of three digits in class folders."""
    folder = tmp_path_factory.mktemp("volume")
    digits = load_digits(n_class=3)
    for index, (scan, target) in enumerate(zip(digits.images[:300], digits.target[:300], strict=True)):
        path = folder / "scans" / f"digit-{target}" / f"{index:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((scan * 15).astype(np.uint8)).save(path)
    return folder


def compile_package(folder: Path, **options: Any) -> Path:
    config = load_config(preset="digits", options={**SETTINGS, **options})
    path = folder / "package.yaml"
    compile_only(config, describe_data(config), path, Console(quiet=True))
    return path


def emulate(package: Path, root: Path, volume: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pipeline.kubeflow.emulate", str(package), "--root", str(root)]
    return subprocess.run(
        [*command, "--volume", f"scans={volume}", *arguments], cwd=ROOT, text=True, capture_output=True, check=False
    )


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory, volume: Path) -> tuple[Path, str]:
    """A run of both frameworks that pushes; its folder and what it printed."""
    root = tmp_path_factory.mktemp("cluster")
    done = emulate(compile_package(root), root, volume, "--param", "epochs=2", "--param", "model_name=scans")
    assert done.returncode == 0, done.stdout + done.stderr
    return root, done.stdout


def test_the_better_model_is_pushed_to_the_volume_and_its_lineage_names_the_run(first_run: tuple[Path, str]) -> None:
    root, said = first_run

    manifest = verify(root / "volumes" / "tandem-models" / "scans" / "1")

    assert f"Emulated run {manifest.lineage['kubeflow_run_id']} of tandem-scans" in said
    assert manifest.lineage["run_data"] == "/data/scans"
    assert manifest.lineage["run_epochs"] == "2"
    assert manifest.parity.passed


def test_the_steps_tell_what_they_did(first_run: tuple[Path, str]) -> None:
    _, said = first_run

    assert "300 images: " in said
    assert "Trainer_pytorch    executed" in said
    assert "2 epochs on " in said
    assert "nothing is pushed yet" in said


def test_the_cluster_makes_of_the_images_what_the_local_runner_makes(
    first_run: tuple[Path, str], volume: Path, tmp_path: Path
) -> None:
    config = yaml.safe_dump({**SETTINGS, "train": {"epochs": 2}, "data": {"path": str(volume / "scans")}})
    (tmp_path / "config.yaml").write_text(config)
    command = [sys.executable, "-m", "pipeline.run", "--preset", "digits", "--model-name", "scans"]
    options = ["--config", str(tmp_path / "config.yaml"), "--root", str(tmp_path / "runs")]
    done = subprocess.run([*command, *options], cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    cluster, local = first_run[0] / "bucket", tmp_path / "runs" / "artifacts"

    def decision(folder: Path) -> Decision:
        (file,) = folder.rglob("decision.json")
        return Decision.read(file.parent)

    def graph(folder: Path) -> TransformGraph:
        (saved,) = folder.rglob("transform_graph/**/transform_fn")
        return TransformGraph(saved.parent)

    assert read_normalization(graph(cluster)) == read_normalization(graph(local))
    assert graph(cluster).class_names == graph(local).class_names
    for framework, verdict in decision(local).verdicts.items():
        here, there = verdict.candidate.metrics, decision(cluster).verdicts[framework].candidate.metrics
        assert here is not None
        assert there is not None
        assert there.confusion_matrix == here.confusion_matrix
        assert there.loss == pytest.approx(here.loss, rel=1e-5)


def test_a_run_that_blesses_nothing_compares_with_the_pushed_model_ends_with_3_and_pushes_nothing(
    first_run: tuple[Path, str], volume: Path, tmp_path: Path
) -> None:
    root, _ = first_run
    models = root / "volumes" / "tandem-models"
    package = compile_package(tmp_path, frameworks=("keras",), model_name="scans")

    unreachable = ("--param", "min_accuracy=1", "--param", "epochs=1", "--param", "learning_rate=0.00001")
    done = emulate(package, tmp_path, volume, "--volume", f"tandem-models={models}", *unreachable)

    assert done.returncode == 3, done.stdout + done.stderr
    assert "version 1 is pushed now" in done.stdout
    assert "Not blessed: nothing is blessed and nothing was pushed; keras is refused: " in done.stdout
    assert [path.name for path in (models / "scans").iterdir() if path.name.isdecimal()] == ["1"]


def test_data_that_the_pod_does_not_see_fails_the_first_step_in_one_line(
    first_run: tuple[Path, str], volume: Path, tmp_path: Path
) -> None:
    root, _ = first_run

    done = emulate(root / "package.yaml", tmp_path, volume, "--param", "data=/data/gone")

    assert done.returncode == 1
    assert "Failed: step ImageExampleGen: data folder" in done.stdout
    assert "Traceback" not in (tmp_path / "logs" / "ImageExampleGen-0.log").read_text()


def test_a_pod_chooses_the_spans_of_its_run(volume: Path, tmp_path: Path) -> None:
    for span in (1, 2, 3):
        for path in (volume / "scans").glob("*/*.png"):
            if int(path.stem) % 3 == span - 1:
                copy = volume / "spans" / f"{span}" / path.parent.name / path.name
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
    options = {"data": {"path": "/data/spans/{SPAN}", "spans": 2}, "frameworks": ("keras",), "model_name": "spans"}

    # No batch of a thousand can be had of 200 images, so that the run ends at the Trainer.
    done = emulate(compile_package(tmp_path, **options), tmp_path, volume, "--param", "batch_size_examples=1000")

    assert done.returncode == 1
    assert "200 images of spans 2,3: " in done.stdout, done.stdout + done.stderr
