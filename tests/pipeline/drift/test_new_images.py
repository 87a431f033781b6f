from pathlib import Path

import pytest

from components.image_example_gen.spans.choice import SpanChoice
from components.image_example_gen.spans.search import latest_spans
from components.image_example_gen.spans.span import SpansError
from pipeline.drift.new_images import list_new_images, spans_since


@pytest.fixture
def pattern(tmp_path: Path) -> str:
    for span in ("3.1", "4.1", "4.2", "5.1"):
        for number in range(4):
            (tmp_path / span / "cat").mkdir(parents=True, exist_ok=True)
            (tmp_path / span / "cat" / f"{number}.png").touch()
    return f"{tmp_path}/{{SPAN}}.{{VERSION}}"


@pytest.mark.parametrize(
    ("trained_on", "last", "expected"),
    [
        ("3:1", 0, ["4:2", "5:1"]),
        ("3:1", 1, ["5:1"]),
        ("2:1,4:1", 0, ["4:2", "5:1"]),
        ("4:2", 0, ["5:1"]),
        ("5:1", 0, []),
        ("", 0, ["5:1"]),
    ],
)
def test_spans_are_new_that_the_model_has_not_seen_in_their_version(
    pattern: str, trained_on: str, last: int, expected: list[str]
) -> None:
    found = spans_since(pattern, SpanChoice(last=last), trained_on=trained_on)

    assert [span.name for span in found] == expected


def test_of_many_images_a_sample_is_looked_at_always_the_same(pattern: str) -> None:
    spans = latest_spans(pattern)

    first, again = (list_new_images(pattern, spans, max_images=5) for _ in range(2))

    assert first == again
    assert len(set(first)) == 5
    assert len(list_new_images(pattern, spans, max_images=12)) == 12


def test_a_span_that_is_laid_out_badly_is_named(pattern: str, tmp_path: Path) -> None:
    (tmp_path / "6.1").mkdir()

    with pytest.raises(SpansError, match=r"span 6:1: data folder .* needs at least 1 class folder but has none"):
        list_new_images(pattern, latest_spans(pattern), max_images=5)
