"""The bundle: one folder with a model as SavedModel and as ONNX file, and a manifest that vouches for every byte.

    saved_model.pb, fingerprint.pb, variables/, assets/    the TensorFlow SavedModel
    model.onnx                                             the same model for ONNX Runtime
    weights.safetensors                                    what a later training starts from; missing in older bundles
    manifest.json                                          written last: a folder without it is not a bundle
    evaluation.json, evaluation.json.sha256                added by a push: how the bundle was judged; may be missing

This module owns the format; writers call `seal`, readers `verify` or `read_manifest`.
"""

import hashlib
import os
import shutil
from pathlib import Path

from pydantic import ValidationError

from serving.broken_rules import name_broken_rules
from serving.errors import BundleDamagedError, BundleIncompleteError, EvaluationError, ManifestError
from serving.evaluation_file import EVALUATION_FILE, EVALUATION_FILES, read_evaluation
from serving.manifest import FORMAT_VERSION, FileRecord, Manifest, ManifestDraft

MANIFEST_FILE = "manifest.json"
ONNX_FILE = "model.onnx"
WEIGHTS_FILE = "weights.safetensors"
SAVED_MODEL_FILE = "saved_model.pb"
REQUIRED_FILES = (SAVED_MODEL_FILE, "variables/variables.index", ONNX_FILE)

_UNFINISHED_MANIFEST_FILE = ".manifest.json.unfinished"
_UNSEALED_FILES = frozenset({MANIFEST_FILE, *EVALUATION_FILES})
"""Files of a bundle's folder that manifest.json does not list; each is protected in its own way."""
_SAVED_MODEL_ALONE = b'"kind": "saved_model"'
"""What a manifest of `serving.saved_model_manifest` holds and that of a bundle does not."""
_CHUNK_BYTES = 1 << 20


def seal(directory: Path, manifest_without_files: ManifestDraft) -> Manifest:
    """Checksum all files in the folder and write manifest.json, which makes the folder a bundle.

    The manifest appears whole or not at all: it is written beside, flushed to disk and renamed. Sealing again
    replaces the manifest.

    Args:
        directory: folder with the SavedModel and model.onnx; owned by the caller, its files stay as they are.
        manifest_without_files: all that the manifest says besides the files.

    Returns:
        The manifest as written.

    Raises:
        BundleIncompleteError: a required file is missing, or an entry is neither a plain file nor a folder.
    """
    paths = [path for path in list_files(directory) if path not in {*_UNSEALED_FILES, _UNFINISHED_MANIFEST_FILE}]
    missing = [name for name in REQUIRED_FILES if name not in paths]
    if missing:
        raise BundleIncompleteError(
            f"{directory}: a bundle needs {', '.join(missing)}; export the model in both formats before sealing."
        )
    irregular = [path for path in paths if (directory / path).is_symlink() or not (directory / path).is_file()]
    if irregular:
        raise BundleIncompleteError(
            f"{directory}: a bundle holds plain files only, but {', '.join(irregular)} is a link or a device; "
            "replace it by a copy of the file."
        )
    manifest = Manifest(
        **{name: getattr(manifest_without_files, name) for name in ManifestDraft.model_fields},
        files={path: record_file(directory / path) for path in paths},
    )
    write_manifest(directory, manifest.model_dump_json(indent=2) + "\n")
    return manifest


def read_manifest(directory: Path) -> Manifest:
    """Read manifest.json without looking at the other files.

    Raises:
        ManifestError: it is missing, is not a manifest, or has a format_version that this reader does not know.
    """
    path = directory / MANIFEST_FILE
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise ManifestError(
            f"{path}: there is no manifest, so the folder is not a sealed bundle; seal it, or fetch it again."
        ) from None
    if _SAVED_MODEL_ALONE in text:
        raise ManifestError(
            f"{path}: the folder holds the SavedModel of a TFX module and is no image bundle; serve it with TensorFlow "
            "Serving, which reads it as it is, or remove it from this server's models."
        )
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        rules = "; ".join(name_broken_rules(error))
        raise ManifestError(
            f"{path}: not a manifest of format_version {FORMAT_VERSION} ({rules}); "
            "seal the bundle again with this version, or read it with the version that wrote it."
        ) from None


def verify(directory: Path) -> Manifest:
    """Check that the folder holds exactly the sealed files, byte for byte, and no evaluation of another bundle.

    Returns:
        The manifest, when all is well.

    Raises:
        ManifestError: the manifest cannot be read.
        BundleDamagedError: with every missing, changed and unlisted file at once.
    """
    manifest = read_manifest(directory)
    found = set(list_files(directory)) - _UNSEALED_FILES
    problems = {path: "is not listed in manifest.json; remove it" for path in found - set(manifest.files)}
    for path, expected in manifest.files.items():
        problem = _find_change(directory / path, expected)
        if problem:
            problems[path] = problem
    for path in set(REQUIRED_FILES) - set(manifest.files):
        problems[path] = "is required in a bundle but not listed in manifest.json"
    sentences = [f"{path} {problems[path]}" for path in sorted(problems)] + _evaluation_problems(directory)
    if sentences:
        raise BundleDamagedError(directory, sentences)
    return manifest


def _evaluation_problems(directory: Path) -> list[str]:
    advice = f"; fetch it again, or remove {' and '.join(EVALUATION_FILES)}"
    try:
        evaluation = read_evaluation(directory)
    except EvaluationError as error:
        return [f"{error}{advice}"]
    if evaluation is None or evaluation.bundle_checksum == bundle_checksum(directory):
        return []
    return [f"{EVALUATION_FILE} is about another bundle{advice}"]


def bundle_checksum(directory: Path) -> str:
    """Return the SHA-256 of manifest.json in hex; as that holds every file's checksum, it stands for the bundle.

    Raises:
        ManifestError: there is no manifest.
    """
    read_manifest(directory)
    return hashlib.sha256((directory / MANIFEST_FILE).read_bytes()).hexdigest()


def list_files(directory: Path) -> list[str]:
    """List everything below the folder that is not a real folder, as sorted relative paths."""
    entries = (path for path in directory.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(directory).as_posix() for path in entries)


def record_file(path: Path) -> FileRecord:
    """Return size and SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return FileRecord(sha256=digest.hexdigest(), size_bytes=path.stat().st_size)


def _find_change(path: Path, expected: FileRecord) -> str | None:
    """Say how a file differs from its record, or None; the cheap size is compared before the bytes."""
    if path.is_symlink() or not path.is_file():
        return "is missing"
    size_bytes = path.stat().st_size
    if size_bytes != expected.size_bytes:
        return f"has {size_bytes} bytes instead of {expected.size_bytes}"
    sha256 = record_file(path).sha256
    if sha256 != expected.sha256:
        return f"has the SHA-256 {sha256[:12]}... instead of {expected.sha256[:12]}..."
    return None


def write_manifest(directory: Path, text: str) -> None:
    """Write manifest.json, whole or not at all: beside, flushed to the disk, and renamed."""
    unfinished = directory / _UNFINISHED_MANIFEST_FILE
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(directory / MANIFEST_FILE)
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy_files(source: Path, target: Path) -> None:
    """Copy a folder's files into a new folder; on one file system they are shared, so that the copy takes no disk.

    Only for folders whose files are never written again: a change of a shared file would show in both.
    """
    shutil.copytree(source, target, copy_function=_link_or_copy, dirs_exist_ok=True)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
