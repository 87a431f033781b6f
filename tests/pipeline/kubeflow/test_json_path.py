import pytest

from pipeline.kubeflow.json_path import find_paths, put

CONTENT = {"a": [{"threshold": {"bound": 1}}, {"threshold": {"bound": 2}}], "bound": 3}


def test_paths_are_found_by_their_end() -> None:
    assert list(find_paths(CONTENT, ("threshold", "bound"))) == [
        ("a", 0, "threshold", "bound"),
        ("a", 1, "threshold", "bound"),
    ]
    assert list(find_paths(CONTENT, ("missing",))) == []


def test_a_value_takes_the_type_of_the_one_it_replaces() -> None:
    content = {"train": {"epochs": 8, "learning_rate": 0.1, "name": "x"}}

    put(content, ("train", "epochs"), 2.0)
    put(content, ("train", "learning_rate"), 1.0)
    put(content, ("train", "new"), "text")

    assert content["train"] == {"epochs": 2, "learning_rate": 1.0, "name": "x", "new": "text"}
    assert isinstance(content["train"]["epochs"], int)


def test_a_fraction_for_a_whole_number_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.5 must be a whole number"):
        put({"epochs": 8}, ("epochs",), 1.5)


@pytest.mark.parametrize("path", [("train", "epochs"), ("list", 3, "x"), ("epochs", "x")])
def test_a_place_that_does_not_exist_is_refused(path: tuple[str | int, ...]) -> None:
    with pytest.raises(ValueError, match="there is no place"):
        put({"epochs": 8, "list": [1]}, path, 1)
