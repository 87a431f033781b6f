"""Which steps a run has to execute, and which it can take from an earlier one. Decided before TFX is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from components.pushed_versions import latest_pushed
from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.lineage import FinishedStep, Lineage
from pipeline.steps import Step, describe_steps, step_keys
from serving.bundle import bundle_checksum
from serving.errors import BundleError


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The steps of a run.

    Attributes:
        steps: In an order in which they can run.
        keys: Step id to key.
        finished: Steps whose outputs exist already.
    """

    steps: tuple[Step, ...]
    keys: Mapping[str, str]
    finished: Mapping[str, FinishedStep]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to execute."""
        return len(self.finished) == len(self.steps)


def make_plan(config: PipelineConfig, data: Dataset, lineage: Lineage) -> Plan:
    """Compare every step's key with what earlier runs finished.

    The model pushed now is an input: candidates are compared with it. But when this very pipeline pushed it, the
    comparison that led to the push still stands; doing it again, of a model with itself, would change nothing. So the
    baseline of that comparison is tried first, and counts if with it the whole run is finished.
    """
    pushed = _pushed_checksum(config.models_folder / config.pushed_name)
    record = lineage.find_push(pushed) if pushed else None
    if record is not None:
        plan = _plan_with(config, data, lineage, record.baseline_checksum)
        if plan.is_complete:
            return plan
    return _plan_with(config, data, lineage, pushed)


def _plan_with(config: PipelineConfig, data: Dataset, lineage: Lineage, baseline_checksum: str) -> Plan:
    steps = describe_steps(config, data, baseline_checksum=baseline_checksum)
    keys = step_keys(steps)
    finished: dict[str, FinishedStep] = {}
    for step in steps:
        found = lineage.find_finished(keys[step.id])
        if found is not None and all(name in finished for name in step.after):
            finished[step.id] = found
    return Plan(steps=steps, keys=keys, finished=finished)


def _pushed_checksum(model_folder: Path) -> str:
    """Return the checksum of the newest pushed bundle; a version that is no bundle has none and Baseline refuses it."""
    version = latest_pushed(model_folder)
    if version is None:
        return ""
    try:
        return bundle_checksum(version)
    except (BundleError, OSError):
        return f"unreadable {version.name}"
