from collections.abc import Mapping
from pathlib import Path

from pipeline.dataset import Dataset
from pipeline.image_listing import ImageListings


def data(fingerprint: str, stamps: Mapping[str, str]) -> Dataset:
    return Dataset(path="photos", labels=("a", "b"), images=len(stamps), fingerprint=fingerprint, stamps=stamps)


def test_added_removed_and_rewritten_images_are_named(tmp_path: Path) -> None:
    listings = ImageListings(tmp_path / "listings")
    listings.keep(data("old", {"a/1.png": "5 1", "a/2.png": "5 1", "a/3.png": "5 1"}))
    listings.keep(data("new", {"a/1.png": "5 1", "a/2.png": "6 2", "b/4.png": "5 1"}))

    assert listings.describe_difference("old", "new") == ("1 added: b/4.png; 1 removed: a/3.png; 1 rewritten: a/2.png")


def test_of_many_images_three_are_named(tmp_path: Path) -> None:
    new = data("new", {f"a/{index}.png": "5 1" for index in range(1200)})
    listings = ImageListings(tmp_path, now=new)
    listings.keep(data("old", {"a/0.png": "5 1"}))

    assert listings.describe_difference("old", "new") == "1,199 added: a/1.png, a/2.png, a/3.png and 1,196 more"


def test_an_unknown_state_is_just_called_changed(tmp_path: Path) -> None:
    assert ImageListings(tmp_path).describe_difference(None, "new") == "changed"


def test_looking_leaves_no_folder(tmp_path: Path) -> None:
    ImageListings(tmp_path / "listings").describe_difference("old", "new")

    assert not (tmp_path / "listings").exists()
