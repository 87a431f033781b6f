from pathlib import Path

import pytest

from pipeline.kubeflow.emulator.bucket import Bucket
from pipeline.kubeflow.emulator.errors import TaskError


def test_files_come_back_and_empty_folders_do_not(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "deep" / "er").mkdir(parents=True)
    (source / "empty").mkdir()
    (source / "deep" / "er" / "a.txt").write_text("a")
    bucket = Bucket(tmp_path / "bucket")

    assert bucket.upload(source, "gs://b/x") == 1
    assert bucket.download("gs://b/x", tmp_path / "target") == 1

    assert (tmp_path / "target" / "deep" / "er" / "a.txt").read_text() == "a"
    assert not (tmp_path / "target" / "empty").exists()


def test_what_was_never_uploaded_downloads_as_nothing(tmp_path: Path) -> None:
    assert Bucket(tmp_path / "bucket").download("minio://b/nothing", tmp_path / "target") == 0
    assert not (tmp_path / "target").exists()


def test_a_single_file_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    bucket = Bucket(tmp_path / "bucket")

    assert bucket.upload(tmp_path / "a.txt", "s3://b/a.txt") == 1
    assert bucket.path_of("s3://b/a.txt").read_text() == "a"


@pytest.mark.parametrize("address", ["/local/path", "hdfs://b/x", "gs://b/../../x"])
def test_other_places_are_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(TaskError, match="is no place where KFP can store"):
        Bucket(tmp_path).path_of(address)
