import pytest
from pydantic import BaseModel, ValidationError

from serving.broken_rules import name_broken_rules


class Inner(BaseModel):
    counts: list[int]


class Outer(BaseModel):
    inner: Inner


def rules(content: str, **options: str) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate_json(content)
    return name_broken_rules(caught.value, **options)


def test_every_rule_has_its_place() -> None:
    first, second = rules('{"inner": {"counts": ["a", 1, "b"]}}')

    assert first.startswith("inner.counts.0: Input should be a valid integer")
    assert second.startswith("inner.counts.2: ")


def test_what_is_wrong_with_all_of_it_is_said_of_the_whole() -> None:
    assert rules("{")[0].startswith("file: Invalid JSON")
    assert rules("{", whole="line")[0].startswith("line: Invalid JSON")
