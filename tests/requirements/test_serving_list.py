"""The serving group and its pinned list: all that the server imports, and nothing of the training stack."""

import ast
import re
import sys
from importlib.metadata import packages_distributions

from requirements.interpreters import REPOSITORY
from requirements.worlds import MODERN_LIST

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SERVING_LIST = "requirements/serving.txt"


def pins(list_path: str) -> set[str]:
    """Return name==version of every line, without its marker."""
    lines = (REPOSITORY / list_path).read_text().splitlines()
    return {line.split(";")[0].strip() for line in lines if not line.startswith("#")}


def group() -> set[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    return {re.split(r"[<>=!\[ ]", each)[0] for each in project["dependency-groups"]["serving"]}


def imported_by_serving() -> set[str]:
    """Return the top names of all that the server's code imports, except for itself and the standard library."""
    found = set()
    code = set((REPOSITORY / "serving").rglob("*.py"))
    # The client runs where the callers are; tracing is imported when it is asked for, and has a group of its own.
    others = {path for room in ("client", "tracing") for path in (REPOSITORY / "serving" / room).rglob("*.py")}
    for path in code - others:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found - {"serving"} - sys.stdlib_module_names


def test_the_list_has_the_versions_that_everything_else_is_tested_with():
    assert pins(SERVING_LIST) - pins(MODERN_LIST) == set()


def test_the_list_has_every_package_of_the_group_and_nothing_of_the_training_stack():
    names = {pin.split("==")[0] for pin in pins(SERVING_LIST)}

    assert group() - names == set()
    assert names & {"tfx", "tensorflow", "keras", "torch", "onnx", "apache-beam"} == set()


def test_what_the_server_imports_is_in_the_group():
    providers = {
        name: {distribution.replace("_", "-") for distribution in distributions}
        for name, distributions in packages_distributions().items()
    }
    imported = imported_by_serving() - {"tensorflow"}  # only where a bundle's SavedModel is to be served

    assert {name for name in imported if not group() & providers[name]} == set()
