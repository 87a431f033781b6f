"""How KFP's driver and launcher fill in the words of a container's command line."""

import json
import re
from typing import Any

from pipeline.kubeflow.emulator.errors import TaskError
from pipeline.kubeflow.emulator.parameter_values import as_text
from pipeline.kubeflow.storage_paths import StoragePaths

_PARAMETER = re.compile(r"\{\{\$\.inputs\.parameters\['([^']+)'\]\}\}")
RUN_PLACEHOLDERS = (
    "{{$.pipeline_job_name}}",
    "{{$.pipeline_job_resource_name}}",
    "{{$.pipeline_job_uuid}}",
    "{{$.pipeline_task_name}}",
    "{{$.pipeline_job_create_time_utc}}",
    "{{$.pipeline_job_schedule_time_utc}}",
)
"""What the driver replaces when it is the whole constant of a task's input."""


def fill_by_driver(word: str, parameters: dict[str, Any]) -> str:
    """Return a word with the input parameters filled in; words that name outputs are left for the launcher.

    Raises:
        TaskError: The word names a parameter that the task does not have.
    """
    if "$.outputs" in word:
        return word

    def value(found: re.Match[str]) -> str:
        if found[1] not in parameters:
            raise TaskError(f"the command line names the parameter {found[1]!r}, which the task does not have")
        return as_text(parameters[found[1]])

    return _PARAMETER.sub(value, word)


def fill_by_launcher(words: list[str], executor_input: dict[str, Any], paths: StoragePaths) -> list[str]:
    """Return the command line with everything filled in.

    `{{$}}` is filled into every word, the named placeholders into every word but the first, also where they stand in
    what `{{$}}` brought in.

    Args:
        words: Command and arguments.
        executor_input: ExecutorInput in JSON with addresses.
        paths: Where the pod's folders are.
    """
    whole = json.dumps(executor_input)
    named = _named_values(executor_input, paths)
    filled = [word.replace("{{$}}", whole) for word in words]
    for placeholder, value in named.items():
        filled[1:] = [word.replace(placeholder, value) for word in filled[1:]]
    return filled


def _named_values(executor_input: dict[str, Any], paths: StoragePaths) -> dict[str, str]:
    inputs = executor_input.get("inputs", {})
    named = {
        f"{{{{$.inputs.parameters['{name}']}}}}": as_text(value)
        for name, value in inputs.get("parameterValues", {}).items()
    }
    for side in ("inputs", "outputs"):
        for name, group in executor_input.get(side, {}).get("artifacts", {}).items():
            uri = group["artifacts"][0]["uri"]
            named[f"{{{{$.{side}.artifacts['{name}'].uri}}}}"] = uri
            named[f"{{{{$.{side}.artifacts['{name}'].path}}}}"] = paths.to_folder(uri)
    return named
