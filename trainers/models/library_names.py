"""Which models the libraries have, read off their source text so that none of them is imported."""

import ast
import re
from pathlib import Path

from trainers.did_you_mean import did_you_mean
from trainers.errors import ModelSourceError
from trainers.framework import FRAMEWORK_TITLES, Framework
from trainers.models.module_search import find_module_file
from trainers.models.source import LibraryModel

_REGISTERED = re.compile(r"^@register_model\b(?:.*\n)+?def (\w+)\(", re.MULTILINE)
_LIBRARY_TITLES = {"keras_applications": "keras.applications", "torchvision": "torchvision", "timm": "timm"}


def library_problems(model: LibraryModel, framework: Framework | None) -> list[str]:
    """Return what is wrong with the name of a library's model, as sentences; empty when nothing is.

    Args:
        model: Library and name.
        framework: Which side is to train it; None to leave that unchecked.
    """
    source = f"{model.library}:{model.name}"
    if framework is not None and framework != model.framework:
        side = FRAMEWORK_TITLES[model.framework]
        return [
            f"model {source!r} is a {side} model; choose framework {model.framework}, or another model for {framework}."
        ]
    try:
        names = library_names(model)
    except ModelSourceError:
        return [f"model {source!r} needs the package {model.library}, which is not installed: tandem-tfx[timm] has it."]
    # timm puts the name of pretrained weights behind that of the architecture.
    name = model.name.partition(".")[0] if model.library == "timm" else model.name
    if name in names:
        return []
    title = _LIBRARY_TITLES[model.library]
    return [f"{title} has no classification model {model.name!r}.{did_you_mean(name, names)}"]


def library_names(model: LibraryModel) -> list[str]:
    """Return the names of all models in the library of a model.

    Raises:
        ModelSourceError: The library is not installed.
    """
    if model.library == "keras_applications":
        return _imported_classes(find_module_file("keras.applications"))
    folder = find_module_file(f"{model.library}.models").parent
    return [name for path in sorted(folder.glob("*.py")) for name in _REGISTERED.findall(path.read_text("utf-8"))]


def _imported_classes(path: Path) -> list[str]:
    imports = [node for node in ast.parse(path.read_bytes()).body if isinstance(node, ast.ImportFrom)]
    return [alias.name for node in imports for alias in node.names if alias.name[:1].isupper()]
