from pathlib import Path

import pytest

from components.image_example_gen import sources


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    for name in (
        "rose/a.jpg",
        "rose/deep/b.JPEG",
        "tulip/c.png",
        "tulip/.hidden.jpg",
        "tulip/notes.txt",
        "LICENSE.txt",
    ):
        path = tmp_path / "flowers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "flowers"


def test_class_folders_become_labels_and_other_files_are_left_aside(flowers: Path) -> None:
    scan = sources.scan_folder(flowers)

    assert [(image.name, image.label) for image in scan.images] == [
        ("rose/a.jpg", "rose"),
        ("rose/deep/b.JPEG", "rose"),
        ("tulip/c.png", "tulip"),
    ]
    assert scan.problems == ()
    assert scan.labels == ("rose", "tulip")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    (problem,) = sources.scan_folder(tmp_path / "nowhere").problems

    assert "nowhere does not exist" in problem


def test_a_file_instead_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()
    (problem,) = sources.scan_folder(tmp_path / "photo.jpg").problems

    assert "photo.jpg is not a folder" in problem


def test_one_class_folder_and_its_emptiness_are_both_reported(tmp_path: Path) -> None:
    (tmp_path / "rose").mkdir()

    problems = sources.scan_folder(tmp_path).problems

    assert "needs at least 2 class folders but has only one, 'rose'" in problems[0]
    assert "rose holds no .jpg, .jpeg or .png file" in problems[1]


def test_the_digits_are_1797_scans_of_ten_classes() -> None:
    digits = sources.digit_images()

    assert len(digits) == 1797
    assert {image.label for image in digits} == set("0123456789")
    assert all(image.read().startswith(b"\x89PNG") for image in digits[:20])


def fingerprint(folder: Path) -> str:
    return sources.fingerprint(str(folder), sources.image_stamps(sources.scan_folder(folder).images))


def test_the_fingerprint_changes_with_every_kind_of_edit(flowers: Path) -> None:
    seen = {fingerprint(flowers)}

    (flowers / "rose/a.jpg").write_bytes(b"longer than before")
    seen.add(fingerprint(flowers))
    (flowers / "rose/a.jpg").rename(flowers / "rose/z.jpg")
    seen.add(fingerprint(flowers))
    (flowers / "tulip/c.png").unlink()
    seen.add(fingerprint(flowers))

    assert len(seen) == 4


def test_the_fingerprint_stays_when_nothing_changes(flowers: Path) -> None:
    assert fingerprint(flowers) == fingerprint(flowers)
