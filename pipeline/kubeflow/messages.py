"""The last line of a step's log: what it did, or why it failed, in a form that people and the emulator read."""

import sys

_OUTCOME = "tandem outcome: "
_FAILURE = "tandem error: "


def tell_outcome(text: str) -> None:
    """Write what the step did."""
    sys.stdout.write(f"{_OUTCOME}{_one_line(text)}\n")
    sys.stdout.flush()


def tell_failure(text: str) -> None:
    """Write why the step failed."""
    sys.stderr.write(f"{_FAILURE}{_one_line(text)}\n")
    sys.stderr.flush()


def read_outcome(log: str) -> str:
    """Return what a step said that it did, or an empty text."""
    return _last(log, _OUTCOME)


def read_failure(log: str) -> str:
    """Return why a step said that it failed; of a step that was stopped from outside, the last line of its log."""
    lines = log.strip().splitlines()
    return _last(log, _FAILURE) or (lines[-1] if lines else "it ended without a word")


def _last(log: str, prefix: str) -> str:
    said = [line.removeprefix(prefix) for line in log.splitlines() if line.startswith(prefix)]
    return said[-1] if said else ""


def _one_line(text: str) -> str:
    return "; ".join(line.strip() for line in text.splitlines() if line.strip())
