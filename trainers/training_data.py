"""Load what a training job trains on."""

from collections.abc import Sequence
from pathlib import Path

from trainers import features
from trainers.augmentation.draw import ColorRange
from trainers.batches import load_split
from trainers.cache_budget import CacheBudget
from trainers.config import TrainConfig
from trainers.encoded_images import read_images
from trainers.example_split import ExampleSplit, TrainingData
from trainers.export.transform_graph import TransformGraph
from trainers.normalization import Normalization


def load_training_data(
    graph: TransformGraph,
    *,
    train_files: Sequence[str],
    eval_files: Sequence[str],
    config: TrainConfig,
    given: Normalization,
    work_dir: Path,
    num_witness_images: int = 0,
) -> tuple[TrainingData, list[bytes]]:
    """Return the data, and the encoded images of the parity proof.

    Those are of the eval split, filled up from training when it is small.

    Args:
        graph: Makes pixels and label ids of the examples.
        train_files: File patterns of the train split.
        eval_files: File patterns of the eval split.
        config: Says how much may be cached.
        given: What the graph makes of an image's levels.
        work_dir: Folder for what does not fit in memory.
        num_witness_images: Images for the proof.
    """
    budget = CacheBudget(memory_mib=config.cache_limit_mib, disk_mib=config.disk_cache_limit_mib, folder=work_dir)
    train, first_of_train = _load_split(graph, train_files, num_witness_images, budget)
    evaluation, first_of_eval = _load_split(graph, eval_files, num_witness_images, budget)
    side_pixels = graph.image_size_pixels
    data = TrainingData(
        train=train,
        eval=evaluation,
        class_names=graph.class_names,
        image_shape=(side_pixels, side_pixels, features.COLOR_CHANNELS),
        color_range=ColorRange.after(given),
    )
    return data, [*first_of_eval, *first_of_train][:num_witness_images]


def _load_split(
    graph: TransformGraph, files: Sequence[str], num_first: int, budget: CacheBudget
) -> tuple[ExampleSplit, list[bytes]]:
    """Return a split and its first encoded images; the others are not held any longer than they must."""
    images = read_images(files, budget=budget)
    return load_split(images, graph, budget=budget), list(images.image_bytes_N[:num_first])
