"""The commands: they look at a service and tell it things, whether it works or not."""

import json
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from pipeline.retrain import main
from pipeline.retraining.folders import RetrainingFolder
from pipeline.retraining.journal import Journal
from pipeline.retraining.records import Demand, HistoryRecord, Hold, State, Stop
from pipeline.retraining.service_lock import ServiceLock

NOW = datetime(2026, 5, 5, 3, tzinfo=timezone.utc)
BROKEN = Stop(since=NOW, why="5 runs in a row have failed, the last with: out of memory")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with closing(Journal(RetrainingFolder.of_root(tmp_path).journal)) as journal:
        record = HistoryRecord(
            at=NOW,
            triggers=("schedule",),
            reason="due at 2026-05-05 03:00 UTC",
            status="pushed",
            run_id="r1",
            version="4",
            spans=("7", "8"),
            seconds=61.5,
        )
        journal.change(lambda state: state, record)
    return tmp_path


def change(root: Path, **values: object) -> None:
    with closing(Journal(RetrainingFolder.of_root(root).journal)) as journal:
        journal.change(lambda state: state.model_copy(update=values))


def state(root: Path) -> State:
    with closing(Journal(RetrainingFolder.of_root(root).journal)) as journal:
        return journal.state()


def say(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(words)
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_status_says_all_that_keeps_it_from_work(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    due = Demand(triggers=("retry", "schedule"), reason="due at 03:00", since=NOW, not_before=NOW + timedelta(hours=1))
    hold = Hold(until=NOW + timedelta(hours=1), why="after a failure")
    change(root, breaker=BROKEN, failures_in_a_row=5, demand=due, hold=hold, next_time=NOW + timedelta(days=1))
    code, text = say(capsys, "status", "--root", str(root))

    assert code == 0
    assert text.splitlines() == [
        "service     none works in this root",
        "STOPPED     since 2026-05-05 03:00:00 UTC: 5 runs in a row have failed, the last with: out of memory; resume"
        " starts again",
        "due         retry, schedule: due at 03:00, waits until 2026-05-05 04:00:00 UTC: after a failure",
        "next        2026-05-06 03:00:00 UTC",
        "failures    5 in a row",
        "last        2026-05-05 03:00:00 UTC  pushed      schedule: due at 2026-05-05 03:00 UTC; version 4; spans 7, 8;"
        " run r1; 61.5 s",
    ]


def test_status_for_machines_names_the_service_that_works(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ServiceLock(RetrainingFolder.of_root(root).lock_file) as lock:
        lock.acquire()
        _, text = say(capsys, "status", "--root", str(root), "--json")
    facts = json.loads(text)

    assert facts["service"]["pid"] > 0
    assert facts["is_starting_runs"]
    assert facts["last"]["version"] == "4"


def test_history_for_machines_is_the_records(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, text = say(capsys, "history", "--root", str(root), "--json", "--last", "1")

    assert [HistoryRecord.model_validate(record).run_id for record in json.loads(text)] == ["r1"]


def test_a_pause_lasts_until_resume(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "pause", "--root", str(root), "--reason", "new cameras")
    paused = state(root).paused
    assert paused is not None
    assert paused.why == "paused: new cameras"
    code, text = say(capsys, "trigger", "--root", str(root), "--reason", "now")
    assert (code, "new cameras" in text) == (1, True)

    say(capsys, "resume", "--root", str(root))
    assert state(root).paused is None


def test_resume_closes_the_breaker_and_forgets_the_failures(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(root, breaker=BROKEN, failures_in_a_row=5)
    say(capsys, "resume", "--root", str(root))

    assert (state(root).breaker, state(root).failures_in_a_row) == (None, 0)
    assert "nothing to resume" in say(capsys, "resume", "--root", str(root))[1]


def test_resume_after_a_pause_alone_keeps_the_count_of_failures(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(root, paused=Stop(since=NOW, why="paused: x"), failures_in_a_row=2)
    say(capsys, "resume", "--root", str(root))

    assert state(root).failures_in_a_row == 2


def test_trigger_leaves_a_request(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = say(capsys, "trigger", "--root", str(root), "--reason", "the labels are mended")

    assert code == 0
    with closing(Journal(RetrainingFolder.of_root(root).journal)) as journal:
        assert [reason for _, reason in journal.requests()] == ["the labels are mended"]


def test_where_no_service_has_worked_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["status"], ["pause", "--reason", "x"], ["trigger", "--reason", "x"]):
        code, text = say(capsys, *command, "--root", str(tmp_path))
        assert (code, "no service has worked in" in text) == (2, True)
    assert list(tmp_path.iterdir()) == []
