import pytest

from trainers.errors import WeightsError
from trainers.weights.match import class_order, match_weights

_MODEL = {"conv.weight": (8, 3, 3, 3), "fc.weight": (5, 8), "fc.bias": (5,)}


def _match(of_file: dict[str, tuple[int, ...]], *, keep_head: bool = True) -> tuple[tuple[str, ...], bool]:
    match = match_weights(of_file, _MODEL, head_prefixes=("fc.",), keep_head=keep_head, source="a.pt")
    return match.names, match.is_head_replaced


def test_the_same_weights_are_all_taken_over() -> None:
    assert _match(_MODEL) == (tuple(_MODEL), False)


def test_a_head_of_ten_classes_gives_way_to_one_of_five() -> None:
    assert _match({**_MODEL, "fc.weight": (10, 8), "fc.bias": (10,)}) == (("conv.weight",), True)


def test_a_head_of_another_form_or_of_other_classes_is_replaced() -> None:
    assert _match({"conv.weight": (8, 3, 3, 3), "fc.1.weight": (10, 8)}) == (("conv.weight",), True)
    assert _match(_MODEL, keep_head=False) == (("conv.weight",), True)


def test_another_architecture_is_refused_with_the_first_differences() -> None:
    other = {"conv.weight": (8, 3, 5, 5), "deeper.weight": (8, 8), "fc.weight": (5, 8), "fc.bias": (5,)}
    message = (
        r"weights a\.pt are of another architecture: conv\.weight is \[8, 3, 5, 5\] in the file and \[8, 3, 3, 3\] in "
        r"the model; deeper\.weight \[8, 8\] is not in the model\."
    )
    with pytest.raises(WeightsError, match=message):
        _match(other)


def test_classes_are_found_by_name() -> None:
    assert class_order(("b", "a", "c"), ("a", "b", "c")) == [1, 0, 2]
    assert class_order(("a", "b"), ("a", "c")) is None
