"""The journal: state and history in one SQLite file, which service and commands read and write side by side.

SQLite's transactions make each change whole or absent, also when power goes; the history refuses changes by itself.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import PipelineError
from pipeline.retraining.records import HistoryRecord, State

_BUSY_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1), content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY AUTOINCREMENT, status TEXT NOT NULL, content TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS requests (id INTEGER PRIMARY KEY AUTOINCREMENT, reason TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS history_is_not_changed BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER IF NOT EXISTS history_is_not_deleted BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
"""

Change = Callable[[State], State]


class Journal:
    """An open journal; for one thread."""

    def __init__(self, file: Path) -> None:
        """Open it, making it where it is missing.

        Raises:
            PipelineError: It cannot be read or written.
        """
        self._file = file
        with self._errors():
            file.parent.mkdir(parents=True, exist_ok=True)
            # No transaction begins by itself: each is written out below.
            self._connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)
            with contextlib.ExitStack() as on_error:
                on_error.callback(self._connection.close)
                self._connection.execute("PRAGMA synchronous = FULL")
                self._connection.executescript(_SCHEMA)
                on_error.pop_all()

    def state(self) -> State:
        """Return what is remembered; a new journal remembers nothing."""
        with self._errors():
            return self._read_state()

    def change(self, change: Change, *records: HistoryRecord, taken_requests: int = 0) -> State:
        """Change the state and append to the history in one transaction; returns the new state.

        Args:
            change: From the state as it is now to the new one.
            records: To append.
            taken_requests: Id of the last request that the change has dealt with.
        """
        with self._errors(), self._transaction():
            state = change(self._read_state())
            self._connection.execute(
                "INSERT INTO state VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET content = excluded.content",
                (state.model_dump_json(),),
            )
            for record in records:
                row = record.status, record.model_dump_json()
                self._connection.execute("INSERT INTO history (status, content) VALUES (?, ?)", row)
            self._connection.execute("DELETE FROM requests WHERE id <= ?", (taken_requests,))
            return state

    def request(self, reason: str) -> None:
        """Ask the service for a run."""
        with self._errors():
            self._connection.execute("INSERT INTO requests (reason) VALUES (?)", (reason,))

    def requests(self) -> list[tuple[int, str]]:
        """Return id and reason of the runs that were asked for, in order."""
        with self._errors():
            return list(self._connection.execute("SELECT id, reason FROM requests ORDER BY id"))

    def history(self, *, limit: int | None = None, with_skipped: bool = True) -> list[HistoryRecord]:
        """Return the newest records, or all, in the order in which they were written.

        Args:
            limit: How many.
            with_skipped: False for runs that took place alone.
        """
        query = "SELECT content FROM history WHERE ? OR status != 'skipped' ORDER BY id DESC LIMIT ?"
        with self._errors():
            rows = self._connection.execute(query, (with_skipped, -1 if limit is None else limit))
            return [HistoryRecord.model_validate_json(content) for (content,) in rows][::-1]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _read_state(self) -> State:
        row = self._connection.execute("SELECT content FROM state").fetchone()
        return State() if row is None else State.model_validate_json(row[0])

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise PipelineError(f"the journal {self._file} cannot be used: {error}") from error
        except ValidationError as error:
            raise PipelineError(
                f"the journal {self._file} was written by another version: {error.errors()[0]['msg']}; move it away"
            ) from error
