import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from tiny_bundles import add_evaluation, write_bundle

from serving.bundle import bundle_checksum, seal, verify
from serving.errors import BundleDamagedError
from serving.evaluation_file import EVALUATION_FILE, EVALUATION_FILES, read_evaluation
from serving.manifest import ManifestDraft

SHA256SUM = shutil.which("sha256sum")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_bundle(tmp_path / "1")
    return tmp_path / "1"


def test_what_is_written_reads_back_equal_and_the_bundle_stays_the_same(folder: Path) -> None:
    before = bundle_checksum(folder)
    evaluation = add_evaluation(folder)

    assert read_evaluation(folder) == evaluation
    assert bundle_checksum(folder) == before
    verify(folder)


def test_a_bundle_without_evaluation_is_complete(folder: Path) -> None:
    assert read_evaluation(folder) is None
    verify(folder)


@pytest.mark.skipif(SHA256SUM is None, reason="sha256sum is not installed")
def test_the_checksum_can_be_checked_by_hand(folder: Path) -> None:
    add_evaluation(folder)

    done = subprocess.run([str(SHA256SUM), "--check", "--strict", EVALUATION_FILES[1]], cwd=folder, check=False)

    assert done.returncode == 0


def rewrite(folder: Path) -> None:
    path = folder / EVALUATION_FILE
    path.write_text(path.read_text().replace("0.95", "0.99"))


def exchange(folder: Path) -> None:
    write_bundle(folder.parent / "2", sharpness=2.0)
    add_evaluation(folder.parent / "2")
    for name in EVALUATION_FILES:
        shutil.copy(folder.parent / "2" / name, folder / name)


def renumber(folder: Path) -> None:
    path = folder / EVALUATION_FILE
    path.write_text(path.read_text().replace('"format_version": 1', '"format_version": 2'))
    (folder / EVALUATION_FILES[1]).write_text(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (rewrite, "does not have the SHA-256 that evaluation.json.sha256 says"),
        (lambda folder: (folder / EVALUATION_FILES[1]).unlink(), r"evaluation\.json\.sha256 is missing"),
        (lambda folder: (folder / EVALUATION_FILE).unlink(), r"evaluation\.json is missing"),
        (exchange, "is about another bundle"),
        (renumber, r"is not an evaluation of format_version 1 \(format_version: Input should be 1\)"),
    ],
)
def test_a_changed_evaluation_is_reported_with_what_to_do(folder: Path, change: object, problem: str) -> None:
    add_evaluation(folder)
    assert callable(change)
    change(folder)

    with pytest.raises(BundleDamagedError, match=problem) as caught:
        verify(folder)

    [sentence] = caught.value.problems
    assert sentence.endswith("fetch it again, or remove evaluation.json and evaluation.json.sha256")


def test_sealing_again_leaves_the_evaluation_out_and_shows_that_it_is_outdated(folder: Path) -> None:
    add_evaluation(folder)
    manifest = verify(folder)
    draft = {name: getattr(manifest, name) for name in ManifestDraft.model_fields}

    resealed = seal(folder, ManifestDraft(**{**draft, "train_seconds": 2.0}))

    assert not set(EVALUATION_FILES) & set(resealed.files)
    with pytest.raises(BundleDamagedError, match="is about another bundle"):
        verify(folder)
