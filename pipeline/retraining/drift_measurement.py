"""Measuring drift with `pipeline.drift`, in a process of its own, since it loads TensorFlow."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import PipelineError

_CODE_ROOT = Path(__file__).resolve().parents[2]
_TIMEOUT_SECONDS = 3600.0
_NO_DRIFT, _DRIFT = 0, 3
_LAST_LINES = 3


def measure_drift(arguments: Sequence[str], *, environment: dict[str, str]) -> tuple[str, ...]:
    """Return what has drifted, in sentences; empty when nothing has.

    Args:
        arguments: Those of `pipeline.drift`.
        environment: Environment of the process.

    Raises:
        PipelineError: It could not be measured.
    """
    command = [sys.executable, "-m", "pipeline.drift", *arguments, "--json"]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PipelineError(f"drift could not be measured: {type(error).__name__}") from error
    if done.returncode not in (_NO_DRIFT, _DRIFT):
        raise PipelineError(f"drift could not be measured: {' '.join(done.stderr.splitlines()[-_LAST_LINES:])}")
    try:
        answer = json.loads(done.stdout)
        return tuple(map(str, answer["reasons"])) if answer["has_drifted"] else ()
    except (ValueError, KeyError, TypeError) as error:
        raise PipelineError("drift could not be measured: pipeline.drift gave no answer in JSON") from error
