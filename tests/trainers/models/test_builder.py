from pathlib import Path

import numpy as np
import pytest

from trainers.errors import ModelSourceError
from trainers.models.builder import check_logits, load_builder, trial_pixels
from trainers.models.source import UserModel

_BUILDER = """
from dataclasses import dataclass

@dataclass
class Model:
    num_classes: int

def build_model(*, num_classes, image_shape):
    return Model(num_classes)

NOT_A_FUNCTION = 3
"""


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(_BUILDER)
    return path


def test_a_function_is_loaded_from_a_file(model_file: Path) -> None:
    builder = load_builder(UserModel(str(model_file), "build_model"))
    assert builder(num_classes=4, image_shape=(8, 8, 3)).num_classes == 4


def test_a_function_is_loaded_from_a_module(model_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model_file.rename(model_file.with_name("a_module_of_models.py"))
    monkeypatch.syspath_prepend(model_file.parent)
    builder = load_builder(UserModel("a_module_of_models", "build_model"))
    assert builder(num_classes=5, image_shape=(8, 8, 3)).num_classes == 5


def test_what_is_not_there_is_refused(model_file: Path) -> None:
    with pytest.raises(ModelSourceError, match=r"no function 'build'.*Did you mean 'build_model'"):
        load_builder(UserModel(str(model_file), "build"))


def test_what_cannot_be_called_is_refused(model_file: Path) -> None:
    with pytest.raises(ModelSourceError, match=r"'NOT_A_FUNCTION'.* is no function: it is 3"):
        load_builder(UserModel(str(model_file), "NOT_A_FUNCTION"))


def test_errors_of_user_code_come_through(model_file: Path) -> None:
    model_file.write_text(_BUILDER + "1 / 0")
    with pytest.raises(ZeroDivisionError):
        load_builder(UserModel(str(model_file), "build_model"))


def test_trial_pixels_are_a_batch_of_the_image_shape() -> None:
    pixels_BHWC = trial_pixels((4, 6, 3))
    assert pixels_BHWC.shape == (2, 4, 6, 3)
    assert pixels_BHWC.dtype == np.float32


def test_logits_of_the_right_shape_pass() -> None:
    check_logits(np.array([[2.0, -1.0], [0.0, 3.0]]), source="cnn", num_examples=2, num_classes=2)


def test_a_wrong_shape_is_refused_with_what_came() -> None:
    with pytest.raises(ModelSourceError, match=r"shape \[2, 5\]; expected \[2, 3\]"):
        check_logits(np.zeros((2, 5)), source="cnn", num_examples=2, num_classes=3)


def test_probabilities_are_refused() -> None:
    with pytest.raises(ModelSourceError, match="Remove the softmax"):
        check_logits(np.array([[0.2, 0.8], [0.5, 0.5]]), source="cnn", num_examples=2, num_classes=2)
