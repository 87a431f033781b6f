"""The options that the installed Beam knows, read from its source: importing Beam takes seconds, this milliseconds."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import util
from pathlib import Path

_ADDERS = ("add_argument", "add_value_provider_argument")


@cache
def beam_options() -> dict[str, str]:
    """Return the name of the class in `apache_beam.options.pipeline_options` that declares each option.

    Options are written without their leading dashes.
    """
    package = util.find_spec("apache_beam")  # finds a top-level package without importing it
    if package is None or package.origin is None:
        return {}
    source = Path(package.origin).parent / "options" / "pipeline_options.py"
    classes = (node for node in ast.parse(source.read_text()).body if isinstance(node, ast.ClassDef))
    return {name: owner.name for owner in classes for name in _declared(owner)}


def _declared(owner: ast.ClassDef) -> Iterator[str]:
    for node in ast.walk(owner):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ADDERS:
            names = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
            yield from (name[2:] for name in names if isinstance(name, str) and name.startswith("--"))
