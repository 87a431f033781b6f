"""What a run left, read as an outcome."""

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PipelineError
from pipeline.retraining.run_results import find_run_since, read_outcome
from pipeline.runners.base import RunFolders
from pipeline.runners.local import hold_root

RUN = "20260505-030000-abcdef"


@pytest.fixture
def folders(tmp_path: Path) -> RunFolders:
    return RunFolders(tmp_path)


def leave(folders: RunFolders, status: str, run_id: str = RUN, **more: Any) -> None:
    summary = {"status": status, "steps": [], "candidates": {}, "comparison": "", "pushed": None, **more}
    folders.report_dir(run_id).mkdir(parents=True)
    (folders.report_dir(run_id) / "summary.json").write_text(json.dumps(summary))


def printed(folders: RunFolders, text: str) -> Path:
    path = folders.root / "output.log"
    path.write_text(text)
    return path


def test_a_push_names_its_version_and_spans(folders: RunFolders) -> None:
    leave(folders, "pushed", pushed={"path": "/m/3", "version": "3"}, spans=["7", "8:2"])
    outcome = read_outcome(folders, RUN, exit_code=0)

    assert (outcome.status, outcome.version, outcome.spans, outcome.exit_code) == ("pushed", "3", ("7", "8:2"), 0)


def test_a_refusal_says_why_for_each_framework(folders: RunFolders) -> None:
    candidates = {"keras": {"reasons": ["accuracy 0.5"]}, "pytorch": {"reasons": ["parity"]}}
    steps = [{"id": "Champion", "status": "executed", "outcome": ""}]
    leave(folders, "not_blessed", candidates=candidates, steps=steps)
    outcome = read_outcome(folders, RUN, exit_code=3)

    assert (outcome.status, outcome.why) == ("refused", ("keras: accuracy 0.5", "pytorch: parity"))
    assert outcome.exit_code == 3


def test_a_refusal_that_was_there_before_is_nothing_new(folders: RunFolders) -> None:
    steps = [{"id": "Champion", "status": "cached", "outcome": ""}]
    leave(folders, "not_blessed", candidates={"keras": {"reasons": ["accuracy 0.5"]}}, steps=steps)
    outcome = read_outcome(folders, RUN, exit_code=3)

    assert (outcome.status, outcome.why, outcome.exit_code) == ("unchanged", ("keras: accuracy 0.5",), 3)


def test_a_failure_names_the_step(folders: RunFolders) -> None:
    steps = [{"id": "Transform", "status": "executed", "outcome": ""}]
    steps += [{"id": "Trainer_keras", "status": "failed", "outcome": "out of memory"}]
    leave(folders, "failed", steps=steps)
    outcome = read_outcome(folders, RUN, exit_code=1)

    assert (outcome.status, outcome.why) == ("failed", ("Trainer_keras: out of memory",))


def test_unchanged_does_not_name_the_version_that_was_there_before(folders: RunFolders) -> None:
    leave(folders, "unchanged", pushed={"path": "/m/3", "version": "3"})
    outcome = read_outcome(folders, RUN, exit_code=0)

    assert (outcome.status, outcome.version) == ("unchanged", None)


def test_what_the_door_refused_is_quoted(folders: RunFolders) -> None:
    output = printed(folders, "error: unknown setting 'x'\nerror: data folder /d does not exist\n")
    outcome = read_outcome(folders, None, output, exit_code=2)

    assert (outcome.status, outcome.exit_code) == ("failed", 2)
    assert outcome.why == ("unknown setting 'x'", "data folder /d does not exist")


def test_of_a_crash_the_last_lines_are_quoted(folders: RunFolders) -> None:
    output = printed(folders, "Traceback\n  File\nMemoryError\nlast\n")

    assert read_outcome(folders, None, output, exit_code=1).why == ("  File", "MemoryError", "last")


def test_a_root_that_another_run_holds_is_told_from_a_failure(folders: RunFolders) -> None:
    with hold_root(folders), pytest.raises(PipelineError) as caught, hold_root(folders):
        pass
    output = printed(folders, f"error: {caught.value}\n")

    assert read_outcome(folders, None, output, exit_code=1).status == "root in use"


@pytest.mark.parametrize(
    ("exit_code", "why"),
    [(130, "it was interrupted"), (-9, "it was killed by SIGKILL"), (None, "the service ended during the run")],
)
def test_a_run_without_a_summary_was_interrupted_and_can_be_resumed(
    folders: RunFolders, exit_code: int | None, why: str
) -> None:
    outcome = read_outcome(folders, RUN, exit_code=exit_code)

    assert (outcome.status, outcome.why, outcome.is_resumable) == ("interrupted", (why,), True)


def test_a_run_that_never_began_cannot_be_resumed(folders: RunFolders) -> None:
    assert not read_outcome(folders, None, exit_code=-9).is_resumable


def test_a_run_over_its_time_has_failed(folders: RunFolders) -> None:
    outcome = read_outcome(folders, RUN, exit_code=130, is_late=True)

    assert (outcome.status, outcome.is_resumable) == ("failed", False)
    assert "run_timeout" in outcome.why[0]


def test_the_run_of_a_service_that_died_early_is_found_by_its_time(folders: RunFolders) -> None:
    for run_id in ("20260505-020000-aaaaaa", RUN):
        (folders.report_dir(run_id)).mkdir(parents=True)
        (folders.report_dir(run_id) / "run.json").touch()

    assert find_run_since(folders, datetime(2026, 5, 5, 3, tzinfo=timezone.utc)) == RUN
    assert find_run_since(folders, datetime(2026, 5, 5, 4, tzinfo=timezone.utc)) is None
