"""What KFP's launcher hands to a step, made fit for TFX, and what TFX leaves, made fit for the launcher."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pipeline.kubeflow.storage_paths import StoragePaths, map_texts

_OWN_TYPES = "tandem."
_OWN_TYPES_MODULE = "components.artifacts."
_ENVELOPES = ("struct", "list")


def prepare(executor_input: dict[str, Any], inputs_spec: dict[str, Any], paths: StoragePaths) -> None:
    """Fill in types, turn addresses into folders and unwrap metadata, in place.

    Args:
        executor_input: ExecutorInput in JSON, as the launcher hands it over.
        inputs_spec: ComponentInputsSpec in JSON, as TFX compiled it; inputs arrive without their types.
        paths: Where the launcher's folders are.
    """
    for name, artifact in _artifacts(executor_input.get("inputs", {})):
        kind = artifact.get("type") or {}
        if not (kind.get("instanceSchema") or kind.get("schemaTitle")):
            artifact["type"] = dict(inputs_spec["artifacts"][name]["artifactType"])
    for side in ("inputs", "outputs"):
        for _, artifact in _artifacts(executor_input.get(side, {})):
            artifact["uri"] = paths.to_folder(artifact["uri"])
            artifact["type"] = importable_type(artifact.get("type", {}))
            artifact["metadata"] = {
                key: map_texts(unwrap(value), paths.to_folder) for key, value in artifact.get("metadata", {}).items()
            }


def publish(output_file: Path, paths: StoragePaths) -> None:
    """Turn folders back into addresses in the file that a step leaves for the launcher."""
    result = json.loads(output_file.read_text())
    for _, artifact in _artifacts(result):
        artifact["uri"] = paths.to_address(artifact["uri"])
        artifact["metadata"] = map_texts(artifact.get("metadata", {}), paths.to_address)
    unfinished = output_file.with_name(f".{output_file.name}")
    unfinished.write_text(json.dumps(result))
    unfinished.replace(output_file)


def unwrap(value: Any) -> Any:
    """Take structured metadata out of the envelope that KFP's store puts around it."""
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _ENVELOPES:
        return next(iter(value.values()))
    return value


def importable_type(kind: dict[str, str]) -> dict[str, str]:
    """Return the type of an artifact with a title that TFX can import; only our own types need another one."""
    title = (yaml.safe_load(kind.get("instanceSchema", "")) or {}).get("title", "")
    if title.startswith(_OWN_TYPES):
        return {"schemaTitle": _OWN_TYPES_MODULE + title.removeprefix(_OWN_TYPES)}
    return kind


def _artifacts(side: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, group in side.get("artifacts", {}).items():
        for artifact in group.get("artifacts", []):
            yield name, artifact
