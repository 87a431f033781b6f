"""What a run left: its exit code, its summary, and what it printed, as one outcome."""

import json
import signal
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pipeline.errors import ExitCode
from pipeline.retraining.runner import OutcomeStatus, RunOutcome
from pipeline.runners.base import RunFolders
from pipeline.runners.local import ROOT_IN_USE

_STATUSES: dict[str, OutcomeStatus] = {
    "pushed": "pushed",
    "not_blessed": "refused",
    "unchanged": "unchanged",
    "failed": "failed",
}
_ERROR = "error: "
_LAST_LINES = 3


def read_outcome(
    folders: RunFolders,
    run_id: str | None,
    output: Path | None = None,
    *,
    exit_code: int | None = None,
    is_late: bool = False,
) -> RunOutcome:
    """Return what a run led to.

    Args:
        folders: Of the root.
        run_id: Id of the pipeline's run; None if it did not get that far.
        output: What it printed; None if nobody listened to its end.
        exit_code: Its exit code, below zero if a signal ended it; None if nobody waited for it.
        is_late: Whether it was ended for taking too long.
    """
    summary = _read_summary(folders, run_id)
    if summary is not None and summary["status"] in _STATUSES:
        return _ended(summary, run_id)
    if is_late:
        return RunOutcome(status="failed", why=("it was ended, since it took longer than run_timeout",), run_id=run_id)
    if exit_code is None or exit_code < 0 or exit_code == ExitCode.INTERRUPTED:
        why = "it was interrupted" if exit_code == ExitCode.INTERRUPTED else _death(exit_code)
        return RunOutcome(status="interrupted", why=(why,), run_id=run_id, is_resumable=run_id is not None)
    errors = _errors(output)
    if any(ROOT_IN_USE in error for error in errors):
        return RunOutcome(status="root in use", why=errors, run_id=run_id, exit_code=exit_code)
    return RunOutcome(status="failed", why=errors, run_id=run_id, exit_code=exit_code)


def find_run_since(folders: RunFolders, moment: datetime) -> str | None:
    """Return the id of the newest run that began after a moment, which ids tell to the second."""
    runs = sorted(path.parent.name for path in folders.reports.glob("*/run.json"))
    return runs[-1] if runs and runs[-1] >= f"{moment.astimezone(timezone.utc):%Y%m%d-%H%M%S}" else None


def _read_summary(folders: RunFolders, run_id: str | None) -> dict[str, Any] | None:
    if run_id is None:
        return None
    try:
        summary: dict[str, Any] = json.loads((folders.report_dir(run_id) / "summary.json").read_text())
    except FileNotFoundError:
        return None
    return summary


def _ended(summary: dict[str, Any], run_id: str | None) -> RunOutcome:
    """Return the outcome of a run with a summary.

    A refusal that nothing was executed for is an earlier one, which people have been told of: nothing has changed.
    """
    status = _STATUSES[summary["status"]]
    codes = {"failed": ExitCode.FAILED, "refused": ExitCode.NOT_BLESSED}
    is_known = status == "refused" and all(step["status"] != "executed" for step in summary["steps"])
    return RunOutcome(
        status="unchanged" if is_known else status,
        why=_reasons(summary) if status in codes else (),
        run_id=run_id,
        version=summary["pushed"]["version"] if status == "pushed" else None,
        spans=tuple(str(span) for span in summary.get("spans", ())),
        exit_code=codes.get(status, ExitCode.PUSHED_OR_UNCHANGED),
    )


def _reasons(summary: dict[str, Any]) -> tuple[str, ...]:
    failed = [f"{step['id']}: {step['outcome']}" for step in summary["steps"] if step["status"] == "failed"]
    refused = [
        f"{framework}: {reason}"
        for framework, candidate in summary["candidates"].items()
        for reason in candidate["reasons"]
    ]
    return tuple(failed or refused or [summary["comparison"]])


def _errors(output: Path | None) -> tuple[str, ...]:
    """Return the error lines that a run printed, or, if it died of something else, its last lines."""
    lines = output.read_text(errors="replace").splitlines() if output else []
    errors = [line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)]
    return tuple(errors or lines[-_LAST_LINES:] or ["it ended without a word"])


def _death(exit_code: int | None) -> str:
    if exit_code is None:
        return "the service ended during the run"
    return f"it was killed by {signal.Signals(-exit_code).name}"
