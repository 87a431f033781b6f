"""What a run was asked to do, written before it starts, so that it can be resumed when it is killed."""

from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.durable_file import write_durably
from pipeline.errors import UsageError

_RECORD, _SUMMARY = "run.json", "summary.json"


class RunRecord(BaseModel):
    """The whole of `run.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    run_id: str
    runner: str
    started: datetime
    """When the run began; that of the first one, if it resumes another."""
    pipeline_name: str
    config: dict[str, Any]
    """The configuration, as PipelineConfig writes it."""
    selection: dict[str, str | None]
    """`start`, `until`, `only`."""
    spans: str = ""
    """Which spans it was about, so that one that has arrived since then does not change it; empty without spans."""
    key_parts: dict[str, str]
    """Step id to what its key is made of, as JSON."""

    def write(self, reports: Path) -> None:
        """Write the record into the run's own folder below `reports`, whole or not at all."""
        write_durably(reports / self.run_id / _RECORD, (self.model_dump_json(indent=2) + "\n").encode())


def interrupted_run(reports: Path) -> RunRecord | None:
    """Return the last run if it was killed before it wrote a summary."""
    folders = sorted(path.parent for path in reports.glob(f"*/{_RECORD}"))
    if not folders or was_told(reports, folders[-1].name):
        return None
    return _read(folders[-1])


def was_told(reports: Path, run_id: str) -> bool:
    """Return whether a run came to say how it ended."""
    return (reports / run_id / _SUMMARY).exists()


def run_to_resume(reports: Path, run_id: str) -> RunRecord:
    """Return the record of the run to resume.

    Args:
        reports: Folder of all runs' reports.
        run_id: Its id, or `last`.

    Raises:
        UsageError: There is no such run, or it has nothing to resume.
    """
    runs = sorted(path.parent.name for path in reports.glob(f"*/{_RECORD}"))
    if not runs:
        raise UsageError([f"--resume: no run has been started in {reports.parent}; check --root"])
    name = runs[-1] if run_id == "last" else run_id
    if name not in runs:
        raise UsageError([f"--resume {name}: no such run in {reports.parent}; the last is {runs[-1]}"])
    return _read(reports / name)


def _read(folder: Path) -> RunRecord:
    try:
        return RunRecord.model_validate_json((folder / _RECORD).read_text())
    except (OSError, ValidationError) as error:
        raise UsageError([f"{folder / _RECORD} cannot be read: {error}"]) from error
