import pytest

from trainers.optimization import is_decayed


@pytest.mark.parametrize(("shape", "decayed"), [((3, 3, 8, 16), True), ((16, 10), True), ((16,), False), ((), False)])
def test_only_matrices_and_kernels_are_decayed(shape: tuple[int, ...], decayed: bool) -> None:
    assert is_decayed(shape) is decayed
