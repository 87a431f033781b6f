"""Hashes of the source code that a step runs, so that an edit re-runs the steps that depend on it and no others."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_HASH_DIGITS = 16
"""Enough to tell two versions of one file apart; each step keeps the hashes of a hundred files."""
_PACKAGES = ("pipeline", "components", "trainers", "serving")


def code_hashes(entries: Iterable[str], *, not_followed: Iterable[str] = ()) -> dict[str, str]:
    """Return file to content hash of some modules and of all modules of ours that these import.

    Imports inside functions count too. Third-party packages are not read; their versions belong into the key.

    Args:
        entries: Dotted module names.
        not_followed: Modules whose own file counts when reached but whose imports do not.
    """
    files = sorted(module_files(entries, not_followed=not_followed))
    return {str(path.relative_to(_ROOT)): _hash(path) for path in files}


@cache
def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_HASH_DIGITS]


def module_files(entries: Iterable[str], *, not_followed: Iterable[str] = ()) -> set[Path]:
    """Return the files that `code_hashes` hashes."""
    stops, pending, seen = set(not_followed), list(entries), dict[str, Path]()
    while pending:
        name = pending.pop()
        path = _module_path(name)
        if name in seen or path is None:
            continue
        seen[name] = path
        if name not in stops:
            pending.extend(_imports(path))
    return set(seen.values())


def _module_path(name: str) -> Path | None:
    if name.partition(".")[0] not in _PACKAGES:
        return None
    base = _ROOT.joinpath(*name.split("."))
    candidates = (base.with_suffix(".py"), base / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


@cache
def _imports(path: Path) -> frozenset[str]:
    """Return every dotted name that a file may import: modules, their packages, and names that may be modules."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(), filename=str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names.update(_with_packages(alias.name))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update(_with_packages(node.module))
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(name for name in names if name.partition(".")[0] in _PACKAGES)


def _with_packages(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[: end + 1]) for end in range(len(parts)))
