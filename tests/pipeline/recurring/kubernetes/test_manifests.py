"""The manifests, by Kubernetes' own schemas of 1.34, and by what those leave unchecked."""

from collections.abc import Callable
from typing import Any

import kubernetes_validate
import pytest
import yaml

from pipeline.errors import ExitCode
from pipeline.recurring.kubernetes.manifests import cron_job, deployment
from pipeline.recurring.order import ScheduledOrder

MakeOrder = Callable[..., ScheduledOrder]
EVERYTHING: dict[str, Any] = {
    "push_dir": "/models",
    "recurring": {
        "pod": {
            "image": f"registry.local/tandem-pipeline@sha256:{'a' * 64}",
            "image_pull_secrets": ["registry"],
            "namespace": "team-a",
            "service_account": "trainer",
            "push_volume": {"claim": "tandem-models", "mount_path": "/models"},
            "resources": {"accelerator": "nvidia.com/gpu", "accelerator_count": 1},
            "node_selector": {"pool": "gpu"},
            "secret_variables": [{"variable": "SMTP_PASSWORD", "secret": "mail", "key": "password"}],
            "secret_folders": [{"secret": "webhook", "mount_path": "/secrets/webhook"}],
        }
    },
}
BOTH = pytest.mark.parametrize("write", [cron_job, deployment])
SETTINGS = pytest.mark.parametrize("settings", [{}, EVERYTHING], ids=["defaults", "everything"])


def read(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    settings_map, workload = yaml.safe_load_all(text)
    return settings_map, workload


def pod_template(workload: dict[str, Any]) -> dict[str, Any]:
    spec = workload["spec"]
    found: dict[str, Any] = spec["jobTemplate"]["spec"]["template"] if "jobTemplate" in spec else spec["template"]
    return found


@BOTH
@SETTINGS
def test_kubernetes_takes_every_field(
    order: MakeOrder, write: Callable[[ScheduledOrder], str], settings: dict[str, Any]
) -> None:
    for manifest in read(write(order(settings))):
        assert kubernetes_validate.validate(manifest, "1.34", strict=True) == "1.34"


def test_a_misspelt_field_would_be_found(order: MakeOrder) -> None:
    _, job = read(cron_job(order()))
    job["spec"]["concurencyPolicy"] = "Forbid"

    with pytest.raises(kubernetes_validate.ValidationError, match="concurencyPolicy"):
        kubernetes_validate.validate(job, "1.34", strict=True)


def test_a_cron_job_keeps_the_time_of_its_zone_and_never_overlaps(order: MakeOrder) -> None:
    _, job = read(cron_job(order()))

    assert (job["spec"]["schedule"], job["spec"]["timeZone"]) == ("0 3 * * 0", "Europe/Berlin")
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert job["spec"]["startingDeadlineSeconds"] == 3600


def test_what_the_pipeline_decided_is_not_tried_again_but_a_killed_pod_is(order: MakeOrder) -> None:
    _, job = read(cron_job(order()))
    spec = job["spec"]["jobTemplate"]["spec"]

    drained, decided = spec["podFailurePolicy"]["rules"]
    assert drained == {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
    assert decided["action"] == "FailJob"
    assert decided["onExitCodes"]["operator"] == "In"
    assert decided["onExitCodes"]["values"] == [ExitCode.FAILED, ExitCode.USAGE, ExitCode.NOT_BLESSED]
    assert decided["onExitCodes"]["containerName"] == pod_template(job)["spec"]["containers"][0]["name"]
    # Kubernetes wants both where there is a policy.
    assert (pod_template(job)["spec"]["restartPolicy"], spec["podReplacementPolicy"]) == ("Never", "Failed")
    assert spec["backoffLimit"] == 1


def test_there_is_one_service_and_never_two(order: MakeOrder) -> None:
    _, service = read(deployment(order()))

    assert (service["spec"]["replicas"], service["spec"]["strategy"]) == (1, {"type": "Recreate"})
    assert pod_template(service)["metadata"]["labels"] == service["spec"]["selector"]["matchLabels"]


@BOTH
@SETTINGS
def test_the_pod_is_a_plain_user_on_a_read_only_image(
    order: MakeOrder, write: Callable[[ScheduledOrder], str], settings: dict[str, Any]
) -> None:
    """This is what the restricted Pod Security Standard asks for, and a little more."""
    pod = pod_template(read(write(order(settings)))[1])["spec"]
    (container,) = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == pod["securityContext"]["fsGroup"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert container["resources"]["requests"] == container["resources"]["limits"]


@BOTH
@SETTINGS
def test_every_mount_has_its_volume_and_its_own_place(
    order: MakeOrder, write: Callable[[ScheduledOrder], str], settings: dict[str, Any]
) -> None:
    settings_map, workload = read(write(order(settings)))
    pod = pod_template(workload)["spec"]
    mounts = pod["containers"][0]["volumeMounts"]

    assert [mount["name"] for mount in mounts] == [volume["name"] for volume in pod["volumes"]]
    assert len({mount["mountPath"] for mount in mounts}) == len(mounts)
    (named,) = (volume["configMap"]["name"] for volume in pod["volumes"] if "configMap" in volume)
    assert named == settings_map["metadata"]["name"]
    writable = {mount["mountPath"] for mount in mounts if not mount.get("readOnly")}
    assert writable == {"/app/runs", "/tmp"} | ({"/models"} if settings else set())  # noqa: S108


def test_secrets_are_named_and_never_written(order: MakeOrder) -> None:
    pod = pod_template(read(cron_job(order(EVERYTHING)))[1])["spec"]

    assert {"name": "SMTP_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "mail", "key": "password"}}} in (
        pod["containers"][0]["env"]
    )
    assert {"name": "secret-0", "secret": {"secretName": "webhook", "defaultMode": 0o440}} in pod["volumes"]


def test_the_command_reads_the_settings_that_are_mounted(order: MakeOrder) -> None:
    settings_map, job = read(cron_job(order()))
    (container,) = pod_template(job)["spec"]["containers"]
    (folder,) = (mount["mountPath"] for mount in container["volumeMounts"] if mount["name"] == "settings")
    (name,) = settings_map["data"]

    assert container["command"] == ["python", "-m", "pipeline.retrain", "--once", "--config", f"{folder}/{name}"]
    _, service = read(deployment(order()))
    assert "--once" not in pod_template(service)["spec"]["containers"][0]["command"]


def test_other_settings_make_another_pod(order: MakeOrder) -> None:
    def annotation(settings: dict[str, Any]) -> str:
        template = pod_template(read(deployment(order(settings)))[1])
        return str(template["metadata"]["annotations"]["tandem/settings-sha256"])

    assert annotation({}) == annotation({})
    assert annotation({}) != annotation({"train": {"epochs": 9}})
