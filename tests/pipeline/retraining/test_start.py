"""Starting the service: what ends it is said, on the screen and to people."""

import json
import subprocess
import sys
from pathlib import Path

from pipeline.retraining.folders import RetrainingFolder
from pipeline.retraining.service_lock import ServiceLock

ROOT = Path(__file__).resolve().parents[3]
KEEP = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"


def command(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-m", "pipeline.retrain", "--root", str(root), *arguments]
    return subprocess.run(words, cwd=ROOT, text=True, capture_output=True, check=False)


def test_a_service_that_cannot_go_on_ends_with_a_sentence_and_tells_people(tmp_path: Path) -> None:
    journal = RetrainingFolder.of_root(tmp_path).journal
    journal.parent.mkdir()
    journal.write_text("no database, and longer than a header would be " * 20)
    argv = json.dumps([sys.executable, "-c", KEEP, str(tmp_path / "event.json")])
    done = command(tmp_path, "--every", "6h", "--set", f"retrain.notify.commands=[{{argv: {argv}}}]")
    event = json.loads((tmp_path / "event.json").read_text())

    assert done.returncode == 1
    assert "journal.sqlite cannot be used: file is not a database" in done.stderr
    assert "Traceback" not in done.stderr
    assert (event["kind"], "journal.sqlite cannot be used" in event["text"]) == ("stopped", True)


def test_a_single_run_leaves_the_work_to_the_service_that_is_there(tmp_path: Path) -> None:
    with ServiceLock(RetrainingFolder.of_root(tmp_path).lock_file) as lock:
        lock.acquire()
        done = command(tmp_path, "--once")

    assert done.returncode == 0, done.stderr
    assert "another service works in" in done.stdout
    assert "nothing to do for a single run" in done.stdout
