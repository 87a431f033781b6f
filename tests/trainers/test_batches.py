"""Wherever images lie, the batches are the same."""

from pathlib import Path

import numpy as np
import pytest
import tiny_exports

from trainers.batches import EncodedSplit, load_split
from trainers.cache_budget import CacheBudget
from trainers.encoded_images import read_images
from trainers.example_split import ExampleSplit, InMemorySplit
from trainers.export.transform_graph import TransformGraph

_DECODED_BYTES = 20 * 16 * 16 * 3 * 4


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_exports.write_examples(tmp_path_factory.mktemp("examples") / "examples.gz", images=20))


def _load(examples: str, graph_dir: Path, folder: Path, *, memory_bytes: int, disk_bytes: int) -> ExampleSplit:
    budget = CacheBudget(memory_mib=0, disk_mib=0, folder=folder)
    budget.memory_left_bytes, budget.disk_left_bytes = memory_bytes, disk_bytes
    images = read_images((examples,), budget=budget)
    return load_split(images, TransformGraph(graph_dir), budget=budget)


_PLACES = {
    "memory": (2**20, 0),
    "encoded in memory, decoded on disk": (_DECODED_BYTES - 1, _DECODED_BYTES),
    "disk": (0, _DECODED_BYTES),
    "encoded in memory": (_DECODED_BYTES - 1, 0),
    "encoded on disk": (0, _DECODED_BYTES - 1),
}


@pytest.mark.parametrize("place", _PLACES)
def test_batches_are_the_same_wherever_images_lie(
    place: str, examples: str, tmp_path: Path, transform_graph_dir: Path
) -> None:
    memory_bytes, disk_bytes = _PLACES[place]
    split = _load(examples, transform_graph_dir, tmp_path, memory_bytes=memory_bytes, disk_bytes=disk_bytes)
    expected = _load(examples, transform_graph_dir, tmp_path, memory_bytes=2**30, disk_bytes=0)
    assert isinstance(split, EncodedSplit if place.startswith("encoded") and "decoded" not in place else InMemorySplit)
    assert split.class_counts(3).tolist() == expected.class_counts(3).tolist()
    for skip_batches in (0, 1, 3):
        for shuffle_seed in (None, 1):
            order = {"shuffle_seed": shuffle_seed, "skip_batches": skip_batches}
            found, wanted = (list(one.batches(8, **order)) for one in (split, expected))
            assert len(found) == 3 - skip_batches
            for (pixels, label_ids), (expected_pixels, expected_label_ids) in zip(found, wanted, strict=True):
                np.testing.assert_array_equal(pixels, expected_pixels)
                np.testing.assert_array_equal(label_ids, expected_label_ids)
    assert list(tmp_path.iterdir()) == []


def test_decoded_images_replace_the_encoded_ones_in_the_budget(
    examples: str, tmp_path: Path, transform_graph_dir: Path
) -> None:
    budget = CacheBudget(memory_mib=1, disk_mib=0, folder=tmp_path)
    images = read_images((examples,), budget=budget)
    assert budget.memory_left_bytes == 2**20 - sum(map(len, images.image_bytes_N))
    load_split(images, TransformGraph(transform_graph_dir), budget=budget)
    assert budget.memory_left_bytes == 2**20 - _DECODED_BYTES


def test_a_disk_that_cannot_be_written_costs_speed_alone(
    examples: str, tmp_path: Path, transform_graph_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    budget = CacheBudget(memory_mib=0, disk_mib=1, folder=tmp_path)
    images = read_images((examples,), budget=budget)
    budget.folder = tmp_path / "missing"
    split = load_split(images, TransformGraph(transform_graph_dir), budget=budget)
    assert isinstance(split, EncodedSplit)
    assert "could not be kept" in caplog.text
