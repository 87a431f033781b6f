import json
from datetime import timedelta

import numpy as np
import pytest
from tiny_bundles import GREEN, encode
from tiny_predictions import MIDNIGHT, entry, predict

from serving.images import UnusableImageError
from serving.request_log.entries import from_line, to_entries, to_line


def test_a_line_has_facts_and_prediction_and_nothing_else() -> None:
    image = encode(GREEN, height=4, width=6)
    (made,) = to_entries(predict([image]), time=MIDNIGHT + timedelta(milliseconds=1500), max_pixels=100)

    line = json.loads(to_line(made))

    assert line == {
        "time": "2026-01-02T00:00:01Z",
        "model": "colours",
        "version": 2,
        "facts": {
            "height": 4,
            "width": 6,
            "channels": 3,
            "format": "PNG",
            "size_bytes": len(image),
            "brightness": pytest.approx(1 / 3),
        },
        "class_index": 1,
        "label": "green",
        "score": 0.5,
        "probabilities": [0.25, 0.5, 0.25],
    }


def test_every_image_of_a_request_has_an_entry_decoded_ones_too() -> None:
    pixels_HWC = np.full((2, 3, 3), 255, np.uint8)

    first, second = to_entries(predict([encode(GREEN), pixels_HWC]), time=MIDNIGHT, max_pixels=100)

    assert (first.facts.format, second.facts.format) == ("PNG", None)
    assert (second.facts.height, second.facts.width, second.facts.brightness) == (2, 3, 1.0)


@pytest.mark.parametrize(("classes", "kept"), [(100, 100), (101, None)])
def test_probabilities_of_very_many_classes_are_left_out(classes: int, kept: int | None) -> None:
    prediction = predict([encode(GREEN)], classes=[str(number) for number in range(classes)])

    (made,) = to_entries(prediction, time=MIDNIGHT, max_pixels=100)

    assert (made.probabilities and len(made.probabilities)) == kept
    assert (made.class_index, made.label, made.score) == (1, "1", 0.5)


def test_an_entry_survives_the_way_through_a_line() -> None:
    for original in (entry(), entry(format=None, size_bytes=None, probabilities=None)):
        assert from_line(to_line(original)) == original


@pytest.mark.parametrize("line", [b"", b"words", b"{}", to_line(entry()).replace(b'"version":2', b'"version":"two"')])
def test_what_is_no_entry_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"Invalid JSON|Field required|valid integer"):
        from_line(line)


def test_an_image_that_is_too_large_is_not_looked_at() -> None:
    with pytest.raises(UnusableImageError):
        list(to_entries(predict([encode(GREEN)]), time=MIDNIGHT, max_pixels=15))
