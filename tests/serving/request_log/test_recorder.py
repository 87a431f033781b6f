"""The thread of the log, on real files."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_bundles import GREEN, encode
from tiny_predictions import finish, predict

from serving.request_log import recorder
from serving.request_log.files import LogFiles, finished_files
from serving.request_log.reader import read_lines
from serving.request_log.recorder import RequestLog

IMAGE = encode(GREEN)


class SlowFiles(LogFiles):
    """Files whose writes wait until they may go on."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, max_bytes=1 << 20)
        self.entered, self.may_go = threading.Event(), threading.Event()

    def write(self, lines: bytes, **options: Any) -> None:
        self.entered.set()
        self.may_go.wait()
        super().write(lines, **options)


class PromptFiles(LogFiles):
    """Files that tell when one of them is finished."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, max_bytes=1 << 20)
        self.finished = threading.Event()

    def finish(self) -> None:
        super().finish()
        self.finished.set()


class Recording:
    """A log with what it counted and reported."""

    def __init__(self, files: LogFiles, **options: Any) -> None:
        self.counted: Counter[str] = Counter()
        self.has_counted = threading.Condition()
        self.events: list[tuple[str, Mapping[str, object]]] = []
        self.log = RequestLog(
            files,
            **{"fraction": 1.0, "rotate_seconds": 600, "max_pixels": 10_000} | options,
            count=self.count,
            report=lambda event, facts: self.events.append((event, facts)),
        )

    def count(self, fate: str, images: int) -> None:
        with self.has_counted:
            self.counted[fate] += images
            self.has_counted.notify_all()

    def wait_for(self, fate: str, images: int) -> None:
        with self.has_counted:
            self.has_counted.wait_for(lambda: self.counted[fate] >= images)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Callable[..., Recording]]:
    made: list[Recording] = []

    def make(files: LogFiles | None = None, **options: Any) -> Recording:
        made.append(Recording(files or LogFiles(tmp_path, max_bytes=1 << 20), **options))
        return made[-1]

    yield make
    for recording in made:
        recording.log.close(timeout_seconds=30)


def count_lines(folder: Path) -> int:
    return sum(1 for path in finished_files(folder) for _ in read_lines(path))


def test_closing_writes_what_waits_and_finishes_the_file(record: Callable[..., Recording], tmp_path: Path) -> None:
    recording = record()
    for _ in range(20):
        recording.log.observe(finish(predict([IMAGE, IMAGE])))

    recording.log.close(timeout_seconds=30)

    assert recording.counted == {"written": 40}
    assert count_lines(tmp_path) == 40
    recording.log.observe(finish(predict([IMAGE])))
    assert recording.counted["dropped"] == 1


def test_chance_chooses_requests_and_those_without_a_prediction_never(
    record: Callable[..., Recording], tmp_path: Path
) -> None:
    numbers = iter([0.0, 0.2, 0.25, 0.9, 0.1])
    recording = record(fraction=0.25, choose=lambda: next(numbers))
    recording.log.observe(finish(None, status=400))
    for _ in range(5):
        recording.log.observe(finish(predict([IMAGE, IMAGE])))

    recording.log.close(timeout_seconds=30)

    assert recording.counted == {"written": 6}


def test_a_file_is_finished_in_time_also_when_nobody_asks(record: Callable[..., Recording], tmp_path: Path) -> None:
    files = PromptFiles(tmp_path)
    recording = record(files, rotate_seconds=0.05)
    recording.log.observe(finish(predict([IMAGE])))

    files.finished.wait()
    assert count_lines(tmp_path) == 1


def test_what_does_not_fit_is_dropped_at_once_and_counted(
    record: Callable[..., Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "_MAX_WAITING_BYTES", 3 * (len(IMAGE) + 1024))
    files = SlowFiles(tmp_path)
    recording = record(files)
    for _ in range(10):
        recording.log.observe(finish(predict([IMAGE])))
        files.entered.wait()
    assert recording.counted == {"dropped": 7}  # All of it while the first write has not ended.

    files.may_go.set()
    recording.wait_for("written", 3)
    large = np.zeros((100, 100, 3), np.uint8)
    recording.log.observe(finish(predict([large])))

    recording.wait_for("written", 4)
    assert recording.counted == {"dropped": 7, "written": 4}


def test_a_failing_folder_is_reported_once_until_it_works_again(
    record: Callable[..., Recording], tmp_path: Path
) -> None:
    folder = tmp_path / "log"
    folder.write_bytes(b"in the way")
    recording = record(LogFiles(folder, max_bytes=1 << 20))
    for _ in range(3):
        recording.log.observe(finish(predict([IMAGE])))
    recording.wait_for("failed", 3)
    folder.unlink()
    recording.log.observe(finish(predict([IMAGE])))
    recording.wait_for("written", 1)

    assert recording.events == [("request_log_failed", {"reason": "File exists"})]


def test_an_image_that_pillow_cannot_decode_is_counted_as_failed(record: Callable[..., Recording]) -> None:
    recording = record()
    recording.log.observe(finish(predict([b"words"])))
    recording.log.observe(finish(predict([IMAGE])))

    recording.wait_for("written", 1)
    assert recording.counted["failed"] == 1


def test_closing_waits_no_longer_than_it_may(record: Callable[..., Recording], tmp_path: Path) -> None:
    files = SlowFiles(tmp_path)
    recording = record(files)
    recording.log.observe(finish(predict([IMAGE])))
    files.entered.wait()

    recording.log.close(timeout_seconds=0.05)

    assert recording.counted == {}  # It has come back, and the write has not ended.
    files.may_go.set()
