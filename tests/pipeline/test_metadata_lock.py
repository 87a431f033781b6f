import subprocess
import sys
import time
from pathlib import Path

from pipeline.metadata_lock import MetadataLock

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from pipeline.metadata_lock import MetadataLock
with MetadataLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(0.5)
"""


def test_a_second_process_waits_until_the_first_is_done(tmp_path: Path) -> None:
    file = tmp_path / "metadata.sqlite"
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"

    began = time.monotonic()
    with MetadataLock(file):
        waited = time.monotonic() - began

    assert waited > 0.1
    assert other.wait() == 0
    other.stdout.close()


def test_a_lock_may_be_nested(tmp_path: Path) -> None:
    lock = MetadataLock(tmp_path / "new" / "metadata.sqlite")

    with lock, lock:
        pass
    with lock:
        pass
