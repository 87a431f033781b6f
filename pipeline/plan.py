"""Which steps a run has to execute, and which it can take from an earlier one. Decided before TFX is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from components.pushed_versions import latest_pushed
from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.errors import UsageError
from pipeline.lineage import Lineage
from pipeline.lineage_records import FinishedStep
from pipeline.module.steps import describe_module_steps
from pipeline.selection import SelectedSteps, Selection, select_steps
from pipeline.step import Step
from pipeline.step_key import KeyParts, key_parts
from pipeline.steps import describe_steps
from serving.bundle import bundle_checksum
from serving.errors import BundleError

PlannedStatus = Literal["execute", "cached", "left out"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The steps of a run.

    Attributes:
        steps: In an order in which they can run.
        parts: Step id to what its key is made of.
        finished: Steps that are not executed again, since their outputs exist already.
        left_out: Steps that this run neither executes nor needs.
        forced: Steps that are executed although their outputs exist.
    """

    steps: tuple[Step, ...]
    parts: Mapping[str, KeyParts]
    finished: Mapping[str, FinishedStep]
    left_out: frozenset[str] = frozenset()
    forced: frozenset[str] = frozenset()

    @property
    def to_execute(self) -> tuple[Step, ...]:
        """The steps that are left to execute."""
        return tuple(step for step in self.steps if step.id not in self.finished and step.id not in self.left_out)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to execute."""
        return not self.to_execute

    def status_of(self, step_id: str) -> PlannedStatus:
        """Return what the run will do with a step."""
        if step_id in self.finished:
            return "cached"
        return "left out" if step_id in self.left_out else "execute"


def make_plan(config: PipelineConfig, data: Dataset, lineage: Lineage, selection: Selection | None = None) -> Plan:
    """Compare every step's key with what earlier runs finished.

    The model pushed now is an input: candidates are compared with it. But when this very pipeline pushed it, the
    comparison that led to the push still stands; doing it again, of a model with itself, would change nothing. So the
    baseline of that comparison is tried first, and counts if with it the whole run is finished.

    Raises:
        UsageError: The selection names no step, or a step alone whose inputs do not exist.
    """
    selection = selection or Selection()
    pushed = _pushed_checksum(config.models_folder / config.pushed_name)
    record = lineage.find_push(pushed) if pushed else None
    if record is not None and selection.start is None and selection.only is None:
        plan = _plan_with(config, data, lineage, record.baseline_checksum, selection)
        if plan.is_complete:
            return plan
    return _plan_with(config, data, lineage, pushed, selection)


def _plan_with(
    config: PipelineConfig, data: Dataset, lineage: Lineage, baseline_checksum: str, selection: Selection
) -> Plan:
    if config.module.source:
        steps = describe_module_steps(config, data)
    else:
        steps = describe_steps(config, data, baseline_checksum=baseline_checksum)
    selected = select_steps(steps, selection)
    parts = key_parts(steps)
    finished: dict[str, FinishedStep] = {}
    for step in steps:
        found = lineage.find_finished(parts[step.id].key)
        is_reachable = all(name in finished for name in step.after)
        if found is not None and is_reachable and (step.id not in selected.forced or _is_since(found, selection)):
            finished[step.id] = found
    left_out = frozenset(step.id for step in steps if step.id not in selected.wanted and step.id not in finished)
    _check_inputs(steps, selected, finished)
    return Plan(steps=steps, parts=parts, finished=finished, left_out=left_out, forced=selected.forced)


def _is_since(found: FinishedStep, selection: Selection) -> bool:
    return selection.since is not None and found.ended >= selection.since


def _check_inputs(steps: tuple[Step, ...], selected: SelectedSteps, finished: Mapping[str, FinishedStep]) -> None:
    """Check that no wanted step needs one that is neither finished nor wanted; only `--only` can ask for that."""
    for step in steps:
        missing = [name for name in step.after if name not in finished and name not in selected.wanted]
        if step.id in selected.wanted and missing:
            raise UsageError(
                [f"--only {step.id} needs {', '.join(missing)}, which is not finished; try --until {step.id}"]
            )


def _pushed_checksum(model_folder: Path) -> str:
    """Return the checksum of the newest pushed bundle; a version that is no bundle has none and Baseline refuses it."""
    version = latest_pushed(model_folder)
    if version is None:
        return ""
    try:
        return bundle_checksum(version)
    except (BundleError, OSError):
        return f"unreadable {version.name}"
