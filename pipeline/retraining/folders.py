"""Where the service keeps its files, all in `<root>/retraining/`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RetrainingFolder:
    """The service's own folder.

    Attributes:
        path: `<root>/retraining`.
    """

    path: Path

    @classmethod
    def of_root(cls, root: Path) -> "RetrainingFolder":
        """Return the folder in a root of runs."""
        return cls(root.absolute() / "retraining")

    @property
    def journal(self) -> Path:
        """State and history, SQLite."""
        return self.path / "journal.sqlite"

    @property
    def lock_file(self) -> Path:
        """Held by the service that works here; says whose it is."""
        return self.path / "service.lock"

    @property
    def output(self) -> Path:
        """What each run printed, a file each."""
        return self.path / "output"
