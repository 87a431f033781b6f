import numpy as np
import pytest

from trainers.errors import TrainingDataError
from trainers.example_split import InMemorySplit, TrainingData, count_classes, example_order


@pytest.fixture
def split() -> InMemorySplit:
    """Five images of one pixel; the pixel of example i is i and so is its label."""
    label_ids_N = np.arange(5, dtype=np.int64)
    return InMemorySplit(label_ids_N.astype(np.float32).reshape(5, 1, 1, 1), label_ids_N)


def test_batches_come_in_order_with_a_short_last_one(split: InMemorySplit) -> None:
    labels = [label_ids_B.tolist() for _, label_ids_B in split.batches(2, shuffle_seed=None)]
    assert labels == [[0, 1], [2, 3], [4]]


def test_a_batch_larger_than_the_split_holds_all_of_it(split: InMemorySplit) -> None:
    ((pixels_BHWC, label_ids_B),) = split.batches(64, shuffle_seed=None)
    assert pixels_BHWC.shape == (5, 1, 1, 1)
    assert label_ids_B.tolist() == [0, 1, 2, 3, 4]


def test_shuffling_keeps_pixels_and_labels_together(split: InMemorySplit) -> None:
    for pixels_BHWC, label_ids_B in split.batches(2, shuffle_seed=3):
        assert pixels_BHWC.dtype == np.float32
        assert label_ids_B.dtype == np.int64
        np.testing.assert_array_equal(pixels_BHWC[:, 0, 0, 0], label_ids_B)


def test_skipped_batches_are_missing_and_the_others_as_they_were(split: InMemorySplit) -> None:
    whole = [label_ids_B.tolist() for _, label_ids_B in split.batches(2, shuffle_seed=3)]
    for skip_batches in range(4):
        rest = [label_ids_B.tolist() for _, label_ids_B in split.batches(2, shuffle_seed=3, skip_batches=skip_batches)]
        assert rest == whole[skip_batches:]


def test_the_same_seed_gives_the_same_order_and_another_seed_another() -> None:
    labels = np.zeros(50, np.int64)
    assert example_order(labels, shuffle_seed=1).tolist() == example_order(labels, shuffle_seed=1).tolist()
    assert example_order(labels, shuffle_seed=1).tolist() != example_order(labels, shuffle_seed=2).tolist()
    assert sorted(example_order(labels, shuffle_seed=1)) == list(range(50))


def test_classes_are_counted_absent_ones_too(split: InMemorySplit) -> None:
    assert split.class_counts(7).tolist() == [1, 1, 1, 1, 1, 0, 0]
    assert split.class_counts(7).dtype == np.int64


@pytest.mark.parametrize("label_id", [-1, 3])
def test_a_label_without_a_class_is_refused(label_id: int) -> None:
    with pytest.raises(TrainingDataError, match=rf"from 0 to 2.*1 of 3 are not, the first is {label_id}\."):
        count_classes(np.array([0, label_id, 2]), 3)


def test_pixels_and_labels_that_do_not_match_are_refused() -> None:
    with pytest.raises(TrainingDataError, match=r"\[2, 4, 4, 3\] with labels \[3\]"):
        InMemorySplit(np.zeros((2, 4, 4, 3), np.float32), np.zeros(3, np.int64))


def test_training_data_counts_its_classes(split: InMemorySplit) -> None:
    data = TrainingData(train=split, eval=split, class_names=("cat", "dog"), image_shape=(1, 1, 1))
    assert data.num_classes == 2
