"""What the `module.source` setting names, checked and loaded.

A module is a Python file or a dotted name with `preprocessing_fn(inputs)` and `run_fn(fn_args)` at its top level, as
TFX's components `Transform` and `Trainer` want them. A file may import the files beside it.
"""

import hashlib
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from trainers.did_you_mean import did_you_mean
from trainers.errors import ModelSourceError
from trainers.models.module_search import find_module_file
from trainers.models.source_check import top_level_names

FUNCTIONS = ("preprocessing_fn", "run_fn")
"""What a module must define."""


def check_module(source: str) -> list[str]:
    """Return what is wrong with a `module.source` setting, as sentences; runs no code of the module.

    Args:
        source: Path of a Python file, or dotted name of a module.
    """
    try:
        path = module_file(source)
        names = top_level_names(path)
    except ModelSourceError as error:
        return [str(error)]
    return [
        f"{path} has no function {function!r} at its top level; a TFX module needs it.{did_you_mean(function, names)}"
        for function in FUNCTIONS
        if function not in names and "*" not in names
    ]


def module_file(source: str) -> Path:
    """Return the file of a module; runs no code.

    Raises:
        ModelSourceError: There is none.
    """
    if not source.endswith(".py"):
        if not all(part.isidentifier() for part in source.split(".")):
            raise ModelSourceError(f"module {source!r} is no .py file and no dotted module.")
        return find_module_file(source)
    path = Path(source).absolute()
    if path.is_file():
        return path
    siblings = [sibling.name for sibling in path.parent.glob("*.py")]
    raise ModelSourceError(f"module file {path} does not exist.{did_you_mean(path.name, siblings)}")


def module_hashes(source: str) -> dict[str, str]:
    """Return file to content hash of a module and of the Python files in its folder, which it may import.

    Raises:
        ModelSourceError: The module cannot be found; `check_module` says so up front.
    """
    return {Path(name).name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in module_files(source)}


def module_files(source: str) -> tuple[str, ...]:
    """Return the names of the files that `module_hashes` hashes.

    Raises:
        ModelSourceError: The module cannot be found.
    """
    return tuple(str(path) for path in sorted(module_file(source).parent.glob("*.py")))


def load_function(source: str, function: str) -> object:
    """Import a module and return one of its functions.

    What the module raises while it is imported is passed on as it is.

    Raises:
        ModelSourceError: The module or the function is not there.
    """
    problems = check_module(source)
    if problems:
        raise ModelSourceError(" ".join(problems))
    module = _load_file(module_file(source)) if source.endswith(".py") else importlib.import_module(source)
    found = getattr(module, function, None)
    if not callable(found):
        raise ModelSourceError(f"{function!r} in {source} is no function: it is {found!r}.")
    return found


def _load_file(path: Path) -> ModuleType:
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ModelSourceError(f"{path} cannot be loaded as Python source.")
    if path.stem in sys.modules and getattr(sys.modules[path.stem], "__file__", None) == str(path):
        return sys.modules[path.stem]
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
