"""Each way to bring one's own training, from one file to a pushed bundle; CONTRIBUTING shows these files."""

from pathlib import Path

import pytest
from workplace import Workplace

from serving.bundle import verify

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

_OWN_MODELS = Path(__file__).with_name("own_models")
_SETTINGS = [
    "train.epochs=12",
    "train.batch_size_examples=16",
    "train.learning_rate=0.01",
    "evaluation.min_accuracy=0.8",
]
_WAYS = {
    "plain_module.py:build_model": ("pytorch", "loop"),
    "lightning_classifier.py:build_model": ("pytorch", "lightning"),
    "fastai_learner.py:build_learner": ("pytorch", "fastai"),
    "own_train_step.py:build_model": ("keras", "keras_fit"),
}


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, scans: Path) -> Workplace:
    """One root for all, so that the images are prepared once."""
    return Workplace(tmp_path_factory.mktemp("runs"), scans)


@pytest.mark.parametrize("source", _WAYS)
def test_one_file_becomes_a_pushed_bundle(workplace: Workplace, source: str) -> None:
    framework, way = _WAYS[source]
    if way in ("lightning", "fastai"):
        pytest.importorskip(way)
    name = source.partition(".")[0].replace("_", "-")
    settings = [f"train.way={way}", *_SETTINGS]
    assigned = [word for setting in settings for word in ("--set", setting)]
    model = str(_OWN_MODELS / source)

    done = workplace.run("--framework", framework, "--model", model, "--model-name", name, *assigned)

    assert done.returncode == 0, done.stdout + done.stderr
    summary = workplace.summary()
    assert summary["status"] == "pushed"
    manifest = verify(Path(summary["pushed"]["path"]))
    assert (manifest.framework, manifest.model) == (framework, model)
