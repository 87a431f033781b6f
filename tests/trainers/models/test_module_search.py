import sys
from pathlib import Path

import pytest

from trainers.errors import ModelSourceError
from trainers.models.module_search import find_module_file


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "flower_models"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('this package was imported')")
    (folder / "petals.py").write_text("raise RuntimeError('this module was imported')")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_finds_a_module_without_importing_it_or_its_package(package: Path) -> None:
    assert find_module_file("flower_models.petals") == package / "petals.py"
    assert find_module_file("flower_models") == package / "__init__.py"
    assert "flower_models" not in sys.modules


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("flower_models.petal", "Did you mean 'petals'"),
        ("flower_model.petals", "flower_model is not found.*PYTHONPATH.*Did you mean 'flower_models'"),
        ("flower_models.petals.deeper", "is not found"),
        ("math", "no Python source"),
    ],
)
def test_a_missing_module_is_named_with_the_nearest_one(package: Path, name: str, message: str) -> None:
    with pytest.raises(ModelSourceError, match=message):
        find_module_file(name)
