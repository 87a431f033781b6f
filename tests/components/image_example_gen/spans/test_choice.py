from pathlib import Path

import pytest

from components.image_example_gen.spans.choice import SpanChoice, choose_spans, parse_choice
from components.image_example_gen.spans.span import SpansError


@pytest.fixture
def pattern(tmp_path: Path) -> str:
    for number in (1, 2, 3, 5):
        (tmp_path / "data" / f"span-{number}").mkdir(parents=True)
    return f"{tmp_path}/data/span-{{SPAN}}"


def chosen(pattern: str, **choice: object) -> list[str]:
    return [span.name for span in choose_spans(pattern, SpanChoice(**choice))]  # type: ignore[arg-type]


def test_the_newest_span_is_the_default_and_a_window_rolls(pattern: str) -> None:
    assert chosen(pattern) == ["5"]
    assert chosen(pattern, last=2) == ["3", "5"]
    assert chosen(pattern, last=0) == ["1", "2", "3", "5"]


def test_a_window_is_smaller_where_there_are_fewer_spans(pattern: str) -> None:
    assert chosen(pattern, last=9) == ["1", "2", "3", "5"]


def test_a_window_can_end_at_an_older_span(pattern: str) -> None:
    assert chosen(pattern, last=2, until=3) == ["2", "3"]


def test_spans_can_be_named_one_by_one(pattern: str) -> None:
    assert chosen(pattern, named=("1", "5")) == ["1", "5"]


def test_an_older_version_can_be_named(tmp_path: Path) -> None:
    for version in (1, 2):
        (tmp_path / f"7.{version}").mkdir()

    assert chosen(f"{tmp_path}/{{SPAN}}.{{VERSION}}", named=("7:1",)) == ["7:1"]


@pytest.mark.parametrize(
    ("choice", "problem"),
    [
        ({"until": 4}, "span 4 of .* does not exist; there are 4, 1 to 5"),
        ({"named": ("1", "6")}, "span 6 of .* does not exist"),
        ({"ready_file": "_SUCCESS"}, r"no span of .* is ready: 4 match, but none holds the file _SUCCESS"),
    ],
)
def test_a_span_that_is_not_there_is_named(pattern: str, choice: dict[str, object], problem: str) -> None:
    with pytest.raises(SpansError, match=problem):
        chosen(pattern, **choice)


def test_a_span_that_is_still_being_written_is_named(pattern: str, tmp_path: Path) -> None:
    (tmp_path / "data" / "span-1" / "_SUCCESS").touch()

    with pytest.raises(SpansError, match=r"span 5 of .* is not ready: it does not hold the file _SUCCESS"):
        chosen(pattern, until=5, ready_file="_SUCCESS")


def test_a_pattern_that_nothing_matches_says_what_is_there(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(SpansError, match=r"no folder in .*/data matches sapn-\{SPAN\}; it holds span-1, span-2"):
        chosen(f"{tmp_path}/data/sapn-{{SPAN}}")
    with pytest.raises(SpansError, match=r"data folder .*/dta does not exist"):
        chosen(f"{tmp_path}/dta/span-{{SPAN}}")


@pytest.mark.parametrize("words", ["last 1", "last 3", "last 3 until 7", "all", "all until 0", "3,4:2", "2026-01-31"])
def test_a_choice_is_the_words_that_it_is_written_in(words: str) -> None:
    assert str(parse_choice(words)) == words


def test_until_may_be_a_date_and_nothing_is_the_newest() -> None:
    assert parse_choice("last 2 until 1970-01-08") == SpanChoice(last=2, until=7)
    assert parse_choice("", ready_file="done") == SpanChoice(ready_file="done")


@pytest.mark.parametrize("words", ["newest", "last 0", "last", "3;4", "last 2 until 2026-02-30"])
def test_other_words_are_refused(words: str) -> None:
    with pytest.raises(SpansError):
        parse_choice(words)
