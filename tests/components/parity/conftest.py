"""Fixtures for tests of parity: a Keras model, its bundle files and its testimony, built once."""

from pathlib import Path

import keras
import pytest
import tiny_exports

from trainers.export.witness import Witness


@pytest.fixture(scope="session")
def transform_graph_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_exports.build_transform_graph(tmp_path_factory.mktemp("transform") / "graph")


@pytest.fixture(scope="session")
def keras_model() -> keras.Model:
    return tiny_exports.build_keras_model()


@pytest.fixture(scope="session")
def keras_bundle_dir(
    tmp_path_factory: pytest.TempPathFactory, keras_model: keras.Model, transform_graph_dir: Path
) -> Path:
    directory = tmp_path_factory.mktemp("bundle")
    return tiny_exports.write_keras_bundle_files(directory, keras_model, transform_graph_dir)


@pytest.fixture(scope="session")
def witness(keras_model: keras.Model, transform_graph_dir: Path) -> Witness:
    return tiny_exports.take_keras_testimony(keras_model, transform_graph_dir)
