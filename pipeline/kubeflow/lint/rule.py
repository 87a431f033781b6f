"""What a rule of the linter is, and what it finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.kubeflow.lint.package import Package


@dataclass(frozen=True)
class Finding:
    """A broken rule.

    Attributes:
        rule: Name of the rule.
        message: What breaks it, and what to do.
    """

    rule: str
    message: str


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes:
        name: Short name that findings show.
        sentence: What it asks, and what happens on a cluster otherwise.
        check: Returns a message for each place that breaks it.
    """

    name: str
    sentence: str
    check: Callable[[Package], Iterable[str]]
