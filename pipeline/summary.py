"""The record of a run for machines: `summary.json`, and the facts that the screen shows at the end."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from components.decision import Decision
from pipeline import steps
from pipeline.durable_file import write_durably
from pipeline.errors import ExitCode
from pipeline.events import StepStatus
from pipeline.lineage import Lineage
from pipeline.module import steps as module_steps
from pipeline.runners.base import RunRequest, RunResult

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
    champion: str | None
    comparison: str
    """What the candidates were held against, in words."""
    pushed: PushedSummary | None
    spans: tuple[str, ...] = ()
    """Names of the spans that the run was about, `3` or `3:2` with the version; empty without spans."""


def summarise(request: RunRequest, result: RunResult, lineage: Lineage, *, runner: str, seconds: float) -> Summary:
    """Put together what a run led to."""
    decision = _read_decision(result)
    pushed = _pushed(result, lineage)
    is_module = bool(request.config.module.source)
    return Summary(
        run_id=request.run_id,
        runner=runner,
        status=_status_of_module(result, pushed) if is_module else _status(result, decision, is_new=_is_new(pushed)),
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


def _status(result: RunResult, decision: Decision | None, *, is_new: bool) -> RunStatus:
    if result.failure is not None:
        return "failed"
    if decision is None or not any(step.step == steps.PUSHER and step.status != "left out" for step in result.steps):
        return "partial"
    if decision.champion is None:
        return "not_blessed"
    pusher = next((step for step in result.steps if step.step == steps.PUSHER), None)
    was_executed = pusher is not None and pusher.status == "executed"
    return "pushed" if was_executed and is_new else "unchanged"


def _status_of_module(result: RunResult, pushed: dict[str, Any]) -> RunStatus:
    if result.failure is not None:
        return "failed"
    ended = next((step for step in result.steps if step.step == module_steps.PUSHER), None)
    if ended is None or ended.status == "left out":
        return "partial"
    if not pushed.get("pushed"):
        return "not_blessed"
    return "pushed" if ended.status == "executed" and _is_new(pushed) else "unchanged"


def _is_new(pushed: dict[str, Any]) -> bool:
    return bool(pushed.get("is_new"))


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
