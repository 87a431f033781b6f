import random

import numpy as np

from trainers.checkpoints.host_random_state import HostRandomState


def _draw() -> list[float]:
    return [random.gauss(0, 1), random.gauss(0, 1), float(np.random.normal()), float(np.random.uniform())]


def test_the_same_numbers_follow_after_a_way_through_json() -> None:
    kept = HostRandomState.capture()
    # Both keep every second normal number for the next call; that is part of the state.
    random.gauss(0, 1)
    np.random.normal()
    state = HostRandomState.capture().model_dump_json()
    expected = _draw()
    HostRandomState.model_validate_json(state).restore()
    assert _draw() == expected
    kept.restore()
