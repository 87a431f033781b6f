from typing import Any

import pytest

from pipeline.kubeflow.config import KubeflowConfig, Resources
from pipeline.kubeflow.pods import container_resources, platform_document, task_settings, volumes_of
from pipeline.settings import load_config

DATA_VOLUME = {"claim": "photos", "mount_path": "/data"}


def test_retries_wait_longer_each_time() -> None:
    config = KubeflowConfig.model_validate({"retries": {"max_count": 3, "wait_seconds": 10, "max_wait_seconds": 60}})

    assert task_settings(config, "Transform")["retryPolicy"] == {
        "maxRetryCount": 3,
        "backoffDuration": "10s",
        "backoffFactor": 2.0,
        "backoffMaxDuration": "60s",
    }
    assert "retryPolicy" not in task_settings(config, "AnomalyGate")


def test_caching_can_be_off_for_all() -> None:
    assert task_settings(KubeflowConfig(), "Transform")["cachingOptions"] == {"enableCache": True}
    assert task_settings(KubeflowConfig(), "Baseline")["cachingOptions"] == {}
    assert task_settings(KubeflowConfig(caching=False), "Transform")["cachingOptions"] == {}


def test_requests_equal_limits() -> None:
    spec = container_resources(Resources(cpu="500m", memory="2Gi"))

    assert spec["resourceCpuLimit"] == spec["resourceCpuRequest"] == "500m"
    assert spec["resourceMemoryLimit"] == spec["resourceMemoryRequest"] == "2Gi"
    assert "accelerator" not in spec


@pytest.mark.parametrize(
    ("options", "step", "claims"),
    [
        ({}, "ImageExampleGen", []),
        ({}, "Pusher", ["tandem-models"]),
        ({}, "Trainer_keras", []),
        ({"data": {"path": "/models/images"}}, "ImageExampleGen", ["tandem-models"]),
        ({"kubeflow": {"data_volume": DATA_VOLUME}}, "ImageExampleGen", ["photos"]),
        ({"kubeflow": {"data_volume": DATA_VOLUME}}, "SchemaGen", []),
        (
            {"kubeflow": {"data_volume": DATA_VOLUME}, "data": {"schema_file": "/data/schema.pbtxt"}},
            "SchemaGen",
            ["photos"],
        ),
    ],
)
def test_a_step_sees_the_volumes_that_it_needs(options: dict[str, Any], step: str, claims: list[str]) -> None:
    assert [volume.claim for volume in volumes_of(load_config(options=options), step)] == claims


def test_steps_without_settings_of_their_own_are_left_out() -> None:
    document = platform_document(load_config(), {"Transform": "Transform_executor", "Pusher": "Pusher_executor"})

    assert list(document["platforms"]["kubernetes"]["deploymentSpec"]["executors"]) == ["Pusher_executor"]
