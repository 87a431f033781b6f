"""Whether weights of a file fit a model, decided by names and shapes alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainers.errors import WeightsError

Shapes = Mapping[str, tuple[int, ...]]
"""Shape of each weight by its name."""
_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class WeightsMatch:
    """Which weights of a file go into a model."""

    names: tuple[str, ...]
    """Weights to take over."""
    is_head_replaced: bool
    """Whether the model keeps the new head that it was built with."""


def match_weights(
    of_file: Shapes, of_model: Shapes, *, head_prefixes: tuple[str, ...], keep_head: bool, source: str
) -> WeightsMatch:
    """Compare all weights of the body, and those of the head where it is to be kept.

    Args:
        of_file: Weights of the file.
        of_model: Weights of the model.
        head_prefixes: How the names of the head's weights begin; empty for a model whose head is not known.
        keep_head: False where the classes are known to be others, so that the head is new whatever its shape.
        source: The file or pushed model, for messages.

    Raises:
        WeightsError: The body is another one; the message names the first differences.
    """

    def is_head(name: str) -> bool:
        return bool(head_prefixes) and name.startswith(head_prefixes)

    differences = [
        difference
        for name in dict.fromkeys([*of_model, *of_file])
        if not is_head(name) and (difference := _difference(name, of_file, of_model))
    ]
    if differences:
        more = f"; and {len(differences) - _SHOWN} more" if len(differences) > _SHOWN else ""
        raise WeightsError(
            f"weights {source} are of another architecture: {'; '.join(differences[:_SHOWN])}{more}. "
            "Choose the model that they were trained with, or other weights."
        )
    head = {name: shape for name, shape in of_model.items() if is_head(name)}
    is_kept = keep_head and head == {name: shape for name, shape in of_file.items() if is_head(name)}
    names = tuple(name for name in of_model if is_kept or not is_head(name))
    return WeightsMatch(names=names, is_head_replaced=bool(head) and not is_kept)


def _difference(name: str, of_file: Shapes, of_model: Shapes) -> str:
    if name not in of_file:
        return f"{name} {list(of_model[name])} is not in the file"
    if name not in of_model:
        return f"{name} {list(of_file[name])} is not in the model"
    if of_file[name] != of_model[name]:
        return f"{name} is {list(of_file[name])} in the file and {list(of_model[name])} in the model"
    return ""


def class_order(of_file: Sequence[str], of_data: Sequence[str]) -> list[int] | None:
    """Return for each class of the data its place in the file; None where the classes are not the same.

    Classes are ordered by frequency, so the same ones may come in another order with other images.
    """
    if set(of_file) != set(of_data):
        return None
    return [of_file.index(name) for name in of_data]
