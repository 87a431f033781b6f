import pytest

from pipeline.kubeflow.storage_paths import POD_ROOT_VARIABLE, StoragePaths, map_texts

PAIRS = [
    ("gs://bucket/a/b", "/gcs/bucket/a/b"),
    ("minio://bucket/a", "/minio/bucket/a"),
    ("s3://bucket", "/s3/bucket"),
]


@pytest.mark.parametrize(("address", "folder"), PAIRS)
@pytest.mark.parametrize("root", ["", "/somewhere/pod"])
def test_addresses_and_folders_lead_to_each_other(address: str, folder: str, root: str) -> None:
    paths = StoragePaths(root)

    assert paths.to_folder(address) == root + folder
    assert paths.to_address(root + folder) == address


@pytest.mark.parametrize("text", ["/models/digits", "digits", "oci://image", "minio", "/gcs"])
def test_other_texts_stay(text: str) -> None:
    assert StoragePaths().to_folder(text) == text
    assert StoragePaths().to_address(text) == text


def test_the_pods_root_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(POD_ROOT_VARIABLE, "/pod/")

    assert StoragePaths.from_environment().to_folder("gs://b") == "/pod/gcs/b"


def test_texts_deep_in_metadata_are_mapped() -> None:
    mapped = map_texts({"a": ["gs://b", 1, {"gs://key": "gs://c"}]}, StoragePaths().to_folder)

    assert mapped == {"a": ["/gcs/b", 1, {"gs://key": "/gcs/c"}]}
