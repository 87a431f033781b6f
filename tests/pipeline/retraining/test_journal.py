"""The journal: whole changes, an append-only history, several processes side by side."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.retraining.journal import Journal
from pipeline.retraining.records import HistoryRecord, State

NOW = datetime(2026, 5, 5, tzinfo=timezone.utc)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(file: Path) -> Iterator[Journal]:
    with closing(Journal(file)) as journal:
        yield journal


def record(reason: str = "it is time") -> HistoryRecord:
    return HistoryRecord(at=NOW, triggers=("schedule",), reason=reason, status="unchanged")


def count_failure(state: State) -> State:
    return state.model_copy(update={"failures_in_a_row": state.failures_in_a_row + 1})


def count_many(file: Path) -> None:
    with closing(Journal(file)) as journal:
        for _ in range(20):
            journal.change(count_failure, record())


def test_a_new_journal_remembers_nothing(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "new" / "journal.sqlite")) as journal:
        assert (journal.state(), journal.history(), journal.requests()) == (State(), [], [])


def test_what_is_written_is_there_for_the_next_one(journal: Journal, file: Path) -> None:
    journal.change(count_failure, record("one"), record("two"))
    with closing(Journal(file)) as second:
        assert second.state().failures_in_a_row == 1
        assert [line.reason for line in second.history()] == ["one", "two"]
        assert [line.reason for line in second.history(limit=1)] == ["two"]


def test_a_change_that_fails_leaves_neither_state_nor_history(journal: Journal) -> None:
    def fail(state: State) -> State:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        journal.change(fail, record())

    assert (journal.state(), journal.history()) == (State(), [])
    assert journal.change(count_failure).failures_in_a_row == 1


@pytest.mark.parametrize("statement", ["DELETE FROM history", "UPDATE history SET status = 'pushed'"])
def test_the_history_refuses_to_be_changed(journal: Journal, file: Path, statement: str) -> None:
    journal.change(count_failure, record())
    with closing(sqlite3.connect(file)) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(statement)


@pytest.mark.slow
def test_processes_do_not_lose_each_other_s_changes(journal: Journal, file: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=count_many, args=(file,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert journal.state().failures_in_a_row == 40
    assert len(journal.history()) == 40


def test_a_request_that_comes_during_a_change_is_kept(journal: Journal, file: Path) -> None:
    journal.request("first")
    (number, _), *_ = journal.requests()
    with closing(Journal(file)) as other:
        other.request("second")
    journal.change(lambda state: state, taken_requests=number)

    assert [reason for _, reason in journal.requests()] == ["second"]


def test_a_file_that_is_no_journal_is_named(file: Path) -> None:
    file.write_text("this is no database, and it is longer than a header would be " * 20)

    with pytest.raises(PipelineError, match=r"journal\.sqlite cannot be used"):
        Journal(file)


def test_a_state_of_another_version_is_named(journal: Journal, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("INSERT INTO state VALUES (1, '{\"unheard_of\": 1}')")

    with pytest.raises(PipelineError, match="written by another version"):
        journal.state()
