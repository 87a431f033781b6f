"""Values of a run that belong inside a step's JSON parameters, which Kubeflow Pipelines itself cannot reach.

Such a value arrives as an input of its own. The step's entry point puts it into place before TFX sees anything.
"""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from pipeline.errors import UsageError
from pipeline.kubeflow.json_path import Part, put


class Merge(BaseModel):
    """One value and where it belongs."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    input: str
    """Name of the extra input."""
    parameter: str
    """Parameter of the component, a text in JSON."""
    path: tuple[Part, ...]
    """Where in it."""


_MERGES = TypeAdapter(tuple[Merge, ...])


def merges_to_json(merges: Iterable[Merge]) -> str:
    """Return merges as one argument of a container."""
    return json.dumps([merge.model_dump(mode="json") for merge in merges])


def merges_from_json(text: str) -> tuple[Merge, ...]:
    """Read what `merges_to_json` wrote."""
    return _MERGES.validate_json(text)


def apply_merges(parameters: dict[str, Any], merges: Iterable[Merge]) -> None:
    """Put extra inputs where they belong and remove them, in place.

    Args:
        parameters: Parameter values of a step, by name.
        merges: What belongs where.

    Raises:
        UsageError: A value does not fit its place.
    """
    for merge in merges:
        value = parameters.pop(merge.input)
        content = json.loads(parameters[merge.parameter])
        try:
            put(content, merge.path, value)
        except ValueError as error:
            raise UsageError([f"run parameter {merge.input.removeprefix('run_')}: {error}"]) from error
        parameters[merge.parameter] = json.dumps(content)
