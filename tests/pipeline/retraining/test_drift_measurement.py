"""Drift, as the real command measures it and answers."""

import os
import sys
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.retraining import drift_measurement
from pipeline.retraining.drift_measurement import measure_drift


@pytest.fixture
def answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file of code that answers in place of `pipeline.drift`, to which the options are passed."""
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\nshift 2\nexec "{sys.executable}" "{tmp_path}/answer.py" "$@"\n')
    program.chmod(0o700)
    monkeypatch.setattr(drift_measurement.sys, "executable", str(program))
    return tmp_path / "answer.py"


def measure(*arguments: str) -> tuple[str, ...]:
    return measure_drift(arguments, environment=dict(os.environ))


def test_the_command_s_own_mistakes_are_passed_on() -> None:
    with pytest.raises(PipelineError, match="nothing to compare: the digits never change"):
        measure()


def test_what_has_drifted_is_returned_in_sentences(answer: Path) -> None:
    answer.write_text(
        "import sys, json\n"
        "assert sys.argv[1:] == ['--root', 'r', '--json']\n"
        "print(json.dumps({'has_drifted': True, 'reasons': ['brightness of span 7 is 0.4 away']})); sys.exit(3)"
    )

    assert measure("--root", "r") == ("brightness of span 7 is 0.4 away",)


def test_without_drift_there_is_nothing_to_say(answer: Path) -> None:
    answer.write_text('print(\'{"has_drifted": false, "reasons": []}\')')

    assert measure() == ()


@pytest.mark.parametrize("code", ["print('hello')", "print('{}')", "print('[]')"])
def test_an_answer_of_another_form_is_no_answer(answer: Path, code: str) -> None:
    answer.write_text(code)

    with pytest.raises(PipelineError, match="gave no answer in JSON"):
        measure()


def test_a_measurement_has_only_so_much_time(answer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift_measurement, "_TIMEOUT_SECONDS", 0.3)
    answer.write_text("import time; time.sleep(60)")

    with pytest.raises(PipelineError, match="TimeoutExpired"):
        measure()
