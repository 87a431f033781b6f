from pathlib import Path

import numpy as np
import pytest
import tiny_exports

from trainers.batches import load_split, read_images
from trainers.export.transform_graph import TransformGraph


@pytest.mark.parametrize("cache_limit_mib", [0, 64])
@pytest.mark.parametrize("skip_batches", [0, 1, 2, 3])
def test_skipped_batches_are_missing_and_the_others_as_they_were(
    cache_limit_mib: int, skip_batches: int, tmp_path: Path, transform_graph_dir: Path
) -> None:
    images = read_images((str(tiny_exports.write_examples(tmp_path / "examples.gz", images=20)),))
    split = load_split(images, TransformGraph(transform_graph_dir), cache_limit_mib=cache_limit_mib)
    whole = list(split.batches(8, shuffle_seed=1))
    rest = list(split.batches(8, shuffle_seed=1, skip_batches=skip_batches))
    assert len(rest) == 3 - skip_batches
    for (pixels, label_ids), (expected_pixels, expected_label_ids) in zip(rest, whole[skip_batches:], strict=True):
        np.testing.assert_array_equal(pixels, expected_pixels)
        np.testing.assert_array_equal(label_ids, expected_label_ids)
