"""Checking a model source up front: that it exists and can be called, without running any of it."""

import ast
from pathlib import Path

from trainers.did_you_mean import did_you_mean
from trainers.errors import ModelSourceError
from trainers.framework import Framework
from trainers.models.library_names import library_problems
from trainers.models.module_search import find_module_file
from trainers.models.source import LibraryModel, UserModel, parse_model_source

BUILDER_ARGUMENTS = ("num_classes", "image_shape")
"""Keyword arguments that the function of a model is called with."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def check_model_source(
    source: str, framework: Framework | None = None, *, arguments: tuple[str, ...] = BUILDER_ARGUMENTS
) -> list[str]:
    """Return what is wrong with a `model` setting, as sentences; empty when nothing is.

    Reads source text only: no framework is imported and no user code runs.

    Args:
        source: The `model` setting.
        framework: Which side is to train it; None to leave that unchecked.
        arguments: Keyword arguments that a user's function is called with.
    """
    try:
        parsed = parse_model_source(source)
        if isinstance(parsed, LibraryModel):
            return library_problems(parsed, framework)
        if isinstance(parsed, UserModel):
            return _user_model_problems(parsed, arguments)
    except ModelSourceError as error:
        return [str(error)]
    return []


def _user_model_problems(model: UserModel, arguments: tuple[str, ...]) -> list[str]:
    path = _existing_file(model.location) if model.is_file else find_module_file(model.location)
    body = _parse(path).body
    definitions = {node.name: node for node in body if isinstance(node, _Function)}
    if model.function in definitions:
        return _signature_problems(definitions[model.function], path, passed=arguments)
    bound_names = {name for node in body for name in _bound_names(node)}
    if model.function in bound_names or "*" in bound_names:
        return []
    hint = did_you_mean(model.function, bound_names | definitions.keys())
    return [f"{path} has no function {model.function!r} at its top level.{hint}"]


def _existing_file(location: str) -> Path:
    path = Path(location)
    if path.is_file():
        return path
    siblings = [sibling.name for sibling in path.parent.glob("*.py")]
    raise ModelSourceError(f"model file {path} does not exist.{did_you_mean(path.name, siblings)}")


def top_level_names(path: Path) -> set[str]:
    """Return the names that a Python file binds at its top level, read off its text; `*` for an import of all.

    Raises:
        ModelSourceError: It cannot be read or is no valid Python.
    """
    return {name for node in _parse(path).body for name in _bound_names(node)}


def _parse(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), filename=str(path))
    except SyntaxError as error:
        raise ModelSourceError(f"{path} is no valid Python, line {error.lineno}: {error.msg}.") from error
    except (OSError, ValueError) as error:
        raise ModelSourceError(f"{path} cannot be read: {error}.") from error


def _bound_names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, ast.ClassDef | _Function):
        return [node.name]
    # A definition may stand inside if or try, for instance to suit two versions of a library.
    return [name for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt) for name in _bound_names(child)]


def _signature_problems(function: _Function, path: Path, *, passed: tuple[str, ...]) -> list[str]:
    where = f"{path}, line {function.lineno}: {function.name}"
    if isinstance(function, ast.AsyncFunctionDef):
        return [f"{where} is a coroutine; make it an ordinary function."]
    arguments = function.args
    taken = {argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)}
    missing = [name for name in passed if name not in taken and arguments.kwarg is None]
    surplus = sorted(_required_arguments(arguments) - set(passed))
    problems = [f"{where} does not take the keyword argument {name!r}." for name in missing]
    return problems + [f"{where} needs {name!r}, which training does not pass; give it a default." for name in surplus]


def _required_arguments(arguments: ast.arguments) -> set[str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    required = positional[: len(positional) - len(arguments.defaults)]
    keyword_only = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    required += [argument for argument, default in keyword_only if default is None]
    return {argument.arg for argument in required}
