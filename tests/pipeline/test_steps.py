from pathlib import Path
from typing import Any

import pytest
import tiny_bundles

from pipeline.dataset import Dataset
from pipeline.settings import load_config
from pipeline.step_key import key_parts, step_keys
from pipeline.steps import describe_steps
from serving.bundle import bundle_checksum

DIGITS = Dataset(path="digits", labels=tuple("0123456789"), images=1797, fingerprint="digits")
DATA_STEPS = {"ImageExampleGen", "StatisticsGen", "SchemaGen", "ExampleValidator", "AnomalyGate", "Transform"}


def keys(options: dict[str, Any] | None = None, *, data: Dataset = DIGITS, baseline: str = "") -> dict[str, str]:
    return step_keys(describe_steps(load_config(options=options), data, baseline_checksum=baseline))


def changed(after: dict[str, str]) -> set[str]:
    before = keys()
    return {step for step in after if after[step] != before[step]}


def branch(framework: str) -> set[str]:
    return {f"{step}_{framework}" for step in ("Trainer", "Parity", "Evaluator")}


FINAL = {"Champion", "Pusher"}


def test_equal_settings_give_equal_keys() -> None:
    assert changed(keys()) == set()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"train": {"epochs": 3}}, branch("keras") | branch("pytorch") | FINAL),
        ({"train": {"augmentation": {"policy": "seed"}}}, branch("keras") | branch("pytorch") | FINAL),
        ({"train": {"devices": {"replicas": 2}}}, branch("keras") | branch("pytorch") | FINAL),
        ({"train": {"cache_limit_mib": 7, "disk_cache_limit_mib": 7, "checkpoint_interval_seconds": 7}}, set()),
        ({"models": {"pytorch": "resnet"}}, branch("pytorch") | FINAL),
        ({"image": {"size_pixels": 48}}, {"Transform"} | branch("keras") | branch("pytorch") | FINAL),
        ({"image": {"normalization": "unit"}}, {"Transform"} | branch("keras") | branch("pytorch") | FINAL),
        ({"train": {"recipe": {"head": {"dropout": 0.1}}}}, branch("keras") | branch("pytorch") | FINAL),
        ({"weights": {"pytorch": "DEFAULT"}}, branch("pytorch") | FINAL),
        ({"evaluation": {"min_accuracy": 0.5}}, {"Evaluator_keras", "Evaluator_pytorch"} | FINAL),
        ({"retrain": {"schedule": "0 3 * * *", "max_failures": 3}}, set()),
        ({"push_dir": Path("elsewhere")}, {"Baseline", "Evaluator_keras", "Evaluator_pytorch"} | FINAL),
        (
            {"parity": {"max_probability_difference": 1e-3}},
            (branch("keras") | branch("pytorch") | FINAL) - {"Trainer_keras", "Trainer_pytorch"},
        ),
        ({"data": {"test_fraction": 0.2}}, DATA_STEPS | {"Baseline"} | branch("keras") | branch("pytorch") | FINAL),
    ],
)
def test_a_setting_reaches_exactly_the_steps_that_depend_on_it(options: dict[str, Any], expected: set[str]) -> None:
    assert changed(keys(options)) == expected


@pytest.mark.parametrize("setting", [{"trials": 3}, {"epochs": 2}, {"space": {"learning_rate": [0.1, 0.2]}}])
def test_a_search_reaches_the_training_it_is_for_only_when_it_is_wanted(setting: dict[str, Any]) -> None:
    assert changed(keys({"tune": setting})) == set()
    wanted = keys({"tune": {"enabled": True}})
    searched = {**wanted, **keys({"tune": {"enabled": True, **setting}})}
    again = {step for step in wanted if wanted[step] != searched[step]}
    assert again == {"Tuner_keras", "Tuner_pytorch"} | branch("keras") | branch("pytorch") | FINAL


def test_another_baseline_is_compared_again_but_nothing_is_trained_again() -> None:
    assert changed(keys(baseline="other")) == {"Baseline", "Evaluator_keras", "Evaluator_pytorch"} | FINAL


def test_a_warm_start_depends_on_the_pushed_model_and_on_the_content_of_a_file(tmp_path: Path) -> None:
    for version in (1, 2):
        tiny_bundles.write_bundle(tmp_path / "models" / "digits" / f"{version}", sharpness=version)
    checksums = [bundle_checksum(tmp_path / "models" / "digits" / version) for version in ("1", "2")]
    pushed: dict[str, Any] = {"root": tmp_path, "weights": {"keras": "pushed"}}
    first, second = (keys(pushed, baseline=baseline) for baseline in checksums)
    assert first["Trainer_keras"] != second["Trainer_keras"]
    assert first["Trainer_pytorch"] == second["Trainer_pytorch"]

    file = tmp_path / "w.safetensors"
    by_content = []
    for content in (b"a", b"b"):
        file.write_bytes(content)
        by_content.append(keys({"weights": {"keras": str(file)}})["Trainer_keras"])
    assert len(set(by_content)) == 2


def test_every_process_of_a_training_needs_memory() -> None:
    def memory_mib(replicas: int) -> dict[str, int]:
        config = load_config(options={"train": {"devices": {"replicas": replicas}}})
        return {step.id: step.memory_mib for step in describe_steps(config, DIGITS, baseline_checksum="")}

    one, three = memory_mib(1), memory_mib(3)
    assert three["Trainer_pytorch"] - one["Trainer_pytorch"] == 2 * 1024
    assert three["Trainer_keras"] == one["Trainer_keras"]


def test_new_data_reaches_every_step() -> None:
    data = Dataset(path="digits", labels=DIGITS.labels, images=1797, fingerprint="new")

    assert changed(keys(data=data)) == set(keys())


def test_each_side_depends_on_its_own_code_only() -> None:
    parts = key_parts(describe_steps(load_config(), DIGITS, baseline_checksum=""))
    files = {"keras": set(parts["Trainer_keras"].code), "pytorch": set(parts["Trainer_pytorch"].code)}

    assert any("torch_trainer" in path for path in files["pytorch"])
    assert any("torch_to_tf" in path for path in files["pytorch"])
    assert not any("keras_trainer" in path or "keras_job" in path for path in files["pytorch"])
    assert any("keras_trainer" in path for path in files["keras"])
    assert not any("torch_trainer" in path or "torch_to_tf" in path for path in files["keras"])


def test_steps_come_after_those_they_depend_on() -> None:
    seen: set[str] = set()
    for step in describe_steps(load_config(), DIGITS, baseline_checksum=""):
        assert set(step.after) <= seen
        seen.add(step.id)
