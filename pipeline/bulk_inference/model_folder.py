"""Find the bundle that `--model` means, and verify every byte of it."""

from pathlib import Path

from pipeline.bulk_inference.request import Model
from pipeline.errors import UsageError
from serving.bundle import MANIFEST_FILE, bundle_checksum, verify
from serving.errors import ServingError

_CHECKSUM_LETTERS = 12


def open_model(path: Path) -> Model:
    """Return the bundle in a version folder, or the newest version in a model folder.

    Raises:
        UsageError: There is none, or its files are not those that were sealed.
    """
    folder = (path if (path / MANIFEST_FILE).is_file() else _newest_version(path)).absolute()
    try:
        manifest = verify(folder)
    except ServingError as error:
        raise UsageError([f"--model: {error}"]) from error
    version = folder.name if folder.name.isdecimal() else bundle_checksum(folder)[:_CHECKSUM_LETTERS]
    return Model(folder=folder, version=version, class_names=manifest.class_names)


def _newest_version(path: Path) -> Path:
    if not path.is_dir():
        raise UsageError([f"--model {path} is not a folder; give a bundle, or a folder of numbered versions"])
    versions = [child for child in path.iterdir() if child.name.isdecimal() and child.is_dir()]
    if not versions:
        raise UsageError([f"--model {path} holds neither {MANIFEST_FILE} nor a numbered version; give a bundle"])
    return max(versions, key=lambda child: int(child.name))
