"""Version folders on disk: <models>/<model>/<number>/ with a manifest, which is written last."""

import re
from pathlib import Path

from serving.bundle import MANIFEST_FILE

Fingerprint = tuple[tuple[str, int, int], ...]
"""Path, size in bytes and modification time in nanoseconds of every file of a folder."""

_MODEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_VERSION_NAME = re.compile(r"0|[1-9][0-9]{0,18}")


def list_versions(model_folder: Path) -> dict[int, Path]:
    """Return number to folder of every version whose manifest is there; unfinished copies have none yet.

    Only plain decimal names count, as with TensorFlow Serving: `3`, but neither `03` nor `3.tmp`.
    """
    if not model_folder.is_dir():
        return {}
    return {
        int(child.name): child
        for child in model_folder.iterdir()
        if _VERSION_NAME.fullmatch(child.name) and (child / MANIFEST_FILE).is_file()
    }


def list_models(models_folder: Path) -> list[str]:
    """Return the names of the folders that hold a version, sorted."""
    if not models_folder.is_dir():
        return []
    names = [child.name for child in models_folder.iterdir() if _MODEL_NAME.fullmatch(child.name)]
    return sorted(name for name in names if list_versions(models_folder / name))


def fingerprint(folder: Path) -> Fingerprint:
    """Return what changes when a file of the folder is added, removed or written again; contents are not read."""
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            facts = path.stat()
        except OSError:
            continue  # It has gone since it was listed.
        found.append((path.relative_to(folder).as_posix(), facts.st_size, facts.st_mtime_ns))
    return tuple(found)
