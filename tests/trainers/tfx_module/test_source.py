from pathlib import Path

import pytest

from trainers.errors import ModelSourceError
from trainers.tfx_module.source import check_module, load_function, module_hashes

_MODULE = """
from a_sibling import scale

preprocessing_fn = scale


def run_fn(fn_args):
    return fn_args
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "a_sibling.py").write_text(
        "def scale(inputs):\n    return {name: 2 * inputs[name] for name in inputs}\n"
    )
    path = tmp_path / "own_module.py"
    path.write_text(_MODULE)
    return path


def test_tfx_own_example_modules_are_fine_without_being_imported() -> None:
    for name in ("mnist.mnist_utils_native_keras", "penguin.penguin_utils_keras"):
        assert check_module(f"tfx.examples.{name}") == []


def test_a_file_may_import_the_files_beside_it(module: Path) -> None:
    function = load_function(str(module), "preprocessing_fn")
    assert callable(function)
    assert function({"x": 3}) == {"x": 6}


def test_an_edit_of_a_file_beside_it_changes_the_hashes(module: Path) -> None:
    before = module_hashes(str(module))
    (module.parent / "a_sibling.py").write_text("scale = dict")
    after = module_hashes(str(module))
    assert before.keys() == after.keys() == {"a_sibling.py", "own_module.py"}
    assert before["own_module.py"] == after["own_module.py"]
    assert before["a_sibling.py"] != after["a_sibling.py"]


def test_a_module_without_run_fn_is_told_with_a_hint(module: Path) -> None:
    module.write_text("def preprocessing_fn(inputs): ...\ndef run_fm(fn_args): ...\n")
    (problem,) = check_module(str(module))
    assert "has no function 'run_fn' at its top level" in problem
    assert "Did you mean 'run_fm'?" in problem
    with pytest.raises(ModelSourceError, match="has no function 'run_fn'"):
        load_function(str(module), "run_fn")


def test_a_function_that_is_none_is_refused(module: Path) -> None:
    module.write_text("preprocessing_fn = run_fn = 3\n")
    with pytest.raises(ModelSourceError, match=r"'run_fn' in .* is no function: it is 3"):
        load_function(str(module), "run_fn")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("no/such/module.py", "does not exist"),
        ("not a module", "is no .py file and no dotted module"),
        ("tfx.examples.mnits", "Did you mean 'mnist'"),
    ],
)
def test_a_module_that_is_not_there_is_told(source: str, message: str) -> None:
    assert message in check_module(source)[0]
