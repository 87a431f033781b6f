"""The real pipeline by the rules of a cluster: compiled, and every step in a fresh process with only its inputs."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pushed_root import EPOCHS
from rich.console import Console
from workplace import Workplace

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
    "data": {"path": "/data/three-digits"},
    "train": {"epochs": 1},
    "image": {"size_pixels": 16},
    "evaluation": {"min_accuracy": 0.7},
    "kubeflow": {
        "num_classes": 3,
        "data_volume": {"claim": "scans", "mount_path": "/data"},
        "retries": {"max_count": 0},
    },
}


@pytest.fixture(scope="module")
def volume(scans: Path) -> Path:
    """A volume with 300 scans of three digits in class folders, and a damaged one."""
    return scans.parent


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
    """A run of both frameworks that pushes, with the epochs of the pushed root; its folder and what it printed."""
    root = tmp_path_factory.mktemp("cluster")
    package = compile_package(root)
    done = emulate(package, root, volume, "--param", f"epochs={EPOCHS}", "--param", "model_name=scans")
    assert done.returncode == 0, done.stdout + done.stderr
    return root, done.stdout


def test_the_pods_of_the_first_steps_make_of_the_images_what_the_local_runner_makes(
    pushed_root: Workplace, volume: Path, tmp_path: Path
) -> None:
    package = compile_package(tmp_path)
    keep_tasks(package, {"ImageExampleGen", "StatisticsGen", "SchemaGen"})

    done = emulate(package, tmp_path, volume)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "300 images: " in done.stdout
    (cluster,) = (tmp_path / "bucket").rglob("schema.pbtxt")
    (local,) = pushed_root.root.glob("artifacts/SchemaGen/schema/*/schema.pbtxt")
    assert cluster.read_text() == local.read_text()


def keep_tasks(package: Path, kept: set[str]) -> None:
    """Cut a package down to some tasks that need no other."""
    spec, *others = yaml.safe_load_all(package.read_text())
    executors = {f"{task}_executor" for task in kept}
    for named, names in (
        (spec["root"]["dag"]["tasks"], kept),
        (spec["components"], kept),
        (spec["deploymentSpec"]["executors"], executors),
        *((other["platforms"]["kubernetes"]["deploymentSpec"]["executors"], executors) for other in others),
    ):
        for name in set(named) - names:
            del named[name]
    package.write_text(yaml.safe_dump_all([spec, *others]))


@pytest.mark.nightly
def test_the_champion_is_pushed_to_the_volume_and_its_lineage_names_the_run(first_run: tuple[Path, str]) -> None:
    root, said = first_run

    manifest = verify(root / "volumes" / "tandem-models" / "scans" / "1")

    assert f"Emulated run {manifest.lineage['kubeflow_run_id']} of tandem-three-digits" in said
    assert manifest.lineage["run_data"] == "/data/three-digits"
    assert manifest.lineage["run_epochs"] == f"{EPOCHS}"
    assert manifest.parity.passed


@pytest.mark.nightly
def test_the_steps_tell_what_they_did(first_run: tuple[Path, str]) -> None:
    _, said = first_run

    assert "300 images: " in said
    assert re.search("Trainer_pytorch +executed", said)
    assert f"{EPOCHS} epochs on " in said
    assert "nothing is pushed yet" in said


@pytest.mark.nightly
def test_the_cluster_makes_of_the_images_what_the_local_runner_makes(
    first_run: tuple[Path, str], pushed_root: Workplace
) -> None:
    cluster, local = first_run[0] / "bucket", pushed_root.root / "artifacts"

    def decision(folder: Path) -> Decision:
        (file,) = folder.rglob("decision.json")
        return Decision.read(file.parent)

    def graph(folder: Path) -> TransformGraph:
        (saved,) = folder.rglob("transform_graph/**/transform_fn")
        return TransformGraph(saved.parent)

    assert read_normalization(graph(cluster)) == read_normalization(graph(local))
    assert graph(cluster).class_names == graph(local).class_names
    for framework, verdict in decision(cluster).verdicts.items():
        here, there = decision(local).verdicts[framework].candidate.metrics, verdict.candidate.metrics
        assert here is not None
        assert there is not None
        assert there.confusion_matrix == here.confusion_matrix
        assert there.loss == pytest.approx(here.loss, rel=1e-5)


@pytest.mark.nightly
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


def test_data_that_the_pod_does_not_see_fails_the_first_step_in_one_line(volume: Path, tmp_path: Path) -> None:
    done = emulate(compile_package(tmp_path), tmp_path, volume, "--param", "data=/data/gone")

    assert done.returncode == 1
    assert "Failed: step ImageExampleGen: data folder" in done.stdout
    assert "Traceback" not in (tmp_path / "logs" / "ImageExampleGen-0.log").read_text()


@pytest.mark.nightly
def test_a_pod_chooses_the_spans_of_its_run(volume: Path, tmp_path: Path) -> None:
    for span in (1, 2, 3):
        for path in (volume / "three-digits").glob("*/0*.png"):
            if int(path.stem) % 3 == span - 1:
                copy = tmp_path / "volume" / "spans" / f"{span}" / path.parent.name / path.name
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
    options = {"data": {"path": "/data/spans/{SPAN}", "spans": 2}, "frameworks": ("keras",), "model_name": "spans"}

    # No batch of a thousand can be had of 200 images, so that the run ends at the Trainer.
    done = emulate(
        compile_package(tmp_path, **options), tmp_path, tmp_path / "volume", "--param", "batch_size_examples=1000"
    )

    assert done.returncode == 1
    assert "200 images of spans 2,3: " in done.stdout, done.stdout + done.stderr
