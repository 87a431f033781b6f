"""The one seam between service and pipeline: an order goes in, an outcome comes out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pipeline.errors import ExitCode
from pipeline.retraining.stop_signal import Stop

OutcomeStatus = Literal["pushed", "refused", "unchanged", "failed", "interrupted", "root in use"]


@dataclass(frozen=True, kw_only=True)
class RunOrder:
    """What to run.

    Attributes:
        name: Name of the run's output file, which sorts by time.
        resumes: Id of the run to continue; None for a new one.
    """

    name: str
    resumes: str | None = None


@dataclass(frozen=True, kw_only=True)
class RunOutcome:
    """What a run led to.

    Attributes:
        status: How it ended; `interrupted`: it was stopped or killed, `root in use`: another run works there.
        why: Reasons of a refusal, or what went wrong.
        run_id: Id of the pipeline's run, if it got that far.
        version: Version that was pushed.
        spans: Spans of data that it used, where the data has spans.
        is_resumable: Whether `--resume` can go on with it.
        exit_code: That of `pipeline.run`; 130 where it left none.
    """

    status: OutcomeStatus
    why: tuple[str, ...] = ()
    run_id: str | None = None
    version: str | None = None
    spans: tuple[str, ...] = ()
    is_resumable: bool = False
    exit_code: int = ExitCode.INTERRUPTED


class Runner(Protocol):
    """A way to run the pipeline; in production a child process."""

    def is_root_free(self) -> bool:
        """Return whether no other run works in the root."""

    def run(self, order: RunOrder, stop: Stop, tell_run_id: Callable[[str], None]) -> RunOutcome:
        """Run the pipeline to its end, which comes soon after `stop`.

        Args:
            order: What to run.
            stop: When it is set, the run is ended at its next safe point.
            tell_run_id: Takes the id of the pipeline's run as soon as it is known.
        """

    def settle(self, run_id: str | None, *, started: datetime) -> RunOutcome:
        """Return what became of a run whose service died: how it ended, if it had ended, else `interrupted`.

        Args:
            run_id: Id of the pipeline's run; None if the service did not get to know it.
            started: When the service started it.
        """
