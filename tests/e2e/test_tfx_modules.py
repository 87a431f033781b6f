"""TFX's own example modules, unchanged, from records to a pushed SavedModel that answers.

The records have the form of TFX's example data; `TANDEM_TFX_EXAMPLES` may name a folder with that data itself,
`mnist.tfrecord` and `penguins_processed.csv`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from sklearn.datasets import load_digits
from workplace import ROOT

from serving.saved_model_manifest import read_saved_model_manifest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

_PENGUINS = ("culmen_length_mm", "culmen_depth_mm", "flipper_length_mm", "body_mass_g")


def _run(root: Path, data: Path, *settings: str) -> Path:
    """Run the pipeline; returns the folder of the pushed version."""
    assigned = [word for setting in settings for word in ("--set", setting)]
    command = [sys.executable, "-m", "pipeline.run", "--root", str(root), "--data", str(data), *assigned]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (report,) = (root / "reports").iterdir()
    summary = json.loads((report / "summary.json").read_text())
    assert summary["status"] == "pushed"
    assert [step["status"] for step in summary["steps"]] == ["executed"] * 9
    return Path(summary["pushed"]["path"])


def _answers(pushed: Path, examples: list[tf.train.Example]) -> np.ndarray:
    call = tf.saved_model.load(str(pushed)).signatures["serving_default"]
    (answers,) = call(examples=tf.constant([example.SerializeToString() for example in examples])).values()
    return np.asarray(answers)


def _floats(name: str, values: "np.ndarray") -> dict[str, tf.train.Feature]:
    return {name: tf.train.Feature(float_list=tf.train.FloatList(value=values.ravel()))}


def _digits(path: Path) -> None:
    scans = load_digits()
    with tf.io.TFRecordWriter(str(path)) as writer:
        for scan, target in zip(scans.images[:1000], scans.target[:1000], strict=True):
            pixels = np.kron(scan / 16 - 0.5, np.ones((4, 4)))[2:30, 2:30]
            label = {"image_class": tf.train.Feature(int64_list=tf.train.Int64List(value=[target]))}
            example = tf.train.Example(features=tf.train.Features(feature={**_floats("image_floats", pixels), **label}))
            writer.write(example.SerializeToString())


def _penguins(path: Path) -> None:
    random = np.random.default_rng(0)
    rows = [",".join(("species", *_PENGUINS))]
    for index in range(330):
        centre = np.eye(4)[index % 3] * 0.5 + 0.25
        rows.append(f"{index % 3}," + ",".join(f"{value:.6f}" for value in random.normal(centre, 0.05)))
    path.write_text("\n".join(rows) + "\n")


def _records(tmp_path: Path, name: str) -> Path:
    given = os.environ.get("TANDEM_TFX_EXAMPLES")
    if given:
        return Path(given) / name
    path = tmp_path / name
    (_digits if name.endswith(".tfrecord") else _penguins)(path)
    return path


@pytest.mark.nightly
def test_the_mnist_module_becomes_a_pushed_saved_model(tmp_path: Path) -> None:
    data = _records(tmp_path, "mnist.tfrecord")
    pushed = _run(
        tmp_path / "runs",
        data,
        "module.source=tfx.examples.mnist.mnist_utils_native_keras",
        "module.label_key=image_class",
        "evaluation.min_accuracy=0.8",
    )
    manifest = read_saved_model_manifest(pushed)
    assert manifest is not None
    assert manifest.accuracy >= 0.8
    records = [tf.train.Example.FromString(record.numpy()) for record in tf.data.TFRecordDataset(str(data)).take(200)]
    labels = [record.features.feature["image_class"].int64_list.value[0] for record in records]
    for record in records:
        del record.features.feature["image_class"]
    assert (_answers(pushed, records).argmax(axis=1) == labels).mean() >= 0.8


def test_the_penguin_module_becomes_a_pushed_saved_model(tmp_path: Path) -> None:
    pushed = _run(
        tmp_path / "runs",
        _records(tmp_path, "penguins_processed.csv"),
        "module.source=tfx.examples.penguin.penguin_utils_keras",
        "module.label_key=species_xf",
        "module.label_signature=transform_features",
        "module.train_steps=100",
        "module.eval_steps=5",
        "evaluation.min_accuracy=0.6",
    )
    manifest = read_saved_model_manifest(pushed)
    assert manifest is not None
    assert set(manifest.signatures) == {"serving_default", "transform_features"}
    features = {name: feature for column in _PENGUINS for name, feature in _floats(column, np.array([0.4])).items()}
    example = tf.train.Example(features=tf.train.Features(feature=features))
    assert _answers(pushed, [example, example]).shape == (2, 3)
