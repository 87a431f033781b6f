from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from pipeline import plan as planning
from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.errors import UsageError
from pipeline.lineage import Lineage
from pipeline.plan import make_plan
from pipeline.selection import Selection
from pipeline.settings import load_config
from pipeline.step_key import key_parts
from pipeline.steps import describe_steps

RecordStep = Callable[..., int]
DIGITS = Dataset(path="digits", labels=tuple("0123456789"), images=1797, fingerprint="digits")


@pytest.fixture
def config(tmp_path: Path) -> PipelineConfig:
    return load_config(options={"root": tmp_path / "runs"})


def finish(
    config: PipelineConfig, lineage: Lineage, record_step: RecordStep, *, baseline: str = "", skip: str = ""
) -> None:
    """Record every step of a run as executed, except one; its Pusher pushed the bundle `pushed`."""
    for step_id, parts in key_parts(describe_steps(config, DIGITS, baseline_checksum=baseline)).items():
        properties = {}
        if step_id == "Pusher":
            properties = {"bundle_checksum": "pushed", "pushed_version": "1", "baseline_checksum": baseline}
        if step_id != skip:
            lineage.mark_finished(record_step(f"{step_id}{baseline}", **properties), parts=parts, outcome="")


def push(config: PipelineConfig, monkeypatch: pytest.MonkeyPatch, checksum: str) -> None:
    (config.models_folder / "digits" / "1").mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(planning, "bundle_checksum", lambda folder: checksum)


def test_a_first_run_has_nothing_finished(config: PipelineConfig, lineage: Lineage) -> None:
    plan = make_plan(config, DIGITS, lineage)

    assert plan.finished == {}
    assert not plan.is_complete


def test_after_its_own_push_a_run_is_complete(
    config: PipelineConfig, lineage: Lineage, record_step: RecordStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(config, lineage, record_step)
    push(config, monkeypatch, "pushed")

    assert make_plan(config, DIGITS, lineage).is_complete


def test_a_model_pushed_by_someone_else_is_compared_with(
    config: PipelineConfig, lineage: Lineage, record_step: RecordStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(config, lineage, record_step)
    push(config, monkeypatch, "another")

    plan = make_plan(config, DIGITS, lineage)

    assert {step.id for step in plan.steps} - set(plan.finished) == {
        "Baseline",
        "Evaluator_keras",
        "Evaluator_pytorch",
        "Champion",
        "Pusher",
    }


def test_a_changed_run_is_compared_with_what_the_last_one_pushed(
    config: PipelineConfig, lineage: Lineage, record_step: RecordStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(config, lineage, record_step)
    push(config, monkeypatch, "pushed")
    changed = load_config(options={"root": config.root, "models": {"pytorch": "resnet"}})

    plan = make_plan(changed, DIGITS, lineage)

    assert {step.id for step in plan.steps} - set(plan.finished) == {
        "Baseline",
        "Trainer_pytorch",
        "Parity_pytorch",
        "Evaluator_keras",
        "Evaluator_pytorch",
        "Champion",
        "Pusher",
    }


def test_what_comes_after_an_unfinished_step_is_not_taken_either(
    config: PipelineConfig, lineage: Lineage, record_step: RecordStep
) -> None:
    finish(config, lineage, record_step, skip="Transform")

    finished = set(make_plan(config, DIGITS, lineage).finished)

    assert finished == {"ImageExampleGen", "StatisticsGen", "SchemaGen", "ExampleValidator", "AnomalyGate", "Baseline"}


def test_a_step_asked_for_is_executed_with_all_that_depends_on_it(
    config: PipelineConfig, lineage: Lineage, record_step: RecordStep
) -> None:
    finish(config, lineage, record_step)

    plan = make_plan(config, DIGITS, lineage, Selection(start="Champion"))

    assert [step.id for step in plan.to_execute] == ["Champion", "Pusher"]


def test_a_step_alone_leaves_everything_after_it_out(
    config: PipelineConfig, lineage: Lineage, record_step: RecordStep
) -> None:
    finish(config, lineage, record_step)

    plan = make_plan(config, DIGITS, lineage, Selection(only="Trainer_keras"))

    assert [step.id for step in plan.to_execute] == ["Trainer_keras"]
    assert "Parity_keras" in plan.left_out
    assert plan.status_of("Transform") == "cached"


def test_a_step_alone_needs_its_inputs(config: PipelineConfig, lineage: Lineage) -> None:
    with pytest.raises(UsageError, match="--only Trainer_keras needs ImageExampleGen, Transform"):
        make_plan(config, DIGITS, lineage, Selection(only="Trainer_keras"))


def test_until_a_step_what_it_does_not_need_is_left_out(config: PipelineConfig, lineage: Lineage) -> None:
    plan = make_plan(config, DIGITS, lineage, Selection(until="SchemaGen"))

    assert [step.id for step in plan.to_execute] == ["ImageExampleGen", "StatisticsGen", "SchemaGen"]


def test_a_resumed_run_does_not_repeat_what_it_executed_because_it_was_asked_for(
    config: PipelineConfig, lineage: Lineage, record_step: RecordStep
) -> None:
    finish(config, lineage, record_step, skip="Pusher")
    began = datetime.now(timezone.utc) - timedelta(hours=1)

    plan = make_plan(config, DIGITS, lineage, Selection(start="Champion", since=began))

    assert [step.id for step in plan.to_execute] == ["Pusher"]
