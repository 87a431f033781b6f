"""Each way to bring one's own training, from one file to a pushed bundle; CONTRIBUTING shows these files."""

from pathlib import Path

import pytest
from workplace import Workplace

from serving.bundle import verify

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

_OWN_MODELS = Path(__file__).with_name("own_models")
_SETTINGS = ["train.epochs=12", "train.batch_size_examples=16", "train.learning_rate=0.01"]
_WAYS = {
    "plain_module.py:build_model": ("pytorch", "loop"),
    "lightning_classifier.py:build_model": ("pytorch", "lightning"),
    "fastai_learner.py:build_learner": ("pytorch", "fastai"),
    "own_train_step.py:build_model": ("keras", "keras_fit"),
}


def _settings(*settings: str) -> list[str]:
    return [word for setting in (*settings, *_SETTINGS) for word in ("--set", setting)]


def test_two_files_race_and_the_better_becomes_a_pushed_bundle(copied_root: Workplace) -> None:
    pytest.importorskip("lightning")
    models = ("keras=own_train_step.py:build_model", "pytorch=lightning_classifier.py:build_model")
    sources = [source.replace("=", f"={_OWN_MODELS}/") for source in models]

    done = copied_root.run(
        *(word for source in sources for word in ("--model", source)),
        *("--model-name", "race", *_settings("ways.keras=keras_fit", "ways.pytorch=lightning")),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    summary = copied_root.summary()
    assert summary["status"] == "pushed"
    assert all(candidate["blessed"] for candidate in summary["candidates"].values())
    for source in sources:
        framework, _, model = source.partition("=")
        made = copied_root.root.glob(f"artifacts/Parity_{framework}/bundle/*/Format-Serving")
        manifest = verify(max(made, key=lambda folder: int(folder.parent.name)))
        assert (manifest.framework, manifest.model) == (framework, model)
    assert f"{summary['champion']}={verify(Path(summary['pushed']['path'])).model}" in sources


@pytest.mark.nightly
@pytest.mark.parametrize("source", _WAYS)
def test_one_file_becomes_a_pushed_bundle(copied_root: Workplace, source: str) -> None:
    framework, way = _WAYS[source]
    if way in ("lightning", "fastai"):
        pytest.importorskip(way)
    name = source.partition(".")[0].replace("_", "-")
    model = str(_OWN_MODELS / source)

    done = copied_root.run(
        "--framework", framework, "--model", model, "--model-name", name, *_settings(f"train.way={way}")
    )

    assert done.returncode == 0, done.stdout + done.stderr
    summary = copied_root.summary()
    assert summary["status"] == "pushed"
    manifest = verify(Path(summary["pushed"]["path"]))
    assert (manifest.framework, manifest.model) == (framework, model)
