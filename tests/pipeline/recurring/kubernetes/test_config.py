"""Settings of the pod that cannot work are refused."""

from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.settings import load_config


@pytest.mark.parametrize(
    ("pod", "problem"),
    [
        ({"image": "tandem-pipeline:latest"}, "moving tag 'latest'"),
        ({"data_volume": {"claim": "photos", "mount_path": "/app/runs"}}, "/app/runs is mounted twice"),
        ({"push_volume": {"claim": "models", "mount_path": "/app"}}, "/app cannot be mounted over"),
        ({"secret_folders": [{"secret": "a", "mount_path": "/etc/tandem/"}]}, "/etc/tandem cannot be mounted"),
        ({"secret_variables": [{"variable": "A", "secret": "a", "key": "k"}] * 2}, "A is set twice"),
        ({"resources": {"memory": "8"}}, "memory"),
        ({"starting_deadline_seconds": 5}, "starting_deadline_seconds"),
        ({"imge": "x:1"}, "Did you mean 'image'"),
    ],
)
def test_what_cannot_work_is_refused(pod: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        load_config(options={"recurring": {"pod": pod}})


def test_an_accelerator_leaves_cores_and_memory_as_they_are() -> None:
    resources = {"accelerator": "nvidia.com/gpu", "accelerator_count": 1}
    pod = load_config(options={"recurring": {"pod": {"resources": resources}}}).recurring.pod

    assert (pod.resources.cpu, pod.resources.memory) == ("2", "8Gi")
