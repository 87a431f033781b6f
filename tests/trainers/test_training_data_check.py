import numpy as np
import pytest

from trainers.errors import TrainingDataError
from trainers.example_split import ExampleSplit, InMemorySplit, TrainingData
from trainers.training_data_check import check_training_data


def _split(pixels: list[float], label_ids: list[int]) -> InMemorySplit:
    return InMemorySplit(np.array(pixels, np.float32).reshape(-1, 1, 1, 1), np.array(label_ids, np.int64))


def _data(train: ExampleSplit, evaluation: ExampleSplit) -> TrainingData:
    return TrainingData(train=train, eval=evaluation, class_names=("dark", "light"), image_shape=(1, 1, 1))


@pytest.fixture
def data() -> TrainingData:
    return _data(_split([-1, 1], [0, 1]), _split([-1, 1, 3], [0, 1, 1]))


def test_data_without_examples_is_refused(data: TrainingData) -> None:
    empty = InMemorySplit(np.zeros((0, 1, 1, 1), np.float32), np.zeros(0, np.int64))
    with pytest.raises(TrainingDataError, match="the eval split has no examples"):
        check_training_data(_data(data.train, empty), batch_size_examples=1)


def test_a_class_without_training_examples_is_named(data: TrainingData) -> None:
    with pytest.raises(TrainingDataError, match="no example of light"):
        check_training_data(_data(_split([1, 2], [0, 0]), _split([1], [0])), batch_size_examples=1)


def test_an_evaluation_label_that_training_lacks_is_refused(data: TrainingData) -> None:
    with pytest.raises(TrainingDataError, match="the first is -1"):
        check_training_data(_data(_split([1, 2], [0, 1]), _split([1], [-1])), batch_size_examples=1)


def test_a_single_class_is_refused(data: TrainingData) -> None:
    single = TrainingData(train=data.train, eval=data.eval, class_names=("dark",), image_shape=(1, 1, 1))
    with pytest.raises(TrainingDataError, match=r"at least two classes; the data has \['dark'\]"):
        check_training_data(single, batch_size_examples=1)


def test_a_batch_larger_than_the_train_split_is_refused(data: TrainingData) -> None:
    check_training_data(data, batch_size_examples=2)
    with pytest.raises(TrainingDataError, match="batch_size_examples is 3 and there are 2 training images"):
        check_training_data(data, batch_size_examples=3)
