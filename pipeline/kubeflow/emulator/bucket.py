"""An object store in a folder: it keeps files and nothing else, so that empty folders are lost as in a real one."""

import shutil
from pathlib import Path, PurePosixPath

from pipeline.kubeflow.emulator.errors import TaskError
from pipeline.kubeflow.names import STORAGE_SCHEMES


class Bucket:
    """What steps produced, by address."""

    def __init__(self, folder: Path) -> None:
        """Keep objects in a folder."""
        self._folder = folder

    def upload(self, source: Path, address: str) -> int:
        """Keep the files at a path under an address; returns how many there were, which may be none."""
        target = self.path_of(address)
        files = [source] if source.is_file() else sorted(path for path in source.rglob("*") if path.is_file())
        for file in files:
            _copy(file, target if source.is_file() else target / file.relative_to(source))
        return len(files)

    def download(self, address: str, target: Path) -> int:
        """Bring the files under an address to a path; returns how many there were, which may be none."""
        source = self.path_of(address)
        if source.is_file():
            _copy(source, target)
            return 1
        files = sorted(path for path in source.rglob("*") if path.is_file())
        for file in files:
            _copy(file, target / file.relative_to(source))
        return len(files)

    def path_of(self, address: str) -> Path:
        """Return where this emulator keeps what is under an address.

        Raises:
            TaskError: KFP cannot store there.
        """
        scheme, separator, rest = address.partition("://")
        if not separator or scheme not in STORAGE_SCHEMES or ".." in PurePosixPath(rest).parts:
            raise TaskError(f"{address!r} is no place where KFP can store; it takes {', '.join(STORAGE_SCHEMES)}")
        return self._folder / scheme / rest


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)  # object stores keep no file modes
