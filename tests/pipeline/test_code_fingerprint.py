from pathlib import Path

import pytest

from pipeline import code_fingerprint
from pipeline.code_fingerprint import code_hashes, reached_code


@pytest.fixture(autouse=True)
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


def names(*entries: str, not_followed: tuple[str, ...] = ()) -> set[str]:
    return set(reached_code(entries, not_followed=not_followed).files)


def test_imports_are_followed_into_functions_packages_and_names() -> None:
    assert names("trainers.run") == {
        "trainers/__init__.py",
        "trainers/run.py",
        "trainers/deep/__init__.py",
        "trainers/deep/left.py",
        "trainers/deep/right.py",
        "serving/__init__.py",
        "serving/shared.py",
    }


def test_a_module_that_is_not_followed_counts_by_itself() -> None:
    assert names("trainers.run", "trainers.deep.left", not_followed=("trainers.run",)) == {
        "trainers/run.py",
        "trainers/deep/left.py",
    }


def test_an_edit_changes_the_hash_of_that_file_alone(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = reached_code(["trainers.run"]).files
    before = code_hashes(files)
    code_fingerprint._hash.cache_clear()

    (tree / "serving/alone.py").write_text("# edited\n")
    (tree / "serving/shared.py").write_text("thing = 2\n")
    after = code_hashes(files)

    assert {file for file in after if after[file] != before[file]} == {"serving/shared.py"}


def test_imports_from_elsewhere_are_named_in_full() -> None:
    assert reached_code(["trainers.run"]).imports == {"numpy"}


def test_a_followed_module_of_tfx_counts_by_its_imports_alone(tree: Path) -> None:
    (tree / "trainers/alone.py").write_text("from tfx.components.schema_gen.executor import Executor\n")

    reached = reached_code(["trainers.alone"])

    assert set(reached.files) == {"trainers/alone.py"}
    assert "tensorflow_data_validation" in reached.imports


def test_imports_of_a_users_file_count_but_not_the_files_beside_it(tree: Path) -> None:
    (tree / "mine.py").write_text("import torch\nimport beside\nfrom trainers.deep import left\n")
    (tree / "beside.py").touch()
    (tree / "broken.py").write_text("print 'old'\n")

    reached = reached_code([], user_files=[str(tree / "mine.py"), str(tree / "broken.py")])

    assert reached.imports == {"torch", "numpy"}
    assert "trainers/deep/left.py" in reached.files
