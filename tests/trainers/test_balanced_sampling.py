import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trainers.balanced_sampling import balanced_order
from trainers.example_split import InMemorySplit


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(0, 2**31 - 1))
def test_every_class_comes_equally_often_and_its_examples_in_turn(labels: list[int], seed: int) -> None:
    label_ids_N = np.array(labels, np.int64)
    order_N = balanced_order(label_ids_N, shuffle_seed=seed)
    assert len(order_N) == len(labels)
    counts = np.bincount(label_ids_N[order_N], minlength=5)[np.unique(label_ids_N)]
    assert counts.max() - counts.min() <= 1
    times_N = np.bincount(order_N, minlength=len(labels))
    for label_id in np.unique(label_ids_N):
        times = times_N[label_ids_N == label_id]
        assert times.max() - times.min() <= 1


def test_the_seed_decides_the_order() -> None:
    label_ids_N = np.arange(40) % 7
    first, again, other = (balanced_order(label_ids_N, shuffle_seed=seed).tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_resumed_epoch_goes_on_with_the_same_examples() -> None:
    label_ids_N = np.array([0] * 9 + [1])
    split = InMemorySplit(np.arange(10, dtype=np.float32).reshape(10, 1, 1, 1), label_ids_N)
    whole, rest = (
        [pixels.ravel().tolist() for pixels, _ in split.batches(3, shuffle_seed=5, sampling="balanced", skip_batches=n)]
        for n in (0, 2)
    )
    assert rest == whole[2:]
    assert sum(pixels.count(9.0) for pixels in whole) == 5
