"""What is raised for a model that cannot be mapped exactly.

ValueError
└── UnsupportedModelError
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One op, or one option of an op, that has no exact mapping, with the first place where it is used."""

    op: str
    """ATen name with its overload, for example `aten.grid_sampler.default`."""

    count: int
    """How many calls of this op have this problem."""

    module_path: str
    """Attribute path of the first such call's module, `<root>` for the model's own forward()."""

    module_type: str
    """Class of that module, for example `torch.nn.modules.activation.PReLU`."""

    source_line: str
    """File, line and function of the first such call, or `unknown line`."""

    advice: str
    """What is refused and what to do instead."""

    def __str__(self) -> str:
        """Return the problem on one line: op, count, place, advice."""
        place = f"{self.module_path} ({self.module_type}), {self.source_line}"
        return f"{self.op} x{self.count}, first in {place}: {self.advice}"


class UnsupportedModelError(ValueError):
    """The model has a part that cannot be mapped to TensorFlow exactly; the message lists all such parts.

    Attributes:
        problems: One entry for each refused op or option; empty when the model as a whole is refused.
    """

    def __init__(self, summary: str, problems: Sequence[Problem] = ()) -> None:
        """Compose the message from a one-sentence summary and the problems, one line each."""
        self.problems = tuple(problems)
        super().__init__("\n".join([summary, *(f"  {problem}" for problem in self.problems)]))
