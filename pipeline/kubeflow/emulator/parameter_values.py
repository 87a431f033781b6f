"""Parameter values as KFP treats them: which value fits which type, and how a value reads as text."""

import json
from typing import Any

from pipeline.kubeflow.emulator.errors import TaskError

_FITTING = {
    "NUMBER_INTEGER": (int, float),
    "NUMBER_DOUBLE": (int, float),
    "BOOLEAN": (bool,),
    "LIST": (list,),
    "STRUCT": (dict,),
}


def as_text(value: Any) -> str:
    """Return a value as it takes the place of its placeholder."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value)


def fit(name: str, value: Any, declared: str) -> Any:
    """Return a value as the type that is declared for it; a text accepts anything.

    Raises:
        TaskError: A number, flag, list or struct is declared and the value is something else.
    """
    if declared == "STRING":
        return as_text(value)
    is_flag_for_number = isinstance(value, bool) and declared != "BOOLEAN"
    if not isinstance(value, _FITTING[declared]) or is_flag_for_number:
        raise TaskError(f"parameter {name} is declared {declared} but its value is {value!r}")
    if declared == "NUMBER_INTEGER" and isinstance(value, float) and not value.is_integer():
        raise TaskError(f"parameter {name} is declared {declared} but its value is {value!r}")
    return value
