import pytest

from serving.did_you_mean import did_you_mean


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("resnett", " Did you mean 'resnet'?"),
        ("cn", " Did you mean 'cnn'?"),
        ("transformer", ""),
    ],
)
def test_names_the_nearest_choice_if_any(word: str, expected: str) -> None:
    assert did_you_mean(word, ["cnn", "resnet"]) == expected


def test_names_two_choices_that_are_equally_near() -> None:
    assert did_you_mean("stage", ["stage1", "stage2", "other"]) == " Did you mean 'stage2' or 'stage1'?"
