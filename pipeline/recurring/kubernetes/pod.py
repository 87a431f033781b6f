"""The pod that retrains: a plain user, a read-only image, volumes, secrets by reference."""

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.kubeflow.config import Resources
from pipeline.recurring.kubernetes.config import PodConfig

CONTAINER = "retraining"
SETTINGS_FILE = "settings.yaml"
_SETTINGS_FOLDER = "/etc/tandem"
_USER_ID = 10001
"""Of the image; volumes are made writable for its group."""
_SECRET_FILE_MODE = 0o440


def retrain_command(*options: str) -> list[str]:
    """Return what the container runs; nothing is interpreted by a shell."""
    return ["python", "-m", "pipeline.retrain", *options, "--config", f"{_SETTINGS_FOLDER}/{SETTINGS_FILE}"]


def pod_spec(pod: PodConfig, *, settings_map: str, command: Sequence[str], restart_policy: str) -> dict[str, Any]:
    """Return the `spec` of the pod.

    Args:
        pod: Image, volumes, resources.
        settings_map: Name of the ConfigMap with the settings.
        command: What to run.
        restart_policy: `Never` or `Always`.
    """
    mounts = list(_mounts(pod, settings_map))
    return {
        **({"serviceAccountName": pod.service_account} if pod.service_account else {}),
        # It has nothing to say to Kubernetes.
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "restartPolicy": restart_policy,
        "terminationGracePeriodSeconds": pod.stop_seconds,
        **({"imagePullSecrets": [{"name": name} for name in pod.image_pull_secrets]} if pod.image_pull_secrets else {}),
        **({"nodeSelector": dict(pod.node_selector)} if pod.node_selector else {}),
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _USER_ID,
            "runAsGroup": _USER_ID,
            "fsGroup": _USER_ID,
            # Roots hold many files; changing the owner of all of them at each start would take minutes.
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(pod, command, [mount for _, mount in mounts])],
        "volumes": [volume for volume, _ in mounts],
    }


def _container(pod: PodConfig, command: Sequence[str], mounts: list[dict[str, Any]]) -> dict[str, Any]:
    amounts = _amounts(pod.resources)
    variables = [
        {"name": each.variable, "valueFrom": {"secretKeyRef": {"name": each.secret, "key": each.key}}}
        for each in pod.secret_variables
    ]
    return {
        "name": CONTAINER,
        "image": pod.image,
        "command": list(command),
        # Libraries keep caches in the home folder, which is part of the read-only image.
        "env": [{"name": "HOME", "value": "/tmp"}, *variables],  # noqa: S108  the pod's own
        "resources": {"requests": amounts, "limits": amounts},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": mounts,
    }


def _amounts(resources: Resources) -> dict[str, str]:
    accelerator = {resources.accelerator: str(resources.accelerator_count)} if resources.accelerator else {}
    return {"cpu": resources.cpu, "memory": resources.memory, **accelerator}


def _mounts(pod: PodConfig, settings_map: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each volume with its mount."""
    claims = {"root": pod.root_volume, "push": pod.push_volume, "data": pod.data_volume}
    for name, volume in claims.items():
        if volume is not None:
            claim = {"persistentVolumeClaim": {"claimName": volume.claim}}
            yield _mount(name, claim, volume.mount_path, read_only=name == "data")
    for number, folder in enumerate(pod.secret_folders):
        source: dict[str, Any] = {"secret": {"secretName": folder.secret, "defaultMode": _SECRET_FILE_MODE}}
        yield _mount(f"secret-{number}", source, folder.mount_path, read_only=True)
    yield _mount("settings", {"configMap": {"name": settings_map}}, _SETTINGS_FOLDER, read_only=True)
    yield _mount("scratch", {"emptyDir": {"sizeLimit": pod.scratch_size}}, "/tmp", read_only=False)  # noqa: S108


def _mount(name: str, source: dict[str, Any], path: str, *, read_only: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    mount = {"name": name, "mountPath": path, **({"readOnly": True} if read_only else {})}
    return {"name": name, **source}, mount
