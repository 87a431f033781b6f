"""Digits that arrive in spans: each run takes its window, starts from what was pushed, and lineage tells which."""

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as mlmd
from PIL import Image
from pushed_root import copy_root
from sklearn.datasets import load_digits
from workplace import ROOT, Workplace

from serving.bundle import read_manifest
from serving.images import decode_image

pytestmark = [pytest.mark.e2e, pytest.mark.nightly, pytest.mark.timeout(1500)]

SPANS, COPIES = 3, 5
SETTINGS = ("--set", "data.spans=2", "--set", "train.weights=pushed_or_none", "--set", "train.epochs=3")


def deliver(folder: Path) -> Path:
    """Write the digits as three spans of 599 scans; the third has five of the second again. Returns the pattern."""
    digits = load_digits()
    for index, (scan, target) in enumerate(zip(digits.images, digits.target, strict=True)):
        path = folder / f"span-{index % SPANS + 1:02}" / str(target) / f"{index:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((scan * 15).astype(np.uint8)).save(path)
    for path in sorted((folder / "span-02" / "0").iterdir())[:COPIES]:
        shutil.copy(path, folder / "span-03" / "0" / f"again-{path.name}")
    return folder / "span-{SPAN}"


@pytest.fixture(scope="module", params=["keras", "pytorch"])
def workplace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """The first two spans are trained on and pushed; then the third arrives."""
    folder = tmp_path_factory.mktemp(request.param)
    place = Workplace(folder / "runs", deliver(folder / "scans"))
    arguments = ("--framework", request.param, *SETTINGS)
    first = place.run(*arguments, "--set", "data.until=2")
    assert first.returncode == 0, first.stdout + first.stderr
    assert f"{request.param.capitalize()} starts from random weights" in first.stdout
    assert place.summary()["spans"] == ["1", "2"]
    second = place.run(*arguments)
    assert second.returncode in (0, 3), second.stdout + second.stderr
    assert f"{request.param.capitalize()} starts from the weights of version 1" in second.stdout
    return place


@contextlib.contextmanager
def delivered(workplace: Workplace, span: str) -> Iterator[Path]:
    """Let one more span with the images of the first be there for a while."""
    folder = workplace.scans.parent / span
    shutil.copytree(workplace.scans.parent / "span-01", folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def newest(root: Path, pattern: str) -> Path:
    """Return the folder of the newest artifact of a step."""
    return max(root.glob(f"artifacts/{pattern}/*"), key=lambda folder: int(folder.name))


def test_the_bundle_and_the_examples_name_exactly_the_spans_of_their_run(workplace: Workplace) -> None:
    connection = mlmd.ConnectionConfig()
    connection.sqlite.filename_uri = str(workplace.root / "metadata.sqlite")
    store = metadata_store.MetadataStore(connection)
    examples = sorted(store.get_artifacts_by_type("Examples"), key=lambda artifact: artifact.id)

    assert read_manifest(workplace.root / "models" / "scans" / "1").lineage["spans"] == "1,2"
    assert [artifact.custom_properties["spans"].string_value for artifact in examples] == ["1,2", "2,3"]
    assert [artifact.properties["span"].int_value for artifact in examples] == [2, 3]
    assert workplace.summary()["spans"] == ["2", "3"]


def test_equal_images_of_two_spans_count_once_and_this_is_said(workplace: Workplace) -> None:
    outcome = workplace.step("ImageExampleGen")["outcome"]

    assert outcome.startswith("1,198 images of spans 2,3: ")
    assert outcome.endswith(f"; {COPIES} left out that a newer span has too")


def test_the_pushed_model_was_judged_on_the_new_images(workplace: Workplace) -> None:
    assert workplace.summary()["comparison"].startswith("compared with version 1, pushed now, accuracy 0.")


def test_a_warm_start_begins_where_the_pushed_model_stands(workplace: Workplace) -> None:
    import onnxruntime

    bundle = workplace.root / "models" / "scans" / "1"
    files = [str(path) for path in newest(workplace.root, "ImageExampleGen/examples").glob("Split-eval/*.gz")]
    records = tf.data.TFRecordDataset(files, compression_type="GZIP").as_numpy_iterator()
    features = [tf.train.Example.FromString(record).features.feature for record in records]
    session = onnxruntime.InferenceSession(str(bundle / "model.onnx"), providers=["CPUExecutionProvider"])
    pixels = np.stack([decode_image(feature["image"].bytes_list.value[0]) for feature in features])
    (probabilities,) = session.run(["probabilities"], {"image": pixels})
    answers = [read_manifest(bundle).class_names[index] for index in probabilities.argmax(1)]
    truth = [feature["label"].bytes_list.value[0].decode() for feature in features]
    accuracy = np.mean([answer == label for answer, label in zip(answers, truth, strict=True)])

    (trainer,) = (step for step in workplace.statuses() if step.startswith("Trainer_"))
    history = json.loads((newest(workplace.root, f"{trainer}/model_run") / "history.json").read_text())

    assert len(truth) > 100
    assert history["initial"]["eval_accuracy"] == pytest.approx(accuracy, abs=0.01)
    assert f"{history['initial']['eval_accuracy']:.4f} before the first step" in workplace.step(trainer)["outcome"]
    assert "Before the first step, weights pushed: eval loss" in workplace.log()


def test_a_new_span_outside_of_the_window_re_runs_nothing(workplace: Workplace) -> None:
    with delivered(workplace, "span-00"):
        shown = workplace.run("--framework", next(iter(workplace.summary()["candidates"])), *SETTINGS, "--dry-run")

    assert "ImageExampleGen" in shown.stdout
    assert next(line for line in shown.stdout.splitlines() if line.startswith("ImageExampleGen")).split()[1] == "cached"


def drift(workplace: Workplace, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pipeline.drift", "--data", str(workplace.scans), "--root", str(workplace.root)]
    return subprocess.run([*command, *arguments], cwd=ROOT, text=True, capture_output=True, check=False)


def test_a_span_of_negatives_is_drift_and_one_of_the_same_kind_is_none(workplace: Workplace) -> None:
    trained_on = read_manifest(max((workplace.root / "models" / "scans").glob("[0-9]*"))).lineage["spans"]
    assert trained_on in ("1,2", "2,3")
    # What arrives now are other scans of the same people's digits, whichever version was pushed last.
    with delivered(workplace, "span-04") as folder:
        same = drift(workplace, "--json")
        assert same.returncode == 0, same.stdout + same.stderr
        assert {one["what"] for one in json.loads(same.stdout)["compared"]} == {"span 4"}

        for path in folder.glob("*/*.png"):
            Image.fromarray(255 - np.array(Image.open(path))).save(path)
        negatives = drift(workplace, "--json")
        shown = drift(workplace)

    report = json.loads(negatives.stdout)
    assert (negatives.returncode, shown.returncode) == (3, 3), negatives.stderr + shown.stderr
    assert report["has_drifted"]
    assert "brightness" in {one["feature"] for one in report["compared"] if one["has_drifted"]}
    assert any("brightness of span 4" in reason for reason in report["reasons"])
    assert "Drift from what version" in shown.stdout
    assert "Traceback" not in shown.stdout + shown.stderr


def test_statistics_that_are_gone_are_a_sentence(workplace: Workplace, tmp_path: Path) -> None:
    place = copy_root(workplace, tmp_path / "copied")
    shutil.rmtree(place.root / "artifacts" / "StatisticsGen")

    done = drift(place)

    assert done.returncode == 1
    assert done.stderr.startswith("error: the statistics of the pushed model's training data are not in this root")
    assert len(done.stderr.splitlines()) == 1
