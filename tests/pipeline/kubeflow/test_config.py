from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.kubeflow.config import KubeflowConfig

DIGEST = "sha256:" + "0123456789abcdef" * 4


def test_the_defaults_compile_for_a_volume_of_models() -> None:
    config = KubeflowConfig()

    assert config.push_volume is not None
    assert config.push_volume.mount_path == "/models"
    assert config.fail_when_not_blessed


def test_a_steps_id_wins_over_its_kind_and_its_kind_over_the_default() -> None:
    config = KubeflowConfig.model_validate(
        {
            "step_resources": {"Trainer": {"cpu": "4"}, "Trainer_pytorch": {"cpu": "8"}},
            "images": {"Trainer_pytorch": "torch:1"},
        }
    )

    assert [config.resources_of(step).cpu for step in ("Trainer_pytorch", "Trainer_keras", "Transform")] == [
        "8",
        "4",
        "1",
    ]
    assert config.image_of("Trainer_pytorch") == "torch:1"
    assert config.image_of("Trainer_keras") == "tandem:0.1.0"


@pytest.mark.parametrize("image", ["tandem:1", "registry.local:5000/a/b:v1.2", f"tandem@{DIGEST}", f"a/b:1@{DIGEST}"])
def test_images_with_a_version_or_digest_are_accepted(image: str) -> None:
    assert KubeflowConfig(image=image).image == image


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"image": "tandem"}, "neither tag nor digest"),
        ({"image": "localhost:5000/tandem"}, "neither tag nor digest"),
        ({"image": "tandem:latest"}, "moving tag"),
        ({"image": "Tan dem:1"}, "no image reference"),
        ({"resources": {"memory": "4"}}, "resources.memory"),
        ({"resources": {"memory": "4GB"}}, "resources.memory"),
        ({"resources": {"cpu": "0"}}, "resources.cpu"),
        ({"resources": {"accelerator": "nvidia.com/gpu"}}, "give both or neither"),
        ({"resources": {"accelerator_count": 1}}, "give both or neither"),
        ({"step_resources": {"Trainr": {}}}, "'Trainr' is no step.*Did you mean 'Trainer'"),
        ({"images": {"Trainer_jax": "a:1"}}, "'Trainer_jax' is no step"),
        ({"node_selector": {"bad key": "x"}}, "node_selector"),
        ({"pipeline_root": "/data"}, "pipeline root '/data' cannot be used"),
        ({"push_volume": {"claim": "Models", "mount_path": "/m"}}, "push_volume.claim"),
        ({"push_volume": {"claim": "models", "mount_path": "m"}}, "push_volume.mount_path"),
        ({"push_volume": {"claim": "models", "mount_path": "/minio/x"}}, "which KFP owns"),
        ({"push_volume": {"claim": "models", "mount_path": "/a/../b"}}, "must not contain"),
        (
            {"push_volume": {"claim": "a", "mount_path": "/m"}, "data_volume": {"claim": "b", "mount_path": "/m"}},
            "a and b cannot both be mounted at /m",
        ),
        ({"secrets": [{"variable": "A", "secret": "s", "key": "k"}] * 2}, "A is set twice"),
        ({"secrets": [{"variable": "A", "secret": "s", "key": "k", "value": "x"}]}, "secrets.0.value"),
        ({"retries": {"max_count": -1}}, "retries.max_count"),
        ({"num_classes": 1}, "num_classes"),
        ({"experiment": ""}, "experiment"),
    ],
)
def test_wrong_values_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        KubeflowConfig.model_validate(settings)
