import pytest

from pipeline.runners import limits
from pipeline.runners.limits import LocalConfig, StepLimits


def test_a_step_without_limits_of_its_own_has_those_of_all() -> None:
    config = LocalConfig(retries=2, timeout_seconds=60, steps={"Transform": StepLimits(timeout_seconds=5)})

    assert config.timeout_seconds_of("Transform") == 5
    assert config.retries_of("Transform") == 2
    assert config.timeout_seconds_of("Pusher") == 60


@pytest.mark.parametrize(
    ("cores", "memory_mib", "jobs"), [(8, 64_000, 2), (1, 64_000, 1), (8, 3_000, 1), (8, 1_000, 1), (8, 5_200, 2)]
)
def test_by_default_cores_and_memory_decide_how_many_run(
    cores: int, memory_mib: int, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "usable_cores", lambda: cores)
    monkeypatch.setattr(limits, "machine_memory_mib", lambda: memory_mib)

    assert LocalConfig().jobs_for(width=2) == jobs


def test_a_number_of_jobs_overrules_the_machine() -> None:
    assert LocalConfig(jobs=3).jobs_for(width=4) == 3


def test_the_machine_has_cores_and_memory() -> None:
    assert limits.usable_cores() >= 1
    assert limits.machine_memory_mib() > 256
