"""Small sets of noise with a hint of the label, and a split that kills a process in the middle of a training."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainers.augmentation.draw import ColorRange
from trainers.balanced_sampling import Sampling
from trainers.example_split import Batch, InMemorySplit, TrainingData

Kill = Callable[[], None]


def kill_this_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class DeadlySplit(InMemorySplit):
    """Kills instead of giving the batch after so many of this process; 0 is never."""

    batches_until_death: int = 0
    kill: Kill = kill_this_process

    def batches(
        self,
        batch_size_examples: int,
        *,
        shuffle_seed: int | None,
        sampling: Sampling = "shuffled",
        skip_batches: int = 0,
    ) -> Iterator[Batch]:
        batches = super().batches(
            batch_size_examples, shuffle_seed=shuffle_seed, sampling=sampling, skip_batches=skip_batches
        )
        for batch in batches:
            if _BATCHES_GIVEN and len(_BATCHES_GIVEN) == self.batches_until_death:
                self.kill()
            _BATCHES_GIVEN.append(len(batch[1]))
            yield batch


_BATCHES_GIVEN: list[int] = []


def deadly_data(
    label_ids: npt.NDArray[np.int64],
    *,
    train_examples: int,
    hint: float,
    class_names: tuple[str, ...],
    batches_until_death: int = 0,
    kill: Kill = kill_this_process,
) -> TrainingData:
    """Return 8 x 8 pixels of noise, brighter by `hint` for each label, the first of them to train on."""
    pixels = np.random.default_rng(1).normal(size=(len(label_ids), 8, 8, 3)).astype(np.float32)
    pixels += hint * label_ids[:, None, None, None].astype(np.float32)
    return TrainingData(
        train=DeadlySplit(pixels[:train_examples], label_ids[:train_examples], batches_until_death, kill),
        eval=InMemorySplit(pixels[train_examples:], label_ids[train_examples:]),
        class_names=class_names,
        image_shape=(8, 8, 3),
        color_range=ColorRange(black_C=np.full(3, -2, np.float32), width_C=np.full(3, 4, np.float32)),
    )


def three_classes(train_examples: int, *, batches_until_death: int = 0, kill: Kill = kill_this_process) -> TrainingData:
    """Return three classes of unequal size, and 20 images to evaluate on."""
    return deadly_data(
        np.arange(train_examples + 20, dtype=np.int64) % 7 % 3,
        train_examples=train_examples,
        hint=0.3,
        class_names=("a", "b", "c"),
        batches_until_death=batches_until_death,
        kill=kill,
    )
