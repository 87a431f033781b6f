"""KFP's launcher: bring the inputs, run the container, take its word and its files."""

import json
from pathlib import Path
from typing import Any

from pipeline.kubeflow.emulator.artifact_store import ArtifactStore
from pipeline.kubeflow.emulator.bucket import Bucket
from pipeline.kubeflow.emulator.errors import TaskError
from pipeline.kubeflow.emulator.placeholders import fill_by_driver, fill_by_launcher
from pipeline.kubeflow.emulator.pod import Pod


def fetch_inputs(executor_input: dict[str, Any], bucket: Bucket, pod: Pod) -> None:
    """Download every file below each input's address, and make the folders above the outputs but not these."""
    for group in executor_input["inputs"]["artifacts"].values():
        for artifact in group["artifacts"]:
            bucket.download(artifact["uri"], Path(pod.paths.to_folder(artifact["uri"])))
    for group in executor_input["outputs"]["artifacts"].values():
        for artifact in group["artifacts"]:
            Path(pod.paths.to_folder(artifact["uri"])).parent.mkdir(parents=True, exist_ok=True)


def command_line(container: dict[str, Any], executor_input: dict[str, Any], pod: Pod) -> list[str]:
    """Return the words of the process.

    Raises:
        TaskError: The container has no command; the launcher cannot use an image's ENTRYPOINT.
    """
    command = container.get("command", [])
    if not command:
        raise TaskError("the container has no command, and the launcher cannot use the image's ENTRYPOINT")
    parameters = executor_input["inputs"]["parameterValues"]
    words = [fill_by_driver(word, parameters) for word in (*command, *container.get("args", ()))]
    return fill_by_launcher(words, executor_input, pod.paths)


def take_outputs(
    task: str, executor_input: dict[str, Any], *, bucket: Bucket, pod: Pod, store: ArtifactStore
) -> tuple[str, ...]:
    """Upload and record what a task left; returns the outputs without any file, of which KFP only warns.

    Raises:
        TaskError: The result file breaks a rule, or an output is where it cannot be uploaded.
    """
    result = _read_result(Path(executor_input["outputs"]["outputFile"]))
    empty = []
    for name, group in executor_input["outputs"]["artifacts"].items():
        planned = group["artifacts"][0]
        said = result.get("artifacts", {}).get(name, {}).get("artifacts", [{}])[0]
        uri = said.get("uri") or planned["uri"]
        if not bucket.upload(Path(pod.paths.to_folder(uri)), uri):
            empty.append(name)
        store.record(task, name, uri=uri, metadata={**planned["metadata"], **said.get("metadata", {})})
    return tuple(empty)


def _read_result(file: Path) -> dict[str, Any]:
    """Return the ExecutorOutput in JSON; unknown fields fail a task, no file at all is allowed."""
    from google.protobuf import json_format
    from kfp.pipeline_spec import pipeline_spec_pb2

    if not file.exists():
        return {}
    try:
        json_format.Parse(file.read_text(), pipeline_spec_pb2.ExecutorOutput())
    except json_format.ParseError as error:
        raise TaskError(f"the launcher cannot read {file.name}: {error}") from error
    result: dict[str, Any] = json.loads(file.read_text())
    return result
