import pytest

from trainers.micro_batches import micro_batches


@pytest.mark.parametrize(
    ("num_examples", "parts", "lengths"), [(8, 1, [8]), (8, 3, [2, 3, 3]), (2, 5, [1, 1]), (6, 3, [2, 2, 2])]
)
def test_parts_differ_by_one_at_most_and_none_is_empty(num_examples: int, parts: int, lengths: list[int]) -> None:
    slices = list(micro_batches(num_examples, parts))
    assert [part.stop - part.start for part in slices] == lengths
    assert [part.start for part in slices] == [0, *(part.stop for part in slices[:-1])]
    assert slices[-1].stop == num_examples
