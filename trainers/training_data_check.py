"""Whether data can be trained on, asked before anything is built."""

from trainers.errors import TrainingDataError
from trainers.example_split import TrainingData

_MIN_CLASSES = 2


def check_training_data(data: TrainingData, *, batch_size_examples: int) -> None:
    """Check that training on this data makes sense, before anything is built.

    Raises:
        TrainingDataError: A split is empty, a label has no class, there are fewer than two classes, or a batch has
            more examples than the train split.
    """
    if data.num_classes < _MIN_CLASSES:
        raise TrainingDataError(f"training needs at least two classes; the data has {list(data.class_names)}.")
    for name, split in (("train", data.train), ("eval", data.eval)):
        if split.num_examples == 0:
            raise TrainingDataError(f"the {name} split has no examples; add images or change the split fractions.")
    if batch_size_examples > data.train.num_examples:
        raise TrainingDataError(
            f"a batch must not be larger than the train split: batch_size_examples is {batch_size_examples} and there "
            f"are {data.train.num_examples} training images; lower train.batch_size_examples or add images."
        )
    counts_K = data.train.class_counts(data.num_classes)
    missing = [name for name, count in zip(data.class_names, counts_K, strict=True) if count == 0]
    if missing:
        raise TrainingDataError(f"the train split has no example of {', '.join(missing)}; add images of it.")
    data.eval.class_counts(data.num_classes)
