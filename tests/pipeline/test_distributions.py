import sys
from importlib import metadata
from pathlib import Path

import pytest

from pipeline import distributions
from pipeline.distributions import distributions_of, version_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PIL.Image", {"pillow"}),
        ("sklearn.datasets", {"scikit-learn"}),
        ("yaml", {"pyyaml"}),
        ("numpy.typing.NDArray", {"numpy"}),
        ("tensorflow_model_analysis", {"tensorflow-model-analysis"}),
        ("google.protobuf.text_format", {"protobuf"}),
        ("google", set()),
        ("os.path", set()),
        ("__future__.annotations", set()),
        ("not_there.at_all", {"not_there"}),
        ("google.not_there", {"google.not_there"}),
    ],
)
def test_an_import_leads_to_the_distribution_that_provides_it(name: str, expected: set[str]) -> None:
    assert distributions_of([name]) == expected


def test_tfx_is_found_although_another_distribution_brings_its_first_file() -> None:
    assert "tfx" in distributions_of(["tfx.components.trainer.component"])


def test_it_agrees_with_the_table_of_the_standard_library() -> None:
    table = metadata.packages_distributions()
    for name in ("torch", "keras", "onnx", "tensorflow", "apache_beam", "PIL", "pydantic", "h5py", "pyspng", "tfx_bsl"):
        assert distributions_of([name]) == {distributions._plain(owner) for owner in table[name]}


def test_a_module_outside_of_any_distribution_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lying_about.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    assert distributions_of(["lying_about"]) == set()


def test_versions() -> None:
    assert version_of("numpy") == metadata.version("numpy")
    assert version_of("not-there") == "absent"
