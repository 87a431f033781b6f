"""How an emulated run ended: pushed, not blessed or failed."""

from dataclasses import dataclass

from pipeline import steps
from pipeline.errors import ExitCode
from pipeline.events import StepFinished
from pipeline.kubeflow.emulator.run import EmulatedRun
from pipeline.kubeflow.step_kinds import VERDICT


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended.

    Attributes:
        exit_code: For the caller of the command.
        text: For the person at the screen.
    """

    exit_code: ExitCode
    text: str


def read_run_outcome(run: EmulatedRun, failed: StepFinished | None) -> RunOutcome:
    """Return how a run ended; that its steps did not fail says nothing, since "not blessed" is no failure to KFP.

    Args:
        run: The run, executed.
        failed: The step that failed, if one did.
    """
    if failed is not None and failed.step == VERDICT:
        return RunOutcome(ExitCode.NOT_BLESSED, f"Not blessed: {failed.outcome}")
    if failed is not None:
        logs = run.folder / "logs"
        return RunOutcome(ExitCode.FAILED, f"Failed: step {failed.step}: {failed.outcome} (logs in {logs})")
    if steps.PUSHER not in run.graph.tasks:
        return RunOutcome(ExitCode.PUSHED_OR_UNCHANGED, "All steps ran; the package has no step that pushes")
    pushed = run.store.find(steps.PUSHER, "pushed_model")["metadata"]
    if not pushed.get("pushed"):
        return RunOutcome(ExitCode.NOT_BLESSED, "Not blessed: all steps ran and nothing was pushed")
    where = f"version {pushed['pushed_version']} to {pushed['pushed_destination']}"
    return RunOutcome(ExitCode.PUSHED_OR_UNCHANGED, f"Pushed {where}")
