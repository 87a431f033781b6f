"""Finding the source file of a module without importing it or the packages around it."""

import importlib.util
import pkgutil
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from trainers.did_you_mean import did_you_mean
from trainers.errors import ModelSourceError


def find_module_file(module_name: str) -> Path:
    """Return the source file of a module by its dotted name; runs no code of the module or its packages.

    Raises:
        ModelSourceError: No such module, or it has no Python source.
    """
    spec: ModuleSpec | None = None
    parts = module_name.split(".")
    for depth in range(1, len(parts) + 1):
        spec = _find_spec(".".join(parts[:depth]), inside=spec)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise ModelSourceError(f"module {module_name} has no Python source file to take a function from.")
    return Path(spec.origin)


def _find_spec(module_name: str, *, inside: ModuleSpec | None) -> ModuleSpec:
    folders = None if inside is None else list(inside.submodule_search_locations or [])
    # The search through parent packages of importlib.util.find_spec would import them.
    spec = importlib.util.find_spec(module_name) if folders is None else PathFinder.find_spec(module_name, folders)
    if spec is not None:
        return spec
    siblings = [module.name for module in pkgutil.iter_modules(folders)]
    hint = did_you_mean(module_name.rpartition(".")[2], siblings)
    raise ModelSourceError(f"module {module_name} is not found; is its folder on PYTHONPATH or installed?{hint}")
