"""Push a blessed SavedModel with a manifest: beside its destination first, then renamed into place."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from components.errors import PushError
from components.pushed_versions import latest_pushed
from components.version_folder import incoming_folder, lock, remove_leftovers, rename_to_next_version, sync_tree
from serving.saved_model_manifest import (
    SavedModelManifest,
    read_saved_model_manifest,
    record_saved_model,
    seal_saved_model,
)


@dataclass(frozen=True)
class PushedModule:
    """Where the model is.

    Attributes:
        path: Version folder.
        is_new: False when the newest version already was this very model.
    """

    path: Path
    is_new: bool


def push_module(saved_model_dir: Path, manifest: SavedModelManifest, *, model_folder: Path) -> PushedModule:
    """Put a SavedModel and its manifest into `<push-dir>/<model>/<next version>/`, or leave everything as it was.

    Args:
        saved_model_dir: What the module's `run_fn` saved.
        manifest: With the checksums of these files.
        model_folder: `<push-dir>/<model>`; made when missing.

    Raises:
        PushError: The files are not those of the manifest, or the folder cannot be written.
    """
    current = latest_pushed(model_folder)
    pushed = None if current is None else read_saved_model_manifest(current)
    if current is not None and pushed is not None and pushed.files == manifest.files:
        return PushedModule(path=current, is_new=False)
    try:
        model_folder.mkdir(parents=True, exist_ok=True)
        with lock(model_folder):
            remove_leftovers(model_folder)
            incoming = incoming_folder(model_folder)
            shutil.copytree(saved_model_dir, incoming)
            if record_saved_model(incoming) != manifest.files:
                raise PushError(f"the copy {incoming} differs from the blessed SavedModel; run again")
            seal_saved_model(incoming, manifest)
            sync_tree(incoming)
            return PushedModule(path=rename_to_next_version(incoming, model_folder), is_new=True)
    except OSError as error:
        raise PushError(f"cannot push to {model_folder}: {error.strerror}; check --push-dir") from error
