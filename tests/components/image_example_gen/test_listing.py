from pathlib import Path

import pytest

from components.image_example_gen.listing import list_images, scan_data
from components.image_example_gen.sources import DIGITS
from components.image_example_gen.spans.search import latest_spans
from components.image_example_gen.spans.span import SpansError


def deliver(place: Path, *files: str) -> str:
    for name in files:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).touch()
    return f"{place}/{{SPAN}}"


def test_images_come_from_the_digits_a_folder_or_the_named_spans(tmp_path: Path) -> None:
    pattern = deliver(tmp_path, "1/cat/a.png", "1/dog/b.png", "2/cat/c.png", "2/dog/d.png", "3/cat/e.png")

    assert len(list_images(DIGITS, "")) == 1797
    assert [image.name for image in list_images(str(tmp_path / "1"), "")] == ["cat/a.png", "dog/b.png"]
    assert [image.name for image in list_images(pattern, "1,3")] == ["1/cat/a.png", "1/dog/b.png", "3/cat/e.png"]


def test_a_span_that_is_gone_is_named(tmp_path: Path) -> None:
    pattern = deliver(tmp_path, "1/cat/a.png", "1/dog/b.png")

    with pytest.raises(SpansError, match=r"span 2 of .* does not exist"):
        list_images(pattern, "1,2")


def test_one_class_in_all_spans_together_is_too_few(tmp_path: Path) -> None:
    pattern = deliver(tmp_path, "1/cat/a.png", "2/cat/b.png")

    (problem,) = scan_data(pattern, latest_spans(pattern)).problems

    assert "spans 1,2 of" in problem
    assert "have one class, 'cat'; at least 2 are needed" in problem
