"""The manifests: a CronJob that calls for each run, or a Deployment of the service that keeps time itself."""

import hashlib
from typing import Any

import yaml

from pipeline.recurring.kubernetes.paths import for_pod
from pipeline.recurring.kubernetes.pod import CONTAINER, SETTINGS_FILE, pod_spec, retrain_command
from pipeline.recurring.order import RecurringOrder, ScheduledOrder
from pipeline.recurring.settings_file import settings_text

_ENDED_BY_THE_PIPELINE = [1, 2, 3]
"""Exit codes failed, usage, not blessed: starting again would end the same."""
_SETTINGS_HASH = "tandem/settings-sha256"

Manifest = dict[str, Any]


def cron_job(order: ScheduledOrder) -> str:
    """Return a ConfigMap with the settings and the CronJob, as YAML.

    The schedule is the CronJob's; what `retrain` itself says of times and conditions stays as it is, and decides
    whether a pod that was started makes a run.

    Raises:
        UsageError: With every path in the configuration that the pod cannot have.
    """
    config = for_pod(order.config)
    settings = settings_text(config)
    pod = config.recurring.pod
    template = _template(order, settings, retrain_command("--once"), restart_policy="Never")
    job = {
        "activeDeadlineSeconds": pod.max_run_seconds,
        "backoffLimit": pod.restarts_after_kill,
        # A pod that still ends would hold the root.
        "podReplacementPolicy": "Failed",
        "podFailurePolicy": {
            "rules": [
                # A node that is drained is nobody's failure: the pod is started again, and the run goes on.
                {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
                {
                    "action": "FailJob",
                    "onExitCodes": {
                        "containerName": CONTAINER,
                        "operator": "In",
                        "values": _ENDED_BY_THE_PIPELINE,
                    },
                },
            ]
        },
        "template": template,
    }
    spec = {
        "schedule": str(order.schedule),
        "timeZone": order.zone.key,
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": pod.starting_deadline_seconds,
        "successfulJobsHistoryLimit": pod.kept_successful_jobs,
        "failedJobsHistoryLimit": pod.kept_failed_jobs,
        "jobTemplate": {"metadata": {"labels": _labels(order)}, "spec": job},
    }
    return _to_yaml(_settings_map(order, settings), _manifest("batch/v1", "CronJob", order, {"spec": spec}))


def deployment(order: RecurringOrder) -> str:
    """Return a ConfigMap with the settings and the Deployment of the service, as YAML.

    Raises:
        UsageError: With every path in the configuration that the pod cannot have.
    """
    config = for_pod(order.config)
    settings = settings_text(config)
    spec = {
        "replicas": 1,
        # The new pod starts when the old one has ended, as both would want the same root.
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": _labels(order)},
        "template": _template(order, settings, retrain_command(), restart_policy="Always"),
    }
    return _to_yaml(_settings_map(order, settings), _manifest("apps/v1", "Deployment", order, {"spec": spec}))


def _template(order: RecurringOrder, settings: str, command: list[str], *, restart_policy: str) -> Manifest:
    # A change of the settings changes the template, so that a Deployment starts a new pod for it.
    annotations = {_SETTINGS_HASH: hashlib.sha256(settings.encode()).hexdigest()}
    spec = pod_spec(
        order.config.recurring.pod, settings_map=_settings_name(order), command=command, restart_policy=restart_policy
    )
    return {"metadata": {"labels": _labels(order), "annotations": annotations}, "spec": spec}


def _settings_map(order: RecurringOrder, settings: str) -> Manifest:
    return _manifest("v1", "ConfigMap", order, {"data": {SETTINGS_FILE: settings}})


def _manifest(version: str, kind: str, order: RecurringOrder, content: Manifest) -> Manifest:
    namespace = order.config.recurring.pod.namespace
    name = _settings_name(order) if kind == "ConfigMap" else order.name
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), "labels": _labels(order)}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **content}


def _settings_name(order: RecurringOrder) -> str:
    return f"{order.name}-settings"


def _labels(order: RecurringOrder) -> dict[str, str]:
    return {"app.kubernetes.io/name": "tandem-retraining", "app.kubernetes.io/instance": order.name}


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and repeats what is used twice."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write no anchors, which other readers of YAML trip over."""
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def _to_yaml(*manifests: Manifest) -> str:
    return yaml.dump_all(manifests, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
