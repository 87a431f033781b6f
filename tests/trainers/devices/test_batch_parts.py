from itertools import pairwise

import pytest

from trainers.devices.batch_parts import batch_parts


@pytest.mark.parametrize(("num_examples", "replicas"), [(8, 1), (8, 2), (7, 2), (64, 3), (5, 4), (3, 3)])
def test_every_example_is_in_one_part_and_parts_differ_by_at_most_one(num_examples: int, replicas: int) -> None:
    parts = batch_parts(num_examples, replicas)
    lengths = [part.examples.stop - part.examples.start for part in parts]
    assert len(parts) == replicas
    assert all(part.counts for part in parts)
    assert (parts[0].examples.start, parts[-1].examples.stop) == (0, num_examples)
    assert all(before.examples.stop == after.examples.start for before, after in pairwise(parts))
    assert max(lengths) - min(lengths) <= 1


def test_a_replica_without_examples_keeps_step_with_one_that_does_not_count() -> None:
    parts = batch_parts(2, 4)
    assert [part.counts for part in parts] == [True, True, False, False]
    assert [part.examples for part in parts[2:]] == [slice(0, 1), slice(0, 1)]
