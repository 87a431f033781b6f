import pytest

from pipeline.kubeflow.messages import read_failure, read_outcome, tell_failure, tell_outcome


def test_an_outcome_is_read_from_among_other_lines(capsys: pytest.CaptureFixture[str]) -> None:
    tell_outcome("10 classes")

    assert read_outcome(f"noise\n{capsys.readouterr().out}more noise\n") == "10 classes"
    assert read_outcome("noise") == ""


def test_a_failure_of_many_lines_becomes_one(capsys: pytest.CaptureFixture[str]) -> None:
    tell_failure("two things:\n  first\n  second\n")

    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert read_failure(f"noise\n{said}") == "two things:; first; second"


def test_without_a_word_of_its_own_the_last_line_of_the_log_stands() -> None:
    assert read_failure("a\nKilled\n") == "Killed"
    assert read_failure("") == "it ended without a word"
