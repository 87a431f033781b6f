"""Looks again and again whether files have changed, on a thread of its own, and takes up what is new."""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from serving.errors import SettingsError

Report = Callable[[str, Mapping[str, object]], None]
Stamp = tuple[tuple[int, int, int] | None, ...]
"""Inode, size in bytes and modification time in nanoseconds of each file; None for one that cannot be seen."""


class Renewable(Protocol):
    """Something that was read from files."""

    @property
    def name(self) -> str:
        """For the log: NAME_loaded and NAME_refused."""

    @property
    def paths(self) -> Sequence[Path]:
        """The files."""

    def renew(self) -> Mapping[str, object]:
        """Read the files and use what they hold from now on; return facts for the log.

        Raises:
            SettingsError: They break a rule; what was read before stays in use.
        """


class Renewal:
    """Renews what was read from files when they change; what breaks a rule is reported and changes nothing."""

    def __init__(self, parts: Sequence[Renewable], *, poll_seconds: float, report: Report) -> None:
        """Do nothing yet.

        Args:
            parts: What to renew.
            poll_seconds: Pause between two looks. Polling works on every file system, also on mounted ones.
            report: Writes an event to the log.
        """
        self._poll_seconds, self._report = poll_seconds, report
        self._parts = list(parts)
        self._stamps: dict[str, Stamp] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="renewal", daemon=True)

    def load(self) -> None:
        """Read all files for the first time.

        Raises:
            SettingsError: They break a rule.
        """
        for part in self._parts:
            self._stamps[part.name] = _take_stamp(part.paths)
            self._report(f"{part.name}_loaded", part.renew())

    def start(self) -> None:
        """Start looking, if there is anything to look at."""
        if self._parts:
            self._thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Renew every part whose files are not those of the last look."""
        for part in self._parts:
            # From before reading: what changes meanwhile is read again at the next look.
            stamp = _take_stamp(part.paths)
            if stamp != self._stamps[part.name]:
                self._stamps[part.name] = stamp
                self._renew(part)

    def _renew(self, part: Renewable) -> None:
        try:
            facts = part.renew()
        except SettingsError as error:
            self._report(f"{part.name}_refused", {"problems": error.problems})
        else:
            self._report(f"{part.name}_loaded", facts)

    def _run(self) -> None:
        while not self._stop.wait(self._poll_seconds):
            try:
                self.look()
            except Exception as error:  # The thread must live on: without it nothing would ever be renewed again.
                self._report("renewal_failed", {"error": type(error).__name__})


def _take_stamp(paths: Sequence[Path]) -> Stamp:
    return tuple(_look_at(path) for path in paths)


def _look_at(path: Path) -> tuple[int, int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns
