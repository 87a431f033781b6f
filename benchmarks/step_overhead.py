"""Time that the local runner and TFX's launcher spend on each step outside of its executor.

    python benchmarks/step_overhead.py ROOT

reads the newest run below ROOT: wall time of its steps from `summary.json`, wall time of their executors from what
TFX logged when each began and ended.
"""

import json
import re
import sys
from datetime import datetime
from pathlib import Path

_BEGAN = re.compile(r"^(\S+ \S+) INFO absl: Going to run a new execution: ExecutionInfo\(execution_id=(\d+),")
_ENDED = re.compile(r"^(\S+ \S+) INFO absl: Execution (\d+) succeeded\.$")


def executor_seconds(log: str) -> list[float]:
    """Return the wall time of every executor in a log."""
    began = dict(_times(_BEGAN, log))
    return [(end - began[number]).total_seconds() for number, end in _times(_ENDED, log)]


def _times(pattern: re.Pattern[str], log: str) -> list[tuple[str, datetime]]:
    found = (pattern.match(line) for line in log.splitlines())
    return [(match[2], datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S,%f")) for match in found if match]


def main() -> None:
    """Print the overhead of the newest run."""
    root = Path(sys.argv[1])
    report = max((root / "reports").iterdir(), key=lambda folder: folder.name)
    steps = [step for step in json.loads((report / "summary.json").read_text())["steps"] if step["seconds"]]
    in_executors = executor_seconds((root / "logs" / f"{report.name}.log").read_text(errors="replace"))
    if not in_executors or len(in_executors) != len(steps):
        sys.exit(f"{report.name}: {len(in_executors)} executors logged, {len(steps)} steps executed; use a clean run")
    wall = sum(step["seconds"] for step in steps)
    overhead = (wall - sum(in_executors)) / len(steps)
    sys.stdout.write(
        f"{len(steps)} steps, {wall:.1f} s of which {sum(in_executors):.1f} s in executors:"
        f" {overhead:.3f} s of overhead a step\n"
    )


if __name__ == "__main__":
    main()
