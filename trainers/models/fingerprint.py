"""Hashes of what a model source is made of, so that an edit of a user's model trains it again."""

import hashlib
from pathlib import Path

from trainers.models.module_search import find_module_file
from trainers.models.source import UserModel, parse_model_source


def model_source_hashes(source: str) -> dict[str, str]:
    """Return file to content hash of the user's code behind a `model` setting; empty for a model that is not theirs.

    A file counts by itself, since it is loaded by itself. A module counts with all Python files of its package.

    Raises:
        ModelSourceError: The source cannot be found; `check_model_source` says so up front.
    """
    file, files = _files(source)
    return {str(path.relative_to(file.parent)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def model_source_files(source: str) -> tuple[str, ...]:
    """Return the names of the files that `model_source_hashes` hashes.

    Raises:
        ModelSourceError: The source cannot be found.
    """
    return tuple(str(path) for path in _files(source)[1])


def _files(source: str) -> tuple[Path, list[Path]]:
    """Return the file of a user's model, and all files that count with it."""
    model = parse_model_source(source)
    if not isinstance(model, UserModel):
        return Path(), []
    file = Path(model.location) if model.is_file else find_module_file(model.location)
    is_in_package = not model.is_file and ("." in model.location or file.name == "__init__.py")
    return file, sorted(file.parent.rglob("*.py")) if is_in_package else [file]
