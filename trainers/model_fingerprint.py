"""A hash of what a model source is made of, so that an edit of a user's model trains it again."""

import hashlib
from pathlib import Path

from trainers.model_source import UserModel, parse_model_source
from trainers.module_search import find_module_file


def fingerprint_model_source(source: str) -> str:
    """Return a hash of the user's code behind a `model` setting; empty for a model that is not the user's.

    A file counts by itself, since it is loaded by itself. A module counts with all Python files of its package.

    Raises:
        ModelSourceError: The source cannot be found; `check_model_source` says so up front.
    """
    model = parse_model_source(source)
    if not isinstance(model, UserModel):
        return ""
    digest = hashlib.sha256()
    for path in _files(model):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _files(model: UserModel) -> list[Path]:
    if model.is_file:
        return [Path(model.location)]
    module = find_module_file(model.location)
    is_in_package = "." in model.location or module.name == "__init__.py"
    return sorted(module.parent.rglob("*.py")) if is_in_package else [module]
