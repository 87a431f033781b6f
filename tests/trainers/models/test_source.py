import pytest

from trainers.errors import ModelSourceError
from trainers.models.source import BuiltInModel, LibraryModel, ModelSource, UserModel, parse_model_source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("cnn", BuiltInModel("cnn")),
        ("torchvision:resnet18", LibraryModel("torchvision", "resnet18")),
        ("keras_applications:MobileNetV2", LibraryModel("keras_applications", "MobileNetV2")),
        ("timm:resnet18.a1_in1k", LibraryModel("timm", "resnet18.a1_in1k")),
        ("models/mine.py:build_model", UserModel("models/mine.py", "build_model")),
        ("C:/models/mine.py:build", UserModel("C:/models/mine.py", "build")),
        ("my_package.models:build", UserModel("my_package.models", "build")),
    ],
)
def test_each_form_is_understood(source: str, expected: ModelSource) -> None:
    assert parse_model_source(source) == expected


def test_files_and_modules_are_told_apart() -> None:
    assert UserModel("models/mine.py", "build").is_file
    assert not UserModel("models.mine", "build").is_file


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("resnet50", r"not built in \(cnn, resnet\).*Did you mean 'resnet'\?"),
        ("models/mine.py", "which function; give models/mine.py:build_model"),
        ("mine.py:", "'' after the colon is no name"),
        ("mine.py:a-b", "'a-b' after the colon is no name"),
        ("models/mine:build", "'models/mine' is no .py file and no dotted module"),
        ("", "'' is not built in"),
    ],
)
def test_other_text_is_refused_with_what_to_do(source: str, message: str) -> None:
    with pytest.raises(ModelSourceError, match=message):
        parse_model_source(source)
