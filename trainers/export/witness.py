"""The trained model's own testimony: evaluation images and what the model said of them, before any export.

Shape letters: N images, S side of the model's input in pixels, C colours, K classes.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainers.export.errors import WitnessError
from trainers.export.transform_graph import TransformGraph

MIN_IMAGES = 64
_FORMAT_VERSION = 1
_BATCH_SIZE = 32

Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Witness:
    """Images and the trained model's probabilities for them.

    Attributes:
        images: N encoded JPEG or PNG images, as they were before any preprocessing.
        probabilities_NK: float32 [N, K], computed by the framework that trained the model.
        class_names: K names in the order of the columns.
    """

    images: tuple[bytes, ...]
    probabilities_NK: Probabilities
    class_names: tuple[str, ...]


def take_testimony(
    images: Sequence[bytes],
    *,
    probabilities_of: Callable[[npt.NDArray[np.float32]], Probabilities],
    transform_graph_dir: Path,
) -> Witness:
    """Let the trained model classify encoded images through the Transform graph, the way that it was trained.

    Args:
        images: encoded JPEG or PNG images that the model was not trained on.
        probabilities_of: the trained model, float32 pixels [N, S, S, C] to float32 probabilities [N, K]; N is 32,
            less in the last batch.
        transform_graph_dir: output of the Transform component.

    Raises:
        WitnessError: there are fewer than 64 images, or the answers are not finite probabilities [N, K].
    """
    if len(images) < MIN_IMAGES:
        raise WitnessError(
            f"a witness needs at least {MIN_IMAGES} images, got {len(images)}; give the eval split more images."
        )
    graph = TransformGraph(transform_graph_dir)
    batches = [images[start : start + _BATCH_SIZE] for start in range(0, len(images), _BATCH_SIZE)]
    answers = [np.asarray(probabilities_of(graph.pixels(tf.constant(batch)).numpy())) for batch in batches]
    expected = [(len(batch), len(graph.class_names)) for batch in batches]
    if [answer.shape for answer in answers] != expected or not all(np.isfinite(answer).all() for answer in answers):
        raise WitnessError(
            f"the trained model must give finite probabilities [N, {len(graph.class_names)}], but gave the shapes "
            f"{sorted({answer.shape[1:] for answer in answers})} or numbers that are not finite; look at its training."
        )
    probabilities_NK = np.concatenate(answers).astype(np.float32)
    return Witness(images=tuple(images), probabilities_NK=probabilities_NK, class_names=graph.class_names)


def save_witness(path: Path, witness: Witness) -> None:
    """Write a witness as one .npz file of plain arrays, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("wb") as file:
        np.savez(
            file,
            allow_pickle=False,
            format_version=np.int64(_FORMAT_VERSION),
            image_bytes=np.frombuffer(b"".join(witness.images), dtype=np.uint8),
            image_sizes_bytes=np.array([len(image) for image in witness.images], dtype=np.int64),
            probabilities=witness.probabilities_NK,
            class_names=np.frombuffer(json.dumps(witness.class_names).encode(), dtype=np.uint8),
        )
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def load_witness(path: Path) -> Witness:
    """Read a witness; nothing in the file is executed.

    Raises:
        WitnessError: the file is missing, is not a witness, or its parts do not belong together.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            version = int(arrays["format_version"])
            sizes_bytes = arrays["image_sizes_bytes"]
            joined = arrays["image_bytes"].tobytes()
            probabilities_NK = arrays["probabilities"]
            class_names = tuple(json.loads(arrays["class_names"].tobytes()))
    except (OSError, KeyError, ValueError) as error:
        raise WitnessError(f"{path}: not a witness file ({error}); let the trainer write it again.") from error
    if version != _FORMAT_VERSION or sizes_bytes.sum() != len(joined):
        raise WitnessError(
            f"{path}: format_version {version} with {len(joined)} image bytes instead of {sizes_bytes.sum()}; this "
            f"version reads complete files of format_version {_FORMAT_VERSION}. Let the trainer write it again."
        )
    ends = np.cumsum(sizes_bytes)
    images = tuple(joined[end - size : end] for end, size in zip(ends, sizes_bytes, strict=True))
    return Witness(images=images, probabilities_NK=probabilities_NK, class_names=class_names)
