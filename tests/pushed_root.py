"""One run of both frameworks that pushed, made once for all tests and all of pytest's workers.

Tests that only read share it; a test that runs in it takes a copy, in which all its steps count as finished too.
"""

import contextlib
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from workplace import Workplace

from pipeline.step_key import KeyParts

EPOCHS = 4
TRAINED = ("--set", f"train.epochs={EPOCHS}")
"""What the run of the pushed root was asked for, beside what every `Workplace` asks for."""
_KEY_PARTS = "SELECT string_value FROM ExecutionProperty WHERE name = 'tandem_key_parts' ORDER BY execution_id"
_RENAME = (
    "UPDATE Artifact SET uri = replace(uri, ?, ?)",
    "UPDATE ArtifactProperty SET string_value = replace(string_value, ?, ?)",
    "UPDATE ExecutionProperty SET string_value = replace(string_value, ?, ?)",
    "UPDATE Context SET name = replace(name, ?, ?)",
)


@pytest.fixture(scope="session")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 scans of three digits in class folders, and a damaged one."""
    return make_once(tmp_path_factory, "data", _write_scans) / "three-digits"


@pytest.fixture(scope="session")
def pushed_root(tmp_path_factory: pytest.TempPathFactory, scans: Path) -> Iterator[Workplace]:
    """Return a root in which both frameworks have trained and the better one is pushed; only to be read."""

    def push(root: Path) -> None:
        done = Workplace(root, scans).run(*TRAINED, "--jobs", "2")
        assert done.returncode == 0, done.stdout + done.stderr

    place = Workplace(make_once(tmp_path_factory, "pushed", push), scans)
    before = _changes(place.root)
    yield place
    assert _changes(place.root) == before, "a test wrote into the root that all share; it needs a copy"


@pytest.fixture
def copied_root(pushed_root: Workplace, tmp_path: Path) -> Workplace:
    """Return a copy of the pushed root for one test."""
    return copy_root(pushed_root, tmp_path / "copied")


def make_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first of pytest's workers makes; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, is_made = shared / name, shared / f"{name}.made"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what a worker left that failed at it
            make(folder)
            is_made.touch()
    return folder


def copy_root(of: Workplace, root: Path) -> Workplace:
    """Copy a root with all that names its place: URIs, reports, and keys of the steps that know the push folder.

    Logs stay behind, so that a test finds its own lines only.
    """
    shutil.copytree(of.root, root, ignore=shutil.ignore_patterns("logs"))
    renamed = {str(of.root): str(root)}
    with contextlib.closing(sqlite3.connect(root / "metadata.sqlite")) as store, store:
        # A step is recorded after those it depends on, so their new keys are known when its own is made.
        for (parts,) in store.execute(_KEY_PARTS).fetchall():
            renamed[KeyParts.from_json(parts).key] = KeyParts.from_json(_rename(parts, renamed)).key
        for statement in _RENAME:
            store.executemany(statement, renamed.items())
    for report in root.glob("reports/*/*.json"):
        report.write_text(_rename(report.read_text(), renamed))
    return Workplace(root, of.scans)


def _rename(text: str, renamed: Mapping[str, str]) -> str:
    return reduce(lambda changed, names: changed.replace(*names), renamed.items(), text)


def _changes(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}


def _write_scans(folder: Path) -> None:
    from sklearn.datasets import load_digits

    digits = load_digits(n_class=3)
    for index, (scan, target) in enumerate(zip(digits.images[:300], digits.target[:300], strict=True)):
        path = folder / "three-digits" / f"digit-{target}" / f"{index:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((scan * 15).astype(np.uint8)).save(path)
    first = folder / "three-digits" / "digit-0" / "0000.png"
    first.with_name("cut.png").write_bytes(first.read_bytes()[:40])
