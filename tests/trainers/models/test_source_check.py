from pathlib import Path

import pytest

from trainers.models.source_check import check_model_source


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "mine.py"


@pytest.mark.parametrize(
    "source", ["cnn", "resnet", "torchvision:resnet18", "torchvision:mobilenet_v3_small", "timm:resnet18.a1_in1k"]
)
def test_what_exists_has_no_problems(source: str) -> None:
    assert check_model_source(source, "pytorch") == []


@pytest.mark.parametrize(
    "text",
    [
        "def build_model(*, num_classes, image_shape): ...",
        "def build_model(num_classes, image_shape=(32, 32, 3), *, width=8): ...",
        "def build_model(**settings): ...",
        "from elsewhere import build_model",
        "from elsewhere import build as build_model",
        "from elsewhere import *",
        "build_model = make()",
        "build_model: object = make()",
        "try:\n    import a\nexcept ImportError:\n    pass\nelse:\n    def build_model(**settings): ...",
    ],
)
def test_a_function_that_can_be_called_has_no_problems(write: Path, text: str) -> None:
    write.write_text(text)
    assert check_model_source("mine.py:build_model") == []


def test_no_user_code_runs(write: Path) -> None:
    write.write_text("raise RuntimeError\ndef build_model(*, num_classes, image_shape): ...")
    assert check_model_source("mine.py:build_model") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "def build_mode(**settings): ...",
            "has no function 'build_model' at its top level. Did you mean 'build_mode'?",
        ),
        ("x = 1", "has no function 'build_model' at its top level."),
        ("def build_model(*, num_classes): ...", "does not take the keyword argument 'image_shape'."),
        ("def build_model(num_classes, /, image_shape): ...", "does not take the keyword argument 'num_classes'."),
        ("def build_model(width, **settings): ...", "needs 'width', which training does not pass"),
        ("def build_model(*, num_classes, image_shape, width): ...", "needs 'width', which training does not pass"),
        ("async def build_model(**settings): ...", "is a coroutine"),
        ("def build_model(:", "is no valid Python, line 1"),
        ("\0", "mine.py"),
    ],
)
def test_a_function_that_cannot_be_called_is_reported(write: Path, text: str, problem: str) -> None:
    write.write_text(text)
    problems = check_model_source("mine.py:build_model")
    assert any(problem in sentence for sentence in problems), problems


def test_a_missing_file_is_reported_with_the_nearest_one(write: Path) -> None:
    write.write_text("")
    (problem,) = check_model_source("mine2.py:build_model")
    assert problem == "model file mine2.py does not exist. Did you mean 'mine.py'?"


def test_a_module_is_looked_up_by_its_dotted_name(write: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(write.parent)
    (write.parent / "my_models").mkdir()
    (write.parent / "my_models" / "small.py").write_text("def build_model(*, num_classes, image_shape): ...")
    assert check_model_source("my_models.small:build_model") == []
    (problem,) = check_model_source("my_models.smal:build_model")
    assert "Did you mean 'small'?" in problem


def test_torchvision_names_are_checked() -> None:
    (problem,) = check_model_source("torchvision:resnet19")
    assert problem.startswith("torchvision has no classification model 'resnet19'. Did you mean 'resnet1")


def test_keras_applications_are_checked() -> None:
    assert check_model_source("keras_applications:MobileNetV2", "keras") == []
    (problem,) = check_model_source("keras_applications:MobileNetV4", "keras")
    assert problem.startswith("keras.applications has no classification model 'MobileNetV4'. Did you mean 'MobileNet")


def test_timm_names_are_checked() -> None:
    (problem,) = check_model_source("timm:resnet19")
    assert problem.startswith("timm has no classification model 'resnet19'. Did you mean 'resnet1")


def test_keras_applications_are_refused_for_pytorch() -> None:
    (problem,) = check_model_source("keras_applications:MobileNetV2", "pytorch")
    assert "is a Keras model; choose framework keras" in problem


def test_torchvision_is_refused_for_keras() -> None:
    (problem,) = check_model_source("torchvision:resnet18", "keras")
    assert "choose framework pytorch" in problem


def test_text_without_meaning_is_reported_and_not_raised() -> None:
    (problem,) = check_model_source("resnt")
    assert "Did you mean 'resnet'?" in problem
