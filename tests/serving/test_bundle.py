"""A sealed folder vouches for every byte, and a reader learns of everything that is wrong at once."""

import hashlib
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from serving import bundle
from serving.errors import BundleDamagedError, BundleIncompleteError, ManifestError
from serving.manifest import (
    ImageSpec,
    ManifestDraft,
    ParityFigures,
    PredictMilliseconds,
    Signature,
    Signatures,
    TensorSpec,
)

_FILES = {
    "saved_model.pb": b"graph",
    "variables/variables.index": b"index",
    "variables/variables.data-00000-of-00001": b"weights",
    "assets/label": b"cat\ndog\n",
    "model.onnx": b"onnx",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    directory = tmp_path / "bundle"
    for name, content in _FILES.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return directory


@pytest.fixture
def draft() -> ManifestDraft:
    images = Signature(
        inputs={"image": TensorSpec(dtype="uint8", shape=(None, None, None, 3))},
        outputs={"probabilities": TensorSpec(dtype="float32", shape=(None, 2))},
    )
    return ManifestDraft(
        framework="keras",
        model="trainers.keras_trainer.model:small_cnn",
        versions={"tensorflow": "2.21.0"},
        class_names=("cat", "dog"),
        image=ImageSpec(size_pixels=96),
        parameters=1234,
        signatures=Signatures(saved_model={"serving_default": images}, onnx=images),
        parity=ParityFigures(limit=1e-4, images=64, saved_model_max_abs_diff=2e-7, reasons=(), passed=True),
        predict_ms_per_image=PredictMilliseconds(saved_model=1.5, onnx=1.0),
        train_seconds=12.5,
        lineage={"data": "abc", "run_id": "run-1"},
        created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
    )


def test_sealed_bundle_verifies_and_reads_back_equal(folder: Path, draft: ManifestDraft) -> None:
    manifest = bundle.seal(folder, draft)

    assert bundle.verify(folder) == manifest
    assert bundle.read_manifest(folder) == manifest
    assert set(manifest.files) == set(_FILES)
    assert manifest.files["model.onnx"].sha256 == hashlib.sha256(b"onnx").hexdigest()
    assert manifest.files["model.onnx"].size_bytes == 4
    assert manifest.class_names == ("cat", "dog")


def test_manifest_is_plain_json_with_the_time_in_utc(folder: Path, draft: ManifestDraft) -> None:
    bundle.seal(folder, draft)

    written = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    assert written["format_version"] == 1
    assert written["created_at"] == "2026-01-02T03:04:05+00:00"
    assert written["signatures"]["onnx"]["inputs"]["image"] == {"dtype": "uint8", "shape": [None, None, None, 3]}


def test_sealing_leaves_no_other_file_behind(folder: Path, draft: ManifestDraft) -> None:
    bundle.seal(folder, draft)

    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        *_FILES,
        "manifest.json",
    }


def test_sealing_again_replaces_a_manifest_that_a_crash_left_unfinished(folder: Path, draft: ManifestDraft) -> None:
    (folder / ".manifest.json.unfinished").write_text("{")

    manifest = bundle.seal(folder, draft)

    assert ".manifest.json.unfinished" not in manifest.files
    bundle.verify(folder)


def test_unfinished_manifest_beside_a_sealed_one_is_reported(folder: Path, draft: ManifestDraft) -> None:
    bundle.seal(folder, draft)
    (folder / ".manifest.json.unfinished").write_text("{")

    with pytest.raises(BundleDamagedError, match=r"\.manifest\.json\.unfinished is not listed"):
        bundle.verify(folder)


def test_flipped_byte_is_found(folder: Path, draft: ManifestDraft) -> None:
    bundle.seal(folder, draft)
    (folder / "model.onnx").write_bytes(b"onny")

    with pytest.raises(BundleDamagedError, match=r"model\.onnx has the SHA-256 .* instead of"):
        bundle.verify(folder)


def test_missing_extra_and_shortened_files_are_reported_together(folder: Path, draft: ManifestDraft) -> None:
    bundle.seal(folder, draft)
    (folder / "assets/label").unlink()
    (folder / "notes.txt").write_text("hello")
    (folder / "saved_model.pb").write_bytes(b"gra")

    with pytest.raises(BundleDamagedError) as caught:
        bundle.verify(folder)

    assert caught.value.problems == (
        "assets/label is missing",
        "notes.txt is not listed in manifest.json; remove it",
        "saved_model.pb has 3 bytes instead of 5",
    )
    assert all(problem in str(caught.value) for problem in caught.value.problems)


def test_link_in_place_of_a_sealed_file_is_reported(folder: Path, draft: ManifestDraft, tmp_path: Path) -> None:
    bundle.seal(folder, draft)
    (tmp_path / "elsewhere").write_bytes(b"onnx")
    (folder / "model.onnx").unlink()
    (folder / "model.onnx").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(BundleDamagedError, match=r"model\.onnx is missing"):
        bundle.verify(folder)


@pytest.mark.parametrize("missing", ["saved_model.pb", "model.onnx", "variables/variables.index"])
def test_folder_without_a_required_file_is_not_sealed(folder: Path, draft: ManifestDraft, missing: str) -> None:
    (folder / missing).unlink()

    with pytest.raises(BundleIncompleteError, match=missing):
        bundle.seal(folder, draft)

    assert not (folder / "manifest.json").exists()


def test_folder_with_a_link_is_not_sealed(folder: Path, draft: ManifestDraft, tmp_path: Path) -> None:
    (folder / "assets/extra").symlink_to(tmp_path)

    with pytest.raises(BundleIncompleteError, match=r"assets/extra is a link"):
        bundle.seal(folder, draft)


def test_folder_without_manifest_is_not_a_bundle(folder: Path) -> None:
    with pytest.raises(ManifestError, match="not a sealed bundle; seal it, or fetch it again"):
        bundle.verify(folder)


def test_manifest_of_an_unknown_format_is_refused(folder: Path, draft: ManifestDraft) -> None:
    bundle.seal(folder, draft)
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"format_version": 1', '"format_version": 2'))

    with pytest.raises(ManifestError, match=r"format_version 1 \(format_version: Input should be 1\)"):
        bundle.read_manifest(folder)


def test_manifest_that_names_a_file_outside_the_folder_is_refused(folder: Path, draft: ManifestDraft) -> None:
    bundle.seal(folder, draft)
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"assets/label"', '"../label"'))

    with pytest.raises(ManifestError, match="not a plain relative path"):
        bundle.verify(folder)


def test_manifest_that_is_not_json_is_refused(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")

    with pytest.raises(ManifestError, match="Invalid JSON"):
        bundle.read_manifest(folder)


def test_bundle_checksum_changes_with_any_file(folder: Path, draft: ManifestDraft) -> None:
    bundle.seal(folder, draft)
    before = bundle.bundle_checksum(folder)
    (folder / "assets/label").write_bytes(b"dog\ncat\n")
    bundle.seal(folder, draft)

    assert before != bundle.bundle_checksum(folder)
    assert bundle.bundle_checksum(folder) == hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def test_bundle_checksum_needs_a_manifest(folder: Path) -> None:
    with pytest.raises(ManifestError, match="there is no manifest"):
        bundle.bundle_checksum(folder)


def test_copied_files_are_the_same_tree(folder: Path, tmp_path: Path) -> None:
    bundle.copy_files(folder, tmp_path / "copy")

    copied = {
        path.relative_to(tmp_path / "copy").as_posix(): path.read_bytes()
        for path in (tmp_path / "copy").rglob("*")
        if path.is_file()
    }
    assert copied == _FILES
