"""A simulated world for each test."""

from pathlib import Path

import pytest
from simulated_world import SimulatedWorld


@pytest.fixture
def world(tmp_path: Path) -> SimulatedWorld:
    return SimulatedWorld(tmp_path)
