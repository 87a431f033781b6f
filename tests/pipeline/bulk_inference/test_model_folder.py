import shutil
from pathlib import Path

import pytest

from pipeline.bulk_inference.model_folder import open_model
from pipeline.errors import UsageError
from serving.bundle import bundle_checksum


def test_a_model_folder_means_its_newest_version(colour_model: Path) -> None:
    model = open_model(colour_model)

    assert (model.folder, model.version) == (colour_model / "10", "10")
    assert model.class_names == ("red", "green", "blue")


def test_a_version_folder_means_itself(colour_model: Path) -> None:
    assert open_model(colour_model / "2").version == "2"


def test_a_bundle_elsewhere_has_its_checksum_for_a_version(colour_model: Path, tmp_path: Path) -> None:
    bundle = shutil.copytree(colour_model / "2", tmp_path / "bundle")

    assert open_model(bundle).version == bundle_checksum(bundle)[:12]


def test_a_bundle_with_a_changed_byte_is_refused(colour_model: Path, tmp_path: Path) -> None:
    bundle = shutil.copytree(colour_model / "2", tmp_path / "2")
    (bundle / "saved_model.pb").write_bytes(b"grapH")

    with pytest.raises(UsageError, match=r"saved_model\.pb has the SHA-256"):
        open_model(bundle)


def test_a_folder_without_a_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds neither"):
        open_model(tmp_path)
    with pytest.raises(UsageError, match="is not a folder"):
        open_model(tmp_path / "absent")
