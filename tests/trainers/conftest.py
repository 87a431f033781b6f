"""Fixtures for tests of the trainers: a Transform graph and the bundle files of a Keras model, built once.

Frameworks are loaded where a fixture needs them: most rooms start in a moment without.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from trainers.example_split import InMemorySplit, TrainingData
from trainers.training_request import TrainingRequest

if TYPE_CHECKING:
    import keras


@pytest.fixture(scope="session")
def transform_graph_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import tiny_exports

    return tiny_exports.build_transform_graph(tmp_path_factory.mktemp("transform") / "graph")


@pytest.fixture(scope="session")
def keras_model() -> "keras.Model":
    import tiny_exports

    return tiny_exports.build_keras_model()


@pytest.fixture(scope="session")
def keras_bundle_dir(
    tmp_path_factory: pytest.TempPathFactory, keras_model: "keras.Model", transform_graph_dir: Path
) -> Path:
    import tiny_exports

    directory = tmp_path_factory.mktemp("bundle")
    return tiny_exports.write_keras_bundle_files(directory, keras_model, transform_graph_dir)


def _flat_colours(num_examples: int, *, seed: int) -> InMemorySplit:
    """Images of 16 x 16 pixels, all red, all green or all blue, with noise; label 0, 1 or 2."""
    random = np.random.default_rng(seed)
    label_ids_N = np.arange(num_examples, dtype=np.int64) % 3
    colours_N11C = np.eye(3, dtype=np.float32)[label_ids_N][:, None, None, :]
    noise_NHWC = random.normal(0, 0.3, (num_examples, 16, 16, 3)).astype(np.float32)
    return InMemorySplit(colours_N11C + noise_NHWC, label_ids_N)


@pytest.fixture(scope="session")
def colour_data() -> TrainingData:
    """Three classes that any working model tells apart: 96 training and 30 evaluation images."""
    return TrainingData(
        train=_flat_colours(96, seed=1),
        eval=_flat_colours(30, seed=2),
        class_names=("red", "green", "blue"),
        image_shape=(16, 16, 3),
    )


@pytest.fixture
def torch_request(tmp_path: Path, transform_graph_dir: Path) -> TrainingRequest:
    """A PyTorch job of one epoch on the drawn images, as the Trainer component would ask for it."""
    from job_requests import job_request

    return job_request(tmp_path, transform_graph_dir)
