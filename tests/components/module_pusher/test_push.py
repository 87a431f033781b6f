from datetime import datetime, timezone
from pathlib import Path

import pytest

from components.errors import PushError
from components.module_pusher.push import push_module
from serving.bundle import bundle_checksum
from serving.errors import ManifestError
from serving.manifest import Signature, TensorSpec
from serving.saved_model_manifest import SavedModelManifest, read_saved_model_manifest, record_saved_model


@pytest.fixture
def saved_model(tmp_path: Path) -> Path:
    folder = tmp_path / "trained"
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(b"graph")
    (folder / "variables" / "variables.index").write_bytes(b"weights")
    return folder


def _manifest(saved_model: Path) -> SavedModelManifest:
    call = Signature(
        inputs={"examples": TensorSpec(dtype="string", shape=(None,))},
        outputs={"outputs": TensorSpec(dtype="float32", shape=(None, 3))},
    )
    return SavedModelManifest(
        module="penguins.py",
        versions={},
        signatures={"serving_default": call},
        accuracy=0.9,
        min_accuracy=0.8,
        lineage={},
        created_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
        files=record_saved_model(saved_model),
    )


def test_a_push_is_the_saved_model_with_its_manifest(saved_model: Path, tmp_path: Path) -> None:
    pushed = push_module(saved_model, _manifest(saved_model), model_folder=tmp_path / "models" / "penguins")
    assert pushed.is_new
    assert pushed.path.name == "1"
    assert (pushed.path / "variables" / "variables.index").read_bytes() == b"weights"
    assert read_saved_model_manifest(pushed.path) == _manifest(saved_model)
    assert {path.name for path in pushed.path.parent.iterdir()} == {"1", ".push.lock"}


def test_the_same_model_is_not_pushed_twice_and_another_one_is_version_2(saved_model: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    push_module(saved_model, _manifest(saved_model), model_folder=models)
    again = push_module(saved_model, _manifest(saved_model), model_folder=models)
    assert (again.path.name, again.is_new) == ("1", False)
    (saved_model / "saved_model.pb").write_bytes(b"another graph")
    assert push_module(saved_model, _manifest(saved_model), model_folder=models).path.name == "2"


def test_files_that_changed_after_they_were_judged_are_not_pushed(saved_model: Path, tmp_path: Path) -> None:
    manifest = _manifest(saved_model)
    (saved_model / "saved_model.pb").write_bytes(b"tampered")
    with pytest.raises(PushError, match="differs from the blessed SavedModel"):
        push_module(saved_model, manifest, model_folder=tmp_path / "models")
    assert not (tmp_path / "models" / "1").exists()


def test_readers_of_image_bundles_say_what_it_is_instead(saved_model: Path, tmp_path: Path) -> None:
    pushed = push_module(saved_model, _manifest(saved_model), model_folder=tmp_path / "models")
    with pytest.raises(ManifestError, match="SavedModel of a TFX module and is no image bundle; serve it with TensorF"):
        bundle_checksum(pushed.path)
