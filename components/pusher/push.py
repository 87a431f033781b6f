"""Push a bundle: beside its destination first, on the disk for certain, then renamed into place."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from components.decision import Decision
from components.errors import PushError
from components.image_counts import ImageCounts
from components.pushed_versions import latest_pushed
from components.pusher.evaluation import make_evaluation
from components.version_folder import incoming_folder, lock, remove_leftovers, rename_to_next_version, sync_tree
from serving.bundle import bundle_checksum, verify
from serving.errors import BundleError
from serving.evaluation import Evaluation
from serving.evaluation_file import write_evaluation


@dataclass(frozen=True)
class Pushed:
    """Where the model is.

    Attributes:
        path: Version folder.
        is_new: False when the newest version already was this very bundle.
    """

    path: Path
    is_new: bool


def push(bundle_dir: Path, decision: Decision, counts: ImageCounts, *, model_folder: Path) -> Pushed:
    """Put a bundle with its evaluation into `<push-dir>/<model>/<next version>/`, or leave everything as it was.

    A reader sees the version folder whole or not at all: the copy is made under a name that no server takes for a
    version, synced, verified and renamed. What a killed push left behind is removed by the next one.

    Args:
        bundle_dir: Sealed bundle.
        decision: Must bless exactly this bundle.
        counts: Images of the run's data by split and class, for the evaluation.
        model_folder: `<push-dir>/<model>`; made when missing.

    Raises:
        PushError: The bundle is not the blessed one, or the folder cannot be written.
    """
    verify(bundle_dir)
    checksum = bundle_checksum(bundle_dir)
    if decision.blessed_checksum != checksum:
        raise PushError(
            f"push refused: the decision blesses {decision.blessed_checksum or 'nothing'}, not this bundle {checksum};"
            " run the pipeline again so that the bundle is judged"
        )
    current = latest_pushed(model_folder)
    if current is not None and _holds(current, checksum):
        return Pushed(path=current, is_new=False)
    try:
        model_folder.mkdir(parents=True, exist_ok=True)
        with lock(model_folder):
            remove_leftovers(model_folder)
            incoming = _copy_beside(bundle_dir, model_folder, checksum, make_evaluation(decision, counts))
            return Pushed(path=rename_to_next_version(incoming, model_folder), is_new=True)
    except OSError as error:
        raise PushError(f"cannot push to {model_folder}: {error.strerror}; check --push-dir") from error


def _holds(version_folder: Path, checksum: str) -> bool:
    try:
        return bundle_checksum(version_folder) == checksum
    except (BundleError, OSError):
        return False


def _copy_beside(bundle_dir: Path, model_folder: Path, checksum: str, evaluation: Evaluation) -> Path:
    incoming = incoming_folder(model_folder)
    shutil.copytree(bundle_dir, incoming)
    write_evaluation(incoming, evaluation)
    verify(incoming)
    if bundle_checksum(incoming) != checksum:
        raise PushError(f"the copy {incoming} differs from the blessed bundle; run again")
    sync_tree(incoming)
    return incoming
