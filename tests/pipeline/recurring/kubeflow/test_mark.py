"""What we write into a description, and read back."""

import pytest

from pipeline.recurring.kubeflow.mark import Mark, read_mark

MARK = Mark(fingerprint="0123456789abcdef", generation=2, is_meant_to_run=False, when="0 3 * * * Europe/Berlin")


def test_a_mark_is_read_back_and_people_can_read_it() -> None:
    assert str(MARK) == "Tandem retraining 0123456789abcdef, number 2, paused, 0 3 * * * Europe/Berlin"
    assert read_mark(str(MARK)) == MARK


@pytest.mark.parametrize("description", ["", "nightly", "Tandem retraining", f"copy of {MARK}"])
def test_what_others_wrote_is_no_mark(description: str) -> None:
    assert read_mark(description) is None
