"""The whole pipeline from the shell on 300 real scans: what is pushed loads and answers, and what repeats is cached."""

import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as mlmd
from PIL import Image
from pushed_root import TRAINED
from workplace import ROOT, Workplace

from serving.bundle import verify
from serving.evaluation_file import read_evaluation

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


def test_both_candidates_are_judged_and_one_is_pushed(pushed_root: Workplace) -> None:
    summary = pushed_root.summary()

    assert summary["status"] == "pushed"
    assert set(pushed_root.statuses().values()) == {"executed"}
    assert set(summary["candidates"]) == {"keras", "pytorch"}
    for candidate in summary["candidates"].values():
        assert candidate["metrics"]["accuracy"] >= 0.7
        assert max(candidate["parity"].values()) <= 1e-4
    assert all(step["attempts"] == 1 for step in summary["steps"])
    assert summary["pushed"]["path"] == str(pushed_root.root / "models" / "three-digits" / "1")


def test_the_branches_of_the_frameworks_ran_side_by_side(pushed_root: Workplace) -> None:
    connection = mlmd.ConnectionConfig()
    connection.sqlite.filename_uri = str(pushed_root.root / "metadata.sqlite")
    connection.sqlite.connection_mode = mlmd.SqliteMetadataSourceConfig.READONLY
    store = metadata_store.MetadataStore(connection)
    spans: dict[str, list[tuple[int, int]]] = {"keras": [], "pytorch": []}
    for step, framework in itertools.product(("Trainer", "Parity", "Evaluator"), spans):
        context = store.get_context_by_type_and_name("node", f"tandem-three-digits.{step}_{framework}")
        (execution,) = store.get_executions_by_context(context.id)
        spans[framework].append((execution.create_time_since_epoch, execution.last_update_time_since_epoch))

    # Which steps depends on how long the second worker loads; with one worker there are none.
    pairs = itertools.product(spans["keras"], spans["pytorch"])
    assert any(max(start, other_start) < min(end, other_end) for (start, end), (other_start, other_end) in pairs)


def test_the_damaged_image_is_quarantined_by_name(pushed_root: Workplace) -> None:
    (entries,) = (
        path.read_text() for path in pushed_root.root.glob("artifacts/ImageExampleGen/quarantine/*/quarantine.jsonl")
    )

    assert json.loads(entries)["path"] == "digit-0/cut.png"


def test_the_pushed_bundle_answers_alike_in_tensorflow_and_onnx_runtime(pushed_root: Workplace) -> None:
    import onnxruntime
    import tensorflow as tf

    pushed = Path(pushed_root.summary()["pushed"]["path"])
    manifest = verify(pushed)
    files = sorted(pushed_root.scans.glob("*/0*.png"))[:90]
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


def test_the_pushed_bundle_tells_how_it_was_judged_and_on_which_data(pushed_root: Workplace) -> None:
    summary = pushed_root.summary()
    evaluation = read_evaluation(Path(summary["pushed"]["path"]))

    assert evaluation is not None
    assert evaluation.champion == summary["champion"]
    for framework, candidate in summary["candidates"].items():
        assert evaluation.candidates[framework].accuracy == candidate["metrics"]["accuracy"]
        assert evaluation.candidates[framework].loss == candidate["metrics"]["loss"]
    assert list(evaluation.images) == ["eval", "test", "train"]
    assert sum(sum(images.values()) for images in evaluation.images.values()) == 300
    assert set(evaluation.classes) == {"digit-0", "digit-1", "digit-2"}


def test_an_unchanged_run_executes_nothing_and_loads_no_framework(copied_root: Workplace) -> None:
    code = (
        "import sys; from pipeline.run import main; code = main(sys.argv[1:])\n"
        "assert not {'tensorflow', 'torch', 'tfx', 'apache_beam'} & set(sys.modules)\nsys.exit(code)"
    )
    arguments = copied_root.command(*TRAINED)[3:]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, text=True, capture_output=True, check=False
    )

    summary = copied_root.summary()
    assert done.returncode == 0, done.stdout + done.stderr
    assert summary["status"] == "unchanged"
    assert set(copied_root.statuses().values()) == {"cached"}
    assert [
        path.name for path in (copied_root.root / "models" / "three-digits").iterdir() if path.name.isdecimal()
    ] == ["1"]


def test_a_setting_of_one_side_trains_that_side_alone_and_a_worse_model_is_not_pushed(
    copied_root: Workplace,
) -> None:
    shutil.copy(ROOT / "tests" / "e2e" / "constant_model.py", copied_root.root / "constant_model.py")
    model = f"pytorch={copied_root.root / 'constant_model.py'}:build_model"
    done = copied_root.run(*TRAINED, "--framework", "pytorch", "--model", model)

    summary = copied_root.summary()
    executed = {step for step, status in copied_root.statuses().items() if status == "executed"}
    assert done.returncode == 3, done.stdout + done.stderr
    assert executed == {"Baseline", "Trainer_pytorch", "Parity_pytorch", "Evaluator_pytorch", "Champion", "Pusher"}
    assert "below evaluation.min_accuracy" in summary["candidates"]["pytorch"]["reasons"][0]
    assert "of version 1, which is pushed now" in summary["candidates"]["pytorch"]["reasons"][1]
    assert summary["pushed"] is None
