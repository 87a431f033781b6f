"""The source code that a step runs, and what this code imports, so that a step runs again when these change.

Files are read, not imported. Those of this project are followed from import to import; their content counts. Of TFX the
files of its components are followed in the same way, to see what these import; their own content is that of a version.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_HASH_DIGITS = 16
"""Enough to tell two versions of one file apart; each step keeps the hashes of a hundred files."""
_PACKAGES = ("pipeline", "components", "trainers", "serving")
_TFX = "tfx"
_FOLLOWED_IN_TFX = ("tfx.components.", "tfx.dsl.components.base.base_beam_executor")
"""Components with what they share, and what makes an executor one of Beam; the rest of TFX would bring in all of it."""


@dataclass(frozen=True)
class ReachedCode:
    """What some modules reach by imports.

    Attributes:
        files: Name to path of each file of ours; names are relative to the folder of this project.
        imports: Dotted names that come from elsewhere: the standard library, packages, what is in them.
    """

    files: Mapping[str, Path]
    imports: frozenset[str]


def reached_code(
    entries: Iterable[str], *, not_followed: Iterable[str] = (), user_files: Iterable[str] = ()
) -> ReachedCode:
    """Follow the imports of some modules, those inside functions too.

    Args:
        entries: Dotted names of modules of ours, or of a component of TFX.
        not_followed: Modules whose own file counts when reached but whose imports do not.
        user_files: Names of further Python files whose imports count but whose content does not.
    """
    stops, pending, seen = set(not_followed), list(entries), set[str]()
    files, imports = dict[str, Path](), set[str]()
    for name in user_files:
        pending += _of_others(Path(name))
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        is_ours = name.partition(".")[0] in _PACKAGES
        if not is_ours:
            imports.add(name)
        path = _module_path(name)
        if path is not None:
            if is_ours:
                files[str(path.relative_to(_ROOT))] = path
            pending.extend(() if name in stops else _imports(path))
    return ReachedCode(files, frozenset(imports))


def code_hashes(files: Mapping[str, Path]) -> dict[str, str]:
    """Return file to content hash of what `reached_code` found."""
    return {name: _hash(path) for name, path in files.items()}


@cache
def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_HASH_DIGITS]


def _module_path(name: str) -> Path | None:
    """Return the file of a module that is followed; in TFX none of a package, whose imports are all its components."""
    if name.startswith(_FOLLOWED_IN_TFX):
        root = _tfx_parent()
        candidates = [root.joinpath(*name.split(".")).with_suffix(".py")] if root else []
    elif name.partition(".")[0] in _PACKAGES:
        base = _ROOT.joinpath(*name.split("."))
        candidates = [base.with_suffix(".py"), base / "__init__.py"]
    else:
        return None
    return next((path for path in candidates if path.is_file()), None)


@cache
def _tfx_parent() -> Path | None:
    spec = PathFinder.find_spec(_TFX)
    return Path(spec.origin).parents[1] if spec and spec.origin else None


@cache
def _imports(path: Path) -> frozenset[str]:
    """Return every dotted name that a file may import: modules, their packages, and names that may be modules."""
    names: set[str] = set()
    for node in _statements(ast.parse(path.read_bytes(), filename=str(path)).body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names.update(_with_packages(alias.name))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update(_with_packages(node.module))
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(names)


def _statements(block: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the statements of a block and of the blocks in it; imports are in no expression, so those are skipped."""
    for node in block:
        yield node
        for inner in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from _statements(getattr(node, inner, ()))


def _with_packages(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[: end + 1]) for end in range(len(parts)))


def _of_others(file: Path) -> Iterator[str]:
    """Yield what a user's file imports, without the user's files beside it; nothing if this Python cannot parse it."""
    try:
        names = _imports(file)
    except (SyntaxError, ValueError):
        return
    for name in names:
        top = name.partition(".")[0]
        beside = file.parent / top
        if top in _PACKAGES or not (beside.is_dir() or beside.with_suffix(".py").is_file()):
            yield name
