"""What images earlier runs had, so that a changed one can be named."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

from pipeline.dataset import Dataset
from pipeline.durable_file import write_durably

_NAMED = 3


class ImageListings:
    """A folder with one listing for each state of the data that a run has seen."""

    def __init__(self, folder: Path, *, now: Dataset | None = None) -> None:
        """Keep listings in a folder, which need not exist.

        Args:
            folder: Where they are.
            now: Data whose listing counts as known without being kept.
        """
        self._folder = folder
        self._now = now

    def keep(self, data: Dataset) -> None:
        """Write down the images of a run, whole or not at all; a state that is known costs nothing."""
        path = self._path(data.fingerprint)
        if not data.stamps or path.exists():
            return
        write_durably(path, gzip.compress(json.dumps(dict(data.stamps)).encode(), mtime=0))

    def describe_difference(self, before: str | None, now: str | None) -> str:
        """Return which images were added, removed and rewritten between two fingerprints, in words."""
        old, new = self._read(before), self._read(now)
        if old is None or new is None:
            return "changed"
        kinds = {
            "added": [name for name in new if name not in old],
            "removed": [name for name in old if name not in new],
            "rewritten": [name for name in new if name in old and old[name] != new[name]],
        }
        return "; ".join(f"{len(names):,} {kind}: {_name(names)}" for kind, names in kinds.items() if names) or "moved"

    def _read(self, fingerprint: str | None) -> Mapping[str, str] | None:
        if self._now is not None and fingerprint == self._now.fingerprint:
            return self._now.stamps
        path = self._path(fingerprint or "")
        if not path.exists():
            return None
        stamps: dict[str, str] = json.loads(gzip.decompress(path.read_bytes()))
        return stamps

    def _path(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint}.json.gz"


def _name(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
