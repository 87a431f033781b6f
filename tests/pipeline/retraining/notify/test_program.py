"""Programs: the event on standard input, and none of the other channels' secrets in the environment."""

import json
import sys
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.retraining.events import Event
from pipeline.retraining.notify.channel import DeliveryError
from pipeline.retraining.notify.config import CommandConfig
from pipeline.retraining.notify.program import Program

KEEP = "import os, sys, json; json.dump([sys.stdin.read(), dict(os.environ)], open(sys.argv[1], 'w'))"


def program(*argv: str, timeout_seconds: float = 10) -> Program:
    return Program(CommandConfig(argv=argv, timeout_seconds=timeout_seconds), hidden_variables={"HOOK"})


def test_it_reads_the_event_and_does_not_see_secrets(
    event: Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "secret")
    monkeypatch.setenv("HARMLESS", "1")
    program(sys.executable, "-c", KEEP, str(tmp_path / "kept")).deliver(event)
    text, environment = json.loads((tmp_path / "kept").read_text())

    assert Event.model_validate_json(text) == event
    assert "HOOK" not in environment
    assert environment["HARMLESS"] == "1"


def test_its_exit_code_tells_whether_it_worked(event: Event) -> None:
    with pytest.raises(DeliveryError, match="ended with code 7") as caught:
        program(sys.executable, "-c", "exit(7)").deliver(event)

    assert caught.value.may_pass


def test_it_has_only_so_much_time(event: Event) -> None:
    with pytest.raises(DeliveryError, match=r"longer than 0\.2 s"):
        program(sys.executable, "-c", "import time; time.sleep(60)", timeout_seconds=0.2).deliver(event)


def test_a_program_that_is_not_there_is_named_at_the_door() -> None:
    with pytest.raises(PipelineError, match="command absent-program: there is no such program"):
        program("absent-program").check()
