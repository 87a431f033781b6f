"""Real files in a real folder."""

import gzip
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from tiny_predictions import MIDNIGHT

from serving.request_log.files import LogFiles, finish_abandoned, finished_files
from serving.request_log.reader import read_lines

ROOT = Path(__file__).resolve().parents[3]
KILLED = """
import os, signal, sys
from datetime import datetime, timezone
from pathlib import Path
from serving.request_log.files import LogFiles

files = LogFiles(Path(sys.argv[1]), max_bytes=1 << 20)
for line in (b"one\\n", b"two\\n"):
    files.write(line, time=datetime(2026, 1, 2, tzinfo=timezone.utc))
os.kill(os.getpid(), signal.SIGKILL)
"""


def noise() -> bytes:
    """Return a line that does not compress to less than 2,000 bytes."""
    return os.urandom(2000).hex().encode() + b"\n"


def lines_of(folder: Path) -> list[bytes]:
    return [line for path in finished_files(folder) for line in read_lines(path)]


def test_a_file_has_its_final_name_only_when_it_is_whole(tmp_path: Path) -> None:
    files = LogFiles(tmp_path / "log", max_bytes=1 << 20)
    files.write(b"one\n", time=MIDNIGHT)
    files.write(b"two\nthree\n", time=MIDNIGHT)
    (growing,) = (tmp_path / "log").iterdir()

    assert growing.name.startswith("20260102T000000Z-")
    assert growing.name.endswith(".jsonl.gz.incoming")
    assert finished_files(tmp_path / "log") == []
    files.finish()

    (finished,) = (tmp_path / "log").iterdir()
    assert finished.name == growing.name.removesuffix(".incoming")
    assert gzip.decompress(finished.read_bytes()) == b"one\ntwo\nthree\n"
    assert finished.stat().st_mode & 0o777 == 0o600
    assert not files.is_growing


def test_the_oldest_files_make_room_and_nothing_else_goes(tmp_path: Path) -> None:
    max_bytes = 40_000
    other = tmp_path / "notes.jsonl.gz"
    other.write_bytes(b"x" * max_bytes)
    files = LogFiles(tmp_path, max_bytes=max_bytes)
    largest = 0
    for second in range(60):
        files.write(noise(), time=MIDNIGHT + timedelta(seconds=second))
        mine = [path for path in tmp_path.iterdir() if path != other]
        largest = max(largest, sum(path.stat().st_size for path in mine))
    files.finish()

    assert max_bytes * 0.7 < largest < max_bytes + 2 * len(noise())
    assert other.exists()
    names = [path.name for path in finished_files(tmp_path)]
    assert names[0] > "20260102T000030Z"
    assert names[-1] > "20260102T000055Z"


def test_a_killed_writer_leaves_one_file_that_the_next_one_finishes(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    running = LogFiles(tmp_path, max_bytes=1 << 20)
    running.write(b"three\n", time=MIDNIGHT)
    (tmp_path / "notes.incoming").write_bytes(b"")
    assert lines_of(tmp_path) == []

    finish_abandoned(tmp_path)

    assert lines_of(tmp_path) == [b"one", b"two"]
    running.finish()
    assert sorted(lines_of(tmp_path)) == [b"one", b"three", b"two"]
    assert (tmp_path / "notes.incoming").exists()


def test_a_folder_that_vanishes_fails_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.write_bytes(b"in the way")
    files = LogFiles(folder, max_bytes=1 << 20)
    with pytest.raises(OSError, match="File exists"):
        files.write(b"one\n", time=MIDNIGHT)
    folder.unlink()

    files.write(b"two\n", time=MIDNIGHT)
    files.finish()

    assert lines_of(folder) == [b"two"]


def test_a_full_disk_keeps_what_was_whole(tmp_path: Path) -> None:
    code = f"""
import resource
from datetime import datetime, timezone
from pathlib import Path
from serving.request_log.files import LogFiles

now = datetime(2026, 1, 2, tzinfo=timezone.utc)
files = LogFiles(Path({str(tmp_path)!r}), max_bytes=1 << 30)
files.write(b"one\\n", time=now)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
try:
    files.write({noise()!r}, time=now)
except OSError as error:
    print(error.strerror)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
files.write(b"two\\n", time=now)
files.finish()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("File too large\n", "")
    assert sorted(lines_of(tmp_path)) == [b"one", b"two"]
    assert len(list(tmp_path.iterdir())) == 2
