from pathlib import Path

import pytest

from serving.versions.folders import fingerprint, list_models, list_versions


def make(folder: Path, *, manifest: bool = True) -> Path:
    folder.mkdir(parents=True)
    if manifest:
        (folder / "manifest.json").write_text("{}")
    return folder


def test_only_numbered_folders_with_a_manifest_are_versions(tmp_path: Path) -> None:
    for name in ("1", "1700000000", "03", "-1", "4.tmp", "v5", "٣"):
        make(tmp_path / name)
    make(tmp_path / "6", manifest=False)
    (tmp_path / "7").write_text("a file")

    assert list_versions(tmp_path) == {1: tmp_path / "1", 1700000000: tmp_path / "1700000000"}


def test_models_are_the_folders_that_hold_a_version(tmp_path: Path) -> None:
    make(tmp_path / "digits" / "1")
    make(tmp_path / "empty" / "x")
    make(tmp_path / ".hidden" / "1")

    assert list_models(tmp_path) == ["digits"]
    assert list_models(tmp_path / "absent") == []


@pytest.mark.parametrize("change", ["grow", "add", "remove"])
def test_every_change_of_a_folder_changes_its_fingerprint(tmp_path: Path, change: str) -> None:
    folder = make(tmp_path / "1")
    (folder / "model.onnx").write_bytes(b"12")
    before = fingerprint(folder)

    assert fingerprint(folder) == before
    if change == "remove":
        (folder / "model.onnx").unlink()
    else:
        (folder / ("model.onnx" if change == "grow" else "new")).write_bytes(b"123")

    assert fingerprint(folder) != before
