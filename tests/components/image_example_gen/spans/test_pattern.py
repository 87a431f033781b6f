from pathlib import Path

import pytest

from components.image_example_gen.spans.pattern import base_of, is_pattern, parse_pattern
from components.image_example_gen.spans.span import SpansError


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("data/span-{SPAN}/", "data"),
        ("/data/photos/{YYYY}/{MM}/{DD}", "/data/photos"),
        ("span-{SPAN}", ""),
        ("photos", "photos"),
        ("digits", "digits"),
    ],
)
def test_the_base_is_the_folder_before_the_first_brace(path: str, base: str) -> None:
    assert base_of(path) == base


def test_only_a_path_with_a_brace_is_a_pattern() -> None:
    assert is_pattern("data/span-{SPAN}")
    assert is_pattern("data/span-SPAN}")
    assert not is_pattern("data/span-1")


def test_a_pattern_knows_its_levels_below_the_base() -> None:
    pattern = parse_pattern("/data/{SPAN:2}/v{VERSION}.x")

    assert pattern.base == Path("/data")
    assert [bool(level.fullmatch(name)) for level, name in zip(pattern.levels, ("07", "v12.x"), strict=True)] == [
        True
    ] * 2
    assert not pattern.levels[0].fullmatch("7")
    assert not pattern.levels[1].fullmatch("v12-x")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("data/span-{SPAM}", "placeholder {SPAM} is unknown; known are {SPAN}, .* Did you mean 'SPAN'?"),
        ("data/span-{span}", "placeholder {span} is unknown.* Did you mean 'SPAN'?"),
        ("data/v-{VERSION}", "it names no span; put {SPAN} or a date"),
        ("data/{}", "placeholder {} is unknown"),
        ("data/{YYYY}-{MM}", "a date needs all of {YYYY}, {MM}, {DD}"),
        ("data/{SPAN}/{YYYY}-{MM}-{DD}", "a span is a number or a date: leave out {SPAN} or {YYYY}, {MM}, {DD}"),
        ("data/{SPAN}/{SPAN}", "{SPAN} stands in it more than once"),
        ("data/{SPAN:}", "the width of {SPAN:} must be a whole number above 0"),
        ("data/{SPAN:0}", "the width of {SPAN:0} must be a whole number above 0"),
        ("data/{YYYY:4}{MM}{DD}", "{YYYY} takes no width; a date always has 4 digits there"),
        ("data/{SPAN", "a brace has no partner"),
        ("data/{SPAN}/*", r"without '\*' and"),
    ],
)
def test_what_is_wrong_with_a_pattern_is_a_sentence(text: str, problem: str) -> None:
    with pytest.raises(SpansError, match=problem.replace("{", r"\{").replace("}", r"\}").replace("?", r"\?")):
        parse_pattern(text)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SpansError) as caught:
        parse_pattern("data/{SPAM}/{VERSION:x}/*")

    assert len(caught.value.problems) == 3
