"""The interface of a runner: a request in, a result out, events on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.events import Listener, StepFinished
from pipeline.lineage_records import FinishedStep
from pipeline.plan import Plan


@dataclass(frozen=True)
class RunFolders:
    """Where a run keeps its files, all below one root.

    Attributes:
        root: Absolute path.
    """

    root: Path

    @property
    def artifacts(self) -> Path:
        """Artifacts of all steps of all runs."""
        return self.root / "artifacts"

    @property
    def metadata_file(self) -> Path:
        """SQLite file of ML Metadata."""
        return self.root / "metadata.sqlite"

    @property
    def lock_file(self) -> Path:
        """Held by the run that works in this root."""
        return self.root / ".lock"

    @property
    def reports(self) -> Path:
        """One folder for each run: what it was asked for and how it ended."""
        return self.root / "reports"

    @property
    def listings(self) -> Path:
        """Which images the runs had, so that a changed one can be named."""
        return self.root / "listings"

    def log_file(self, run_id: str) -> Path:
        """Everything the frameworks printed during a run."""
        return self.root / "logs" / f"{run_id}.log"

    def report_dir(self, run_id: str) -> Path:
        """Summary of a run."""
        return self.reports / run_id

    @property
    def checkpoints(self) -> Path:
        """One folder for each unfinished training."""
        return self.root / "checkpoints"


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """What to run.

    Attributes:
        run_id: Unique name of the run.
        config: Configuration.
        data: What is known of the data.
        plan: Steps, and which of them are finished already.
        folders: Where to keep files.
    """

    run_id: str
    config: PipelineConfig
    data: Dataset
    plan: Plan
    folders: RunFolders

    def checkpoint_dir(self, step_id: str) -> Path:
        """Return where a training keeps its checkpoints; a later run with the same step key finds them there."""
        return self.folders.checkpoints / self.plan.parts[step_id].key[:32]


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """How a run ended.

    Attributes:
        steps: How each step ended, in the order of the plan.
        finished: Steps whose outputs exist, by id.
    """

    steps: tuple[StepFinished, ...]
    finished: Mapping[str, FinishedStep]

    @property
    def failure(self) -> StepFinished | None:
        """The step that failed, the first if several did."""
        return next((step for step in self.steps if step.status == "failed"), None)


class Runner(Protocol):
    """A way to execute the steps of a plan."""

    def run(self, request: RunRequest, listener: Listener) -> RunResult:
        """Execute what the plan has not finished; a failed step is reported in the result, not raised."""
