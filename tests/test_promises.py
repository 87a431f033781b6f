"""The table of `docs/testing.md` names, for every promise of the README, tests that exist and that CI runs."""

import ast
import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_TABLE = (_ROOT / "docs" / "testing.md").read_text().partition("## Promises")[2].partition("\n## ")[0]
_TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")


def _promises() -> list[tuple[str, str]]:
    """Return each promise with the tests named for it."""
    rows = [line.strip("|").split("|") for line in _TABLE.splitlines() if line.startswith("|")]
    return [(row[0].strip(), row[1]) for row in rows[2:]]


def _marks(decorators: list[ast.expr]) -> set[str]:
    return {name.attr for mark in decorators for name in ast.walk(mark) if isinstance(name, ast.Attribute)}


def _in_ci(path: Path) -> set[str]:
    """Return the tests of a file that have no `nightly` mark of their own; parameters may have one."""
    body = ast.parse(path.read_text()).body
    module_marks = [node.value for node in body if isinstance(node, ast.Assign) and "pytestmark" in ast.dump(node)]
    if "nightly" in _marks(module_marks):
        return set()
    functions = [node for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return {function.name for function in functions if not _is_nightly(function)}


def _is_nightly(function: ast.FunctionDef) -> bool:
    plain = [mark for mark in function.decorator_list if not isinstance(mark, ast.Call)]
    return "nightly" in _marks(plain)


@pytest.mark.parametrize(("promise", "tests"), _promises())
def test_promise_has_tests_in_ci(promise: str, tests: str) -> None:
    named = _TEST.findall(tests)

    assert named, promise
    for file, name in named:
        found = _in_ci(_ROOT / "tests" / file)
        assert name in found if name else found, f"{file}::{name}"


def test_every_section_of_the_readme_has_promises() -> None:
    sections = re.findall(r"^## (.+)$", (_ROOT / "README.md").read_text(), re.MULTILINE)
    named = " ".join(promise for promise, _ in _promises())

    assert [section for section in sections if section not in named] == []
