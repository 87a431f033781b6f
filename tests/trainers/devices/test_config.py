from typing import Any

import pytest
from pydantic import ValidationError

from trainers.config import TrainConfig
from trainers.devices.config import DevicesConfig


def _train(batch_size_examples: int = 64, **devices: Any) -> TrainConfig:
    return TrainConfig.model_validate({"batch_size_examples": batch_size_examples, "devices": devices})


def test_every_setting_says_its_default() -> None:
    for name, field in DevicesConfig.model_fields.items():
        assert "Default" in (field.description or ""), name


def test_all_counts_the_devices_and_a_number_is_a_number() -> None:
    assert DevicesConfig(replicas="all").num_replicas(4) == 4
    assert DevicesConfig(replicas="all").num_replicas(0) == 1
    assert DevicesConfig(replicas=2).num_replicas(4) == 2


@pytest.mark.parametrize("replicas", [0, -1, 2.0, "two", True])
def test_the_number_of_replicas_is_a_whole_number_or_all(replicas: object) -> None:
    with pytest.raises(ValidationError):
        _train(replicas=replicas)


def test_more_replicas_than_examples_of_a_batch_are_refused() -> None:
    assert _train(4, replicas=4).devices.replicas == 4
    with pytest.raises(
        ValidationError, match=r"devices\.replicas must be at most batch_size_examples.* it is 5 .* of 4"
    ):
        _train(4, replicas=5)


def test_a_tpu_has_all_its_cores_and_a_cpu_has_no_all() -> None:
    with pytest.raises(ValidationError, match=r"must be left out with devices\.kind 'tpu'"):
        _train(kind="tpu", replicas=8)
    with pytest.raises(ValidationError, match="'all' means every GPU"):
        _train(kind="cpu", replicas="all")
    assert _train(kind="tpu", replicas="all").devices.may_be_several
    assert _train(kind="tpu").devices.may_be_several
    assert not _train(kind="gpu").devices.may_be_several
