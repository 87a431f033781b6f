"""Time that the local runner and TFX's launcher spend on each step outside of its executor.

    python -m benchmarks.step_overhead ROOT

reads the newest run below ROOT: wall time of its steps from `summary.json`, wall time of their executors from what
TFX logged when each began and ended. Transform and Keras' Trainer silence TFX's logger first and are left out.
"""

import json
import re
import sys
from datetime import datetime
from pathlib import Path

_BEGAN = re.compile(
    r"^(\S+ \S+) INFO absl: Going to run a new execution: ExecutionInfo\(execution_id=(\d+),.*?^  id: \"(\w+)\"",
    re.MULTILINE | re.DOTALL,
)
_ENDED = re.compile(r"^(\S+ \S+) INFO absl: Execution (\d+) succeeded\.$", re.MULTILINE)


def executor_seconds(log: str) -> dict[str, float]:
    """Return step id to the wall time of its executor, for the steps whose beginning and end are in a log."""
    ended = {number: _time(when) for when, number in _ENDED.findall(log)}
    return {
        step: (ended[number] - _time(when)).total_seconds()
        for when, number, step in _BEGAN.findall(log)
        if number in ended
    }


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S,%f")


def main() -> None:
    """Print the overhead of the newest run."""
    root = Path(sys.argv[1])
    report = max((root / "reports").iterdir(), key=lambda folder: folder.name)
    steps = json.loads((report / "summary.json").read_text())["steps"]
    inside = executor_seconds((root / "logs" / f"{report.name}.log").read_text(errors="replace"))
    outside = {step["id"]: step["seconds"] - inside[step["id"]] for step in steps if step["id"] in inside}
    if not outside:
        sys.exit(f"{report.name} executed no step")
    for step, seconds in outside.items():
        sys.stdout.write(f"{step:<18} {seconds:.3f} s\n")
    mean = sum(outside.values()) / len(outside)
    sys.stdout.write(f"{len(outside)} steps: {mean:.3f} s a step outside of executors\n")


if __name__ == "__main__":
    main()
