import subprocess
import sys
import threading
from pathlib import Path

from pipeline.metadata_lock import MetadataLock

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from pipeline.metadata_lock import MetadataLock
with MetadataLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
    Path(sys.argv[2]).touch()
"""


def test_a_second_process_waits_until_the_first_is_done(tmp_path: Path) -> None:
    file = tmp_path / "metadata.sqlite"
    done = tmp_path / "done"
    command = [sys.executable, "-c", HOLD, str(file), str(done)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"

        threading.Timer(0.1, other.stdin.close).start()  # the other one goes on while this one waits
        with MetadataLock(file):
            assert done.exists()
    assert other.returncode == 0


def test_a_lock_may_be_nested(tmp_path: Path) -> None:
    lock = MetadataLock(tmp_path / "new" / "metadata.sqlite")

    with lock, lock:
        pass
    with lock:
        pass
