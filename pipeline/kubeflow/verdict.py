"""`python -m pipeline.kubeflow.verdict FOLDER`: exit code 3 and the reasons when a decision blesses nothing."""

import sys
from collections.abc import Sequence
from pathlib import Path

from components.decision import Decision
from pipeline.errors import ExitCode
from pipeline.kubeflow.messages import tell_failure, tell_outcome


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the decision in a folder; returns the exit code."""
    (folder,) = sys.argv[1:] if arguments is None else arguments
    decision = Decision.read(Path(folder))
    if decision.champion is not None:
        tell_outcome(f"{decision.champion} is blessed")
        return int(ExitCode.PUSHED_OR_UNCHANGED)
    reasons = [
        f"{name} is refused: {reason}" for name, verdict in decision.verdicts.items() for reason in verdict.reasons
    ]
    tell_failure("nothing is blessed and nothing was pushed; " + "; ".join(reasons))
    return int(ExitCode.NOT_BLESSED)


if __name__ == "__main__":
    sys.exit(main())
