"""From the configuration to the package that Kubeflow Pipelines runs: TFX's specification, finished."""

from pathlib import Path
from typing import Any

import yaml

from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.kubeflow.atomic_file import write_atomically
from pipeline.kubeflow.merge import Merge, merges_to_json
from pipeline.kubeflow.parameterize import parameterize
from pipeline.kubeflow.pods import container_resources, platform_document, task_settings
from pipeline.kubeflow.preconditions import for_cluster
from pipeline.kubeflow.quiet import quiet_standard_error
from pipeline.kubeflow.tfx_spec import compile_with_tfx
from pipeline.kubeflow.verdict_task import add_verdict
from pipeline.steps import EXAMPLES

Documents = tuple[dict[str, Any], dict[str, Any]]


def compile_package(config: PipelineConfig, data: Dataset, path: Path) -> None:
    """Write the package: the pipeline and, as a second document, what only Kubernetes knows of it.

    The file appears whole or not at all.

    Args:
        config: Configuration of the run; all paths in it are paths of the pods.
        data: What is known of the data, see `pipeline.kubeflow.preconditions.describe_data`.
        path: File to write, `.yaml`.

    Raises:
        UsageError: The configuration cannot work in pods, or the file cannot be written.
    """
    write_atomically(path, yaml.safe_dump_all(compile_documents(config, data), sort_keys=True))


def compile_documents(config: PipelineConfig, data: Dataset) -> Documents:
    """Return the two documents of the package."""
    config = for_cluster(config)
    cluster = config.kubeflow
    with quiet_standard_error():
        spec = compile_with_tfx(config, data)
    if cluster.pipeline_root is not None:
        spec["defaultPipelineRoot"] = cluster.pipeline_root
    merges = parameterize(spec, config, data)
    _leave_fingerprint_to_the_pod(spec)
    if cluster.fail_when_not_blessed:
        add_verdict(spec, cluster.image)
    executors: dict[str, str] = {}
    for step, task in spec["root"]["dag"]["tasks"].items():
        executors[step] = spec["components"][step]["executorLabel"]
        container = spec["deploymentSpec"]["executors"][executors[step]]["container"]
        container["image"] = cluster.image_of(step)
        container["resources"] = container_resources(cluster.resources_of(step))
        if step in merges:
            container["args"] = [*_own_arguments(step, merges[step], data, config.data.ready_file), *container["args"]]
        task.update(task_settings(cluster, step))
    return spec, platform_document(config, executors)


def _own_arguments(step: str, merges: list[Merge], data: Dataset, ready_file: str) -> list[str]:
    arguments = ["--step", step]
    if merges:
        arguments += ["--merges", merges_to_json(merges)]
    if step == EXAMPLES:
        arguments += ["--num_classes", str(len(data.labels))]
        arguments += ["--ready_file", ready_file] if ready_file else []
    return arguments


def _leave_fingerprint_to_the_pod(spec: dict[str, Any]) -> None:
    """Blank the fingerprint: modification times here are not those on the volume, and a run may name other data."""
    parameters = spec["root"]["dag"]["tasks"][EXAMPLES]["inputs"]["parameters"]
    parameters["data_fingerprint"] = {"runtimeValue": {"constant": ""}}
