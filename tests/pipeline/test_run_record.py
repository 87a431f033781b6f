from datetime import datetime, timezone
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.run_record import RunRecord, interrupted_run, run_to_resume


def record(run_id: str) -> RunRecord:
    return RunRecord(
        run_id=run_id,
        runner="local",
        started=datetime(2026, 1, 2, tzinfo=timezone.utc),
        pipeline_name="tandem-digits",
        config={"root": "runs"},
        selection={"start": None, "until": None, "only": None},
        key_parts={},
    )


def test_the_last_run_is_resumed_unless_another_is_named(tmp_path: Path) -> None:
    for name in ("20260101-a", "20260102-b"):
        record(name).write(tmp_path)

    assert run_to_resume(tmp_path, "last") == record("20260102-b")
    assert run_to_resume(tmp_path, "20260101-a") == record("20260101-a")


def test_a_run_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run has been started"):
        run_to_resume(tmp_path, "last")
    record("20260101-a").write(tmp_path)
    with pytest.raises(UsageError, match=r"no such run.*the last is 20260101-a"):
        run_to_resume(tmp_path, "20250101-z")


def test_a_run_without_a_summary_was_interrupted(tmp_path: Path) -> None:
    record("20260101-a").write(tmp_path)
    assert interrupted_run(tmp_path) == record("20260101-a")

    (tmp_path / "20260101-a" / "summary.json").touch()
    assert interrupted_run(tmp_path) is None


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "20260101-a").mkdir()
    (tmp_path / "20260101-a" / "run.json").write_text("{}")

    with pytest.raises(UsageError, match=r"run\.json cannot be read"):
        run_to_resume(tmp_path, "last")


def test_a_record_of_an_earlier_version_has_no_spans() -> None:
    content = record("20260101-a").model_dump()
    del content["spans"]

    assert RunRecord.model_validate(content).spans == ""
