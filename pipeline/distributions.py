"""Which installed distributions provide what Python code imports, found without importing it.

`importlib.metadata.packages_distributions` answers that too, but reads every file list line by line, which takes most
of a second, and knows top-level names alone: all of Google's distributions share `google`.
"""

import re
import sys
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path

ABSENT = "absent"
"""Version of what is imported but not installed."""


def distributions_of(imports: Iterable[str]) -> frozenset[str]:
    """Return the distributions that provide some imports, in lower case with hyphens.

    An import that is not installed counts by its own name, so that its installation is seen. The standard library does
    not count, nor does a module that lies about outside of any distribution.

    Args:
        imports: Dotted names of modules, or of things in modules.
    """
    third_party = (name for name in imports if name.partition(".")[0] not in sys.stdlib_module_names)
    return frozenset().union(*map(_distributions_of, third_party))


@cache
def version_of(distribution: str) -> str:
    """Return the installed version of a distribution, `absent` without one."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ABSENT


def _distributions_of(name: str) -> frozenset[str]:
    """Return what provides the first package on the way to a name that is more than a namespace."""
    owners, folders = frozenset[str](), None
    parts = name.split(".")
    for depth in range(1, len(parts) + 1):
        owners, folders = _look_up(".".join(parts[:depth]), folders)
        if not folders:
            break
    return owners


@cache
def _look_up(name: str, folders: tuple[str, ...] | None) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return a module's distributions, or for a namespace package, which has none of its own, its folders.

    Args:
        name: Dotted name of the module.
        folders: Where the namespace package around it lies; None for a top-level name.
    """
    spec = PathFinder.find_spec(name, folders)
    if spec is None:
        return _declared().get(name, frozenset({name})), ()
    if spec.origin is None:
        return frozenset(), tuple(spec.submodule_search_locations or ())
    file = Path(spec.origin)
    is_package = spec.submodule_search_locations is not None
    root = file.parents[name.count(".") + is_package]
    return _recorded(file.relative_to(root).as_posix(), root) or _declared().get(name, frozenset()), ()


def _recorded(file: str, root: Path) -> frozenset[str]:
    """Return the distribution that put a file into a folder, and the one of its package's name, which may add to it.

    TFX is such a package: its first file comes with ml-pipelines-sdk, its components come with tfx.
    """
    package = _plain(file.partition("/")[0])
    names = _installed(root)
    # Most have the name of what they provide, or begin with it; those first, so that few of the lists are read.
    for name in sorted(names, key=lambda name: not name.startswith(package)):
        if f"\n{file},".encode() in _record(names[name]):
            return frozenset({name, package} & names.keys())
    return frozenset()


def _plain(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


@cache
def _installed(root: Path) -> dict[str, Path]:
    """Return distribution to its list of installed files, for those in a folder."""
    return {_plain(folder.name.partition("-")[0]): folder / "RECORD" for folder in root.glob("*.dist-info")}


@cache
def _record(file: Path) -> bytes:
    """Return a list of installed files; a line break comes before every name."""
    return b"\n" + file.read_bytes() if file.is_file() else b""


@cache
def _declared() -> dict[str, frozenset[str]]:
    """Return top-level name to the distributions that declare it: editable and system ones list no files."""
    declared: dict[str, set[str]] = {}
    for distribution in metadata.distributions():
        for name in (distribution.read_text("top_level.txt") or "").split():
            declared.setdefault(name, set()).add(_plain(distribution.metadata["Name"]))
    return {name: frozenset(owners) for name, owners in declared.items()}
