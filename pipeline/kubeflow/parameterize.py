"""Turn constants of a compiled pipeline into parameters of its runs."""

import json
from typing import Any

from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.kubeflow.json_path import find_paths
from pipeline.kubeflow.merge import Merge
from pipeline.kubeflow.run_parameters import RUN_PARAMETERS, RunParameter, Target
from pipeline.kubeflow.step_kinds import kind_of

RUN_ID_PLACEHOLDER = "{{$.pipeline_job_uuid}}"
"""Becomes the run's id when the cluster starts a step."""
_LINEAGE_INPUT = "run_id"

Merges = dict[str, list[Merge]]


def parameterize(spec: dict[str, Any], config: PipelineConfig, data: Dataset) -> Merges:
    """Declare the run parameters with their defaults and lead each to the steps that need it, in place.

    Args:
        spec: PipelineSpec as TFX wrote it.
        config: Where the defaults come from.
        data: Where those about the data come from.

    Returns:
        Step id to the values that its entry point has to put into JSON parameters.
    """
    declared: dict[str, Any] = {}
    spec["root"]["inputDefinitions"] = {"parameters": declared}
    merges: Merges = {step: [] for step in spec["root"]["dag"]["tasks"]}
    for parameter in RUN_PARAMETERS:
        declared[parameter.name] = {
            "parameterType": parameter.type,
            "defaultValue": parameter.default(config, data),
            "isOptional": True,
            "description": parameter.description,
        }
        for target in parameter.targets:
            for step in (step for step in merges if kind_of(step) == target.kind):
                merges[step] += _lead(spec, step, parameter, target)
    for step in (step for step in merges if kind_of(step) == "Parity"):
        merges[step].append(_record_run_id(spec, step))
    return merges


def _lead(spec: dict[str, Any], step: str, parameter: RunParameter, target: Target) -> list[Merge]:
    """Connect one parameter with one step; returns what is left for the entry point to do."""
    inputs = spec["root"]["dag"]["tasks"][step]["inputs"]["parameters"]
    if not target.path:
        inputs[target.parameter] = {"componentInputParameter": parameter.name}
        return []
    extra = f"run_{parameter.name}"
    declared = spec["components"][step]["inputDefinitions"]["parameters"]
    is_lineage = target.parameter == "lineage"
    # A manifest's lineage holds texts; Kubeflow Pipelines turns any value into one where a text is declared.
    declared[extra] = {"parameterType": "STRING" if is_lineage else parameter.type}
    content = json.loads(inputs[target.parameter]["runtimeValue"]["constant"])
    paths = [target.path] if is_lineage else list(find_paths(content, target.path))
    if not paths:
        raise ValueError(f"{step}.{target.parameter} has no {'.'.join(map(str, target.path))} for {parameter.name}")
    inputs[extra] = {"componentInputParameter": parameter.name}
    return [Merge(input=extra, parameter=target.parameter, path=path) for path in paths[:1]]


def _record_run_id(spec: dict[str, Any], step: str) -> Merge:
    """Lead the run's id into the lineage, in place of the local runner's ids, which mean nothing on a cluster."""
    inputs = spec["root"]["dag"]["tasks"][step]["inputs"]["parameters"]
    local = json.loads(inputs["lineage"]["runtimeValue"]["constant"])
    kept = {name: value for name, value in local.items() if name in ("config", "code")}
    inputs["lineage"]["runtimeValue"]["constant"] = json.dumps(kept)
    spec["components"][step]["inputDefinitions"]["parameters"][_LINEAGE_INPUT] = {"parameterType": "STRING"}
    inputs[_LINEAGE_INPUT] = {"runtimeValue": {"constant": RUN_ID_PLACEHOLDER}}
    return Merge(input=_LINEAGE_INPUT, parameter="lineage", path=("kubeflow_run_id",))
