import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainers.config import LearningRateSchedule, TrainConfig
from trainers.learning_rate import learning_rate_at


def _config(schedule: LearningRateSchedule, *, warmup_fraction: float) -> TrainConfig:
    return TrainConfig(learning_rate=0.8, learning_rate_schedule=schedule, warmup_fraction=warmup_fraction)


def test_warms_up_in_a_line_then_stays_at_the_peak() -> None:
    config = _config("constant", warmup_fraction=0.4)
    rates = [learning_rate_at(step, total_steps=10, config=config) for step in range(10)]
    assert rates == pytest.approx([0.2, 0.4, 0.6] + [0.8] * 7)


def test_cosine_starts_at_the_peak_and_is_at_half_of_it_midway() -> None:
    config = _config("cosine", warmup_fraction=0.0)
    rates = [learning_rate_at(step, total_steps=4, config=config) for step in range(4)]
    assert rates == pytest.approx([0.8, 0.4 * (1 + 0.5**0.5), 0.4, 0.4 * (1 - 0.5**0.5)])


def test_cosine_begins_after_warm_up() -> None:
    config = _config("cosine", warmup_fraction=0.5)
    assert learning_rate_at(4, total_steps=8, config=config) == pytest.approx(0.8)
    assert learning_rate_at(6, total_steps=8, config=config) == pytest.approx(0.4)


def test_a_single_step_uses_the_peak() -> None:
    assert learning_rate_at(0, total_steps=1, config=_config("cosine", warmup_fraction=0.9)) == pytest.approx(0.8)


@pytest.mark.parametrize(("total_steps", "rise_fraction"), [(10, 0.3), (101, 0.1), (7, 0.5)])
def test_one_cycle_is_the_curve_of_pytorch(total_steps: int, rise_fraction: float) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.8)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.8, total_steps=total_steps, pct_start=rise_fraction, cycle_momentum=False
    )
    config = _config("one_cycle", warmup_fraction=rise_fraction)
    for step in range(total_steps):
        expected = scheduler.get_last_lr()[0]
        assert learning_rate_at(step, total_steps=total_steps, config=config) == pytest.approx(expected, rel=1e-9)
        optimizer.step()
        scheduler.step()


def test_one_cycle_without_a_rise_starts_at_the_peak() -> None:
    config = _config("one_cycle", warmup_fraction=0.0)
    assert learning_rate_at(0, total_steps=1, config=config) == pytest.approx(0.8)
    assert learning_rate_at(0, total_steps=5, config=config) == pytest.approx(0.8)


@pytest.mark.parametrize("step", [-1, 10])
def test_a_step_outside_the_run_is_refused(step: int) -> None:
    with pytest.raises(ValueError, match=f"from 0 to 9.*it is {step}"):
        learning_rate_at(step, total_steps=10, config=TrainConfig())


@given(
    st.integers(1, 500),
    st.floats(0, 0.99),
    st.sampled_from(["constant", "cosine", "one_cycle", "reduce_on_plateau"]),
    st.data(),
)
def test_the_rate_is_always_above_zero_and_at_most_the_peak(
    total_steps: int, warmup_fraction: float, schedule: LearningRateSchedule, data: st.DataObject
) -> None:
    step = data.draw(st.integers(0, total_steps - 1))
    rate = learning_rate_at(step, total_steps=total_steps, config=_config(schedule, warmup_fraction=warmup_fraction))
    assert 0 < rate <= 0.8 * (1 + 1e-9)
