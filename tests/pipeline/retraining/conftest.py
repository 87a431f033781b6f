"""A simulated world for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from simulated_world import SimulatedWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[SimulatedWorld]:
    world = SimulatedWorld(tmp_path)
    yield world
    world.journal.close()
