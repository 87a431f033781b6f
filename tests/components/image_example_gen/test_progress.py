import logging

import pytest

from components.image_example_gen.progress import ImageCounter
from trainers.progress import PROGRESS_LOGGER


def test_it_tells_now_and_then_how_far_it_is(caplog: pytest.LogCaptureFixture) -> None:
    seconds = iter([0.0, 0.1, 0.2, 2.0, 2.1])
    counter = ImageCounter(1_200, clock=lambda: next(seconds))

    with caplog.at_level(logging.DEBUG, PROGRESS_LOGGER):
        for _ in range(4):
            counter.count()

    assert caplog.messages == ["1 of 1,200 images, 120 s left", "3 of 1,200 images, 798 s left"]
