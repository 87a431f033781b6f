"""The record of a run for machines: `summary.json`, and the facts that the screen shows at the end."""

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from components.decision import Decision
from pipeline import steps
from pipeline.config import FRAMEWORKS
from pipeline.durable_file import write_durably
from pipeline.errors import ExitCode
from pipeline.events import StepStatus
from pipeline.lineage import Lineage
from pipeline.module import steps as module_steps
from pipeline.runners.base import RunRequest, RunResult
from trainers.tuning.record import SearchRecord, read_search

TFX_MODULE = "TFX module"
"""What a summary calls the champion of a run that trained a module of the user's own."""
RunStatus = Literal["pushed", "not_blessed", "unchanged", "partial", "failed"]
EXIT_CODES: dict[RunStatus, ExitCode] = {
    "pushed": ExitCode.PUSHED_OR_UNCHANGED,
    "unchanged": ExitCode.PUSHED_OR_UNCHANGED,
    "partial": ExitCode.PUSHED_OR_UNCHANGED,
    "not_blessed": ExitCode.NOT_BLESSED,
    "failed": ExitCode.FAILED,
}


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class StepSummary(_Record):
    """How a step ended."""

    id: str
    status: StepStatus
    seconds: float
    outcome: str
    """What it did, or why it failed, in words."""
    attempts: int = 0
    """Attempts that it took; 0 for a step that was not executed."""


class CandidateSummary(_Record):
    """One trained model."""

    metrics: dict[str, Any]
    """`accuracy`, `loss`, `per_class`, `confusion_matrix` on the test split."""
    blessed: bool
    reasons: tuple[str, ...]
    parity: dict[str, float | None]
    """Largest difference of a probability to the trained model: `saved_model`, `onnx`; None if not measurable."""
    train_seconds: float
    parameters: int
    bundle_mib: float
    predict_ms_per_image: float


class PushedSummary(_Record):
    """Where the champion is."""

    path: str
    version: str


class Summary(_Record):
    """The whole of `summary.json`."""

    run_id: str
    runner: str
    status: RunStatus
    seconds: float
    """Wall time of the run."""
    steps: tuple[StepSummary, ...]
    candidates: dict[str, CandidateSummary]
    searches: dict[str, SearchRecord] = {}
    """Framework to the search that chose settings of its training; empty where none was wanted."""
    champion: str | None
    comparison: str
    """What the candidates were held against, in words."""
    pushed: PushedSummary | None
    spans: tuple[str, ...] = ()
    """Names of the spans that the run was about, `3` or `3:2` with the version; empty without spans."""


def summarise(
    request: RunRequest,
    result: RunResult,
    lineage: Lineage,
    *,
    runner: str,
    seconds: float,
    resumes_since: datetime | None = None,
) -> Summary:
    """Put together what a run led to.

    Args:
        request: What was run.
        result: How its steps ended.
        lineage: Says more of their outputs.
        runner: Its name.
        seconds: Wall time of the run.
        resumes_since: When the run that this one resumes began; what that one pushed was pushed by this one.
    """
    decision = _read_decision(result)
    pushed = _pushed(result, lineage)
    is_module = bool(request.config.module.source)
    has_pushed = _is_new(pushed) and _has_pushed(
        result, module_steps.PUSHER if is_module else steps.PUSHER, resumes_since
    )
    return Summary(
        run_id=request.run_id,
        runner=runner,
        status=_status_of_module(result, pushed, has_pushed=has_pushed)
        if is_module
        else _status(result, decision, has_pushed=has_pushed),
        seconds=seconds,
        steps=tuple(
            StepSummary(
                id=step.step,
                status=step.status,
                seconds=round(step.seconds, 3),
                outcome=step.outcome,
                attempts=step.attempts,
            )
            for step in result.steps
        ),
        candidates=_candidates(decision),
        searches=_searches(result),
        champion=TFX_MODULE if is_module else decision.champion if decision else None,
        comparison=decision.comparison if decision else pushed.get("decision", ""),
        pushed=PushedSummary(path=pushed["pushed_destination"], version=pushed["pushed_version"])
        if pushed.get("pushed_destination")
        else None,
        spans=tuple(request.data.spans.split(",")) if request.data.spans else (),
    )


def _read_decision(result: RunResult) -> Decision | None:
    champion = result.finished.get(steps.CHAMPION)
    if champion is None:
        return None
    return Decision.read(champion.outputs["decision"])


def _pushed(result: RunResult, lineage: Lineage) -> dict[str, Any]:
    finished = result.finished.get(steps.PUSHER) or result.finished.get(module_steps.PUSHER)
    return lineage.output_properties(finished, "pushed_model") if finished else {}


def _has_pushed(result: RunResult, pusher: str, resumes_since: datetime | None) -> bool:
    """Return whether the step that pushes was executed by this run, or by the one that it resumes."""
    if any(step.step == pusher and step.status == "executed" for step in result.steps):
        return True
    finished = result.finished.get(pusher)
    return finished is not None and resumes_since is not None and finished.ended >= resumes_since


def _status(result: RunResult, decision: Decision | None, *, has_pushed: bool) -> RunStatus:
    if result.failure is not None:
        return "failed"
    if decision is None or not any(step.step == steps.PUSHER and step.status != "left out" for step in result.steps):
        return "partial"
    if decision.champion is None:
        return "not_blessed"
    return "pushed" if has_pushed else "unchanged"


def _status_of_module(result: RunResult, pushed: dict[str, Any], *, has_pushed: bool) -> RunStatus:
    if result.failure is not None:
        return "failed"
    ended = next((step for step in result.steps if step.step == module_steps.PUSHER), None)
    if ended is None or ended.status == "left out":
        return "partial"
    if not pushed.get("pushed"):
        return "not_blessed"
    return "pushed" if has_pushed else "unchanged"


def _is_new(pushed: dict[str, Any]) -> bool:
    return bool(pushed.get("is_new"))


def _searches(result: RunResult) -> dict[str, SearchRecord]:
    found = {framework: result.finished.get(steps.tuner(framework)) for framework in FRAMEWORKS}
    return {framework: read_search(step.outputs["best_hyperparameters"]) for framework, step in found.items() if step}


def _candidates(decision: Decision | None) -> dict[str, CandidateSummary]:
    if decision is None:
        return {}
    return {
        framework: CandidateSummary(
            metrics=verdict.candidate.metrics.model_dump() if verdict.candidate.metrics else {},
            blessed=verdict.blessed,
            reasons=verdict.reasons,
            **verdict.candidate.model_dump(
                include={"parity", "train_seconds", "parameters", "bundle_mib", "predict_ms_per_image"}
            ),
        )
        for framework, verdict in decision.verdicts.items()
    }


def write_summary(summary: Summary, folder: Path) -> Path:
    """Write `summary.json` into a folder, whole or not at all; returns its path."""
    path = folder / "summary.json"
    write_durably(path, (summary.model_dump_json(indent=2) + "\n").encode())
    return path
