from pathlib import Path

import pytest

from pipeline import code_fingerprint
from pipeline.code_fingerprint import code_hashes, module_files


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sources = {
        "trainers/__init__.py": "",
        "trainers/run.py": "def run():\n    import trainers.deep.left\n    from trainers.deep import right\n",
        "trainers/deep/__init__.py": "",
        "trainers/deep/left.py": "import numpy\n",
        "trainers/deep/right.py": "from serving.shared import thing\n",
        "serving/__init__.py": "",
        "serving/shared.py": "thing = 1\n",
        "serving/alone.py": "",
    }
    for name, text in sources.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(code_fingerprint, "_ROOT", tmp_path)
    return tmp_path


def names(tree: Path, *entries: str, not_followed: tuple[str, ...] = ()) -> set[str]:
    return {str(path.relative_to(tree)) for path in module_files(entries, not_followed=not_followed)}


def test_imports_are_followed_into_functions_packages_and_names(tree: Path) -> None:
    assert names(tree, "trainers.run") == {
        "trainers/__init__.py",
        "trainers/run.py",
        "trainers/deep/__init__.py",
        "trainers/deep/left.py",
        "trainers/deep/right.py",
        "serving/__init__.py",
        "serving/shared.py",
    }


def test_a_module_that_is_not_followed_counts_by_itself(tree: Path) -> None:
    assert names(tree, "trainers.run", "trainers.deep.left", not_followed=("trainers.run",)) == {
        "trainers/run.py",
        "trainers/deep/left.py",
    }


def test_an_edit_changes_the_hash_of_that_file_alone(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_hashes(["trainers.run"])
    code_fingerprint._hash.cache_clear()

    (tree / "serving/alone.py").write_text("# edited\n")
    (tree / "serving/shared.py").write_text("thing = 2\n")
    after = code_hashes(["trainers.run"])

    assert {file for file in after if after[file] != before[file]} == {"serving/shared.py"}
