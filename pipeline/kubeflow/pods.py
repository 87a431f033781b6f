"""What each step's pod is like: image, resources, retries, caching, volumes, secrets, nodes."""

from typing import Any

from pipeline import steps
from pipeline.config import PipelineConfig
from pipeline.kubeflow.config import KubeflowConfig, Resources, Volume
from pipeline.kubeflow.step_kinds import VERDICT, kind_of

_NEVER_CACHED = (steps.EXAMPLES, steps.BASELINE, steps.PUSHER, VERDICT)
"""They look at data or push to folders that can change without any of their parameters changing."""
_NEVER_RETRIED = (steps.ANOMALY_GATE, VERDICT)


def task_settings(config: KubeflowConfig, step: str) -> dict[str, Any]:
    """Return the fields of a step's task that say how it is cached and retried."""
    settings: dict[str, Any] = {"cachingOptions": {}}
    if config.caching and kind_of(step) not in _NEVER_CACHED:
        settings["cachingOptions"] = {"enableCache": True}
    retries = config.retries
    if retries.max_count and kind_of(step) not in _NEVER_RETRIED:
        settings["retryPolicy"] = {
            "maxRetryCount": retries.max_count,
            "backoffDuration": f"{retries.wait_seconds}s",
            "backoffFactor": retries.wait_factor,
            "backoffMaxDuration": f"{retries.max_wait_seconds}s",
        }
    return settings


def container_resources(resources: Resources) -> dict[str, Any]:
    """Return the `resources` of a container."""
    spec: dict[str, Any] = {
        "resourceCpuLimit": resources.cpu,
        "resourceCpuRequest": resources.cpu,
        "resourceMemoryLimit": resources.memory,
        "resourceMemoryRequest": resources.memory,
    }
    if resources.accelerator is not None:
        spec["accelerator"] = {
            "resourceType": resources.accelerator,
            "resourceCount": str(resources.accelerator_count),
        }
    return spec


def platform_document(config: PipelineConfig, executors: dict[str, str]) -> dict[str, Any]:
    """Return the PlatformSpec: what KFP keeps apart since only Kubernetes knows it.

    Args:
        config: Configuration of the run, with paths of the pods.
        executors: Step id to label of its executor.
    """
    settings = {label: _pod(config, step) for step, label in executors.items()}
    used = {label: pod for label, pod in settings.items() if pod}
    return {"platforms": {"kubernetes": {"deploymentSpec": {"executors": used}}}}


def volumes_of(config: PipelineConfig, step: str) -> list[Volume]:
    """Return the volumes that a step sees: no more than it needs, since a volume can keep a pod off a node."""
    cluster = config.kubeflow
    volumes = [volume for volume in (cluster.data_volume, cluster.push_volume) if volume is not None]
    match step:
        case steps.EXAMPLES:  # a run may name other data than the configuration does
            return [volume for volume in volumes if volume is cluster.data_volume or volume.holds(config.data.path)]
        case steps.SCHEMA:
            return [volume for volume in volumes if volume.holds(str(config.data.schema_file))]
        case steps.BASELINE | steps.PUSHER:
            return [volume for volume in volumes if volume is cluster.push_volume]
        case _:
            return []


def _pod(config: PipelineConfig, step: str) -> dict[str, Any]:
    cluster = config.kubeflow
    pod: dict[str, Any] = {}
    mounts = volumes_of(config, step)
    if mounts:
        pod["pvcMount"] = [
            {"mountPath": volume.mount_path, "pvcNameParameter": _constant(volume.claim)} for volume in mounts
        ]
    if cluster.secrets and step != VERDICT:
        pod["secretAsEnv"] = [
            {
                "secretNameParameter": _constant(secret.secret),
                "keyToEnv": [{"secretKey": secret.key, "envVar": secret.variable}],
            }
            for secret in cluster.secrets
        ]
    selector = cluster.node_selector_of(step)
    if selector:
        pod["nodeSelector"] = {"labels": dict(selector)}
    return pod


def _constant(value: str) -> dict[str, Any]:
    return {"runtimeValue": {"constant": value}}
