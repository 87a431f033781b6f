from pathlib import Path

from components.image_example_gen.spans.images import scan_spans
from components.image_example_gen.spans.search import latest_spans


def scan(place: Path, *files: str) -> tuple[list[tuple[str, str, int | None]], tuple[str, ...]]:
    for name in files:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).touch()
    pattern = f"{place}/s{{SPAN}}"
    found = scan_spans(pattern, latest_spans(pattern))
    return [(image.name, image.label, image.span) for image in found.images], found.problems


def test_classes_are_those_of_all_spans_together(tmp_path: Path) -> None:
    images, problems = scan(tmp_path, "s1/cat/a.png", "s1/dog/a.png", "s2/cat/a.png", "s2/emu/b.jpg")

    assert problems == ()
    assert images == [
        ("s1/cat/a.png", "cat", 1),
        ("s1/dog/a.png", "dog", 1),
        ("s2/cat/a.png", "cat", 2),
        ("s2/emu/b.jpg", "emu", 2),
    ]


def test_every_span_that_breaks_a_rule_is_named(tmp_path: Path) -> None:
    (tmp_path / "s1").mkdir()
    (tmp_path / "s2" / "cat").mkdir(parents=True)

    _, problems = scan(tmp_path)

    assert problems[0].startswith("span 1: ")
    assert problems[0].endswith("s1 needs at least 1 class folder but has none")
    assert "span 2: class folder" in problems[1]


def test_one_class_in_all_spans_together_is_too_few(tmp_path: Path) -> None:
    _, (problem,) = scan(tmp_path, "s1/cat/a.png", "s2/cat/b.png")

    assert "have one class, 'cat'; at least 2 are needed" in problem
