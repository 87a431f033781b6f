"""Each switch of the optimisation does what it says, and the same in both frameworks."""

from pathlib import Path

import numpy as np
import pytest
from linear_learners import CLASS_WEIGHTS_K, KERNEL, LinearLearners

from trainers.augmentation.draw import BatchDraw, Mixing
from trainers.config import TrainConfig
from trainers.learner import Learner

pytestmark = [
    # Keras 3.15 turns its variables into arrays in a way that NumPy 2 warns about.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras"),
    # TensorFlow and PyTorch in one process, on a machine without a GPU: PyTorch warns that it finds no driver.
    pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning"),
]

_PIXELS = np.random.default_rng(5).standard_normal((13, 1, 1, 3)).astype(np.float32)
_LABELS = np.arange(13, dtype=np.int64) % 3
_MIXED = BatchDraw(
    mixing=Mixing(
        partners_B=np.roll(np.arange(13), 5),
        blend_shares_B=np.linspace(0.5, 1, 13, dtype=np.float32),
        pasted_BHW=np.zeros((13, 1, 1), np.bool_),
        label_shares_B=np.linspace(0.5, 1, 13, dtype=np.float32),
    )
)
_ALL = {"label_smoothing": 0.1, "clip_global_norm": 0.4, "clip_value": 0.13, "micro_batches": 4, "ema_decay": 0.8}


def _learners(*, optimizer: str = "sgd", weight_decay: float = 0.0, **optimization: object) -> LinearLearners:
    settings = {"optimizer": optimizer, "weight_decay": weight_decay, "optimization": optimization}
    return LinearLearners(TrainConfig.model_validate(settings))


def _trained(
    *, steps: int = 1, learning_rate: float = 1.0, draw: BatchDraw | None = None, **settings: object
) -> LinearLearners:
    learners = _learners(**settings)  # type: ignore[arg-type]
    learners.train(_PIXELS, _LABELS, steps=steps, learning_rate=learning_rate, draw=draw)
    return learners


@pytest.mark.parametrize(
    ("optimizer", "optimization"),
    [
        *(("adam", {name: value}) for name, value in _ALL.items()),
        *((optimizer, _ALL) for optimizer in ("adam", "adamw", "sgd")),
        *(
            pytest.param(optimizer, {name: value}, marks=pytest.mark.nightly)
            for optimizer in ("adamw", "sgd")
            for name, value in _ALL.items()
        ),
    ],
    ids=str,
)
def test_both_frameworks_do_the_same(optimizer: str, optimization: dict[str, float]) -> None:
    learners = _trained(steps=20, learning_rate=0.05, optimizer=optimizer, weight_decay=0.1, **optimization)
    np.testing.assert_allclose(*learners.kernels, atol=1e-4)
    np.testing.assert_allclose(learners.keras.logits_of(_PIXELS), learners.torch.logits_of(_PIXELS), atol=3e-4)
    losses = [learner.train_totals().loss_sum for learner in (learners.keras, learners.torch)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_both_frameworks_do_the_same_with_mixed_images() -> None:
    plain, mixed = _trained(steps=20, learning_rate=0.05), _trained(steps=20, learning_rate=0.05, draw=_MIXED, **_ALL)
    np.testing.assert_allclose(*mixed.kernels, atol=1e-4)
    assert np.abs(plain.kernels[0] - mixed.kernels[0]).max() > 0.1


def test_label_smoothing_spreads_the_label() -> None:
    learners = _trained(learning_rate=0.0, label_smoothing=0.3)
    logits_BK = (_PIXELS[:, 0, 0] @ KERNEL).astype(np.float64)
    log_probabilities_BK = logits_BK - np.log(np.exp(logits_BK).sum(axis=1, keepdims=True))
    targets_BK = np.eye(3)[_LABELS] * 0.7 + 0.1
    expected = (-(targets_BK * log_probabilities_BK).sum(axis=1) * CLASS_WEIGHTS_K[_LABELS]).sum()
    for learner in (learners.keras, learners.torch):
        assert learner.train_totals().loss_sum == pytest.approx(expected, rel=1e-5)


def test_the_global_norm_is_the_length_of_a_step() -> None:
    # The first step of SGD is the gradient times the learning rate; the bias moves too.
    learners = _trained(clip_global_norm=0.25)
    moved = [
        np.concatenate([(weights - start).ravel() for weights, start in zip(model, (KERNEL, np.zeros(3)), strict=True)])
        for model in (
            learners.keras_model.get_weights(),
            [learners.kernels[0], learners.torch_model[1].bias.detach().numpy()],
        )
    ]
    for change in moved:
        assert np.linalg.norm(change) == pytest.approx(0.25, rel=1e-4)


def test_a_short_gradient_is_not_stretched() -> None:
    np.testing.assert_allclose(_trained(clip_global_norm=1e3).kernels[1], _trained().kernels[1], rtol=1e-6)


def test_no_value_of_a_gradient_is_above_its_limit() -> None:
    plain, clipped = _trained(), _trained(clip_value=0.05)
    for before, after in zip(plain.kernels, clipped.kernels, strict=True):
        np.testing.assert_allclose(after - KERNEL, np.clip(before - KERNEL, -0.05, 0.05), atol=1e-6)


@pytest.mark.parametrize(
    ("micro_batches", "draw"),
    [
        pytest.param(micro_batches, draw, marks=[] if is_in_every_run else [pytest.mark.nightly])
        for micro_batches in (2, 4, 13, 50)
        for draw, is_in_every_run in ((None, micro_batches in {4, 50}), (_MIXED, micro_batches in {4, 13}))
    ],
    ids=lambda value: value if isinstance(value, int) else "plain" if value is None else "mixed",
)
def test_micro_batches_equal_one_batch(micro_batches: int, draw: BatchDraw | None) -> None:
    whole, parts = _trained(steps=5, draw=draw), _trained(steps=5, draw=draw, micro_batches=micro_batches)
    for expected, found in zip(whole.kernels, parts.kernels, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)
    for one, other in ((whole.torch, parts.torch), (whole.keras, parts.keras)):
        assert other.train_totals().loss_sum == pytest.approx(one.train_totals().loss_sum, rel=1e-5)
        assert other.train_totals().num_correct == one.train_totals().num_correct


def test_the_average_begins_with_the_first_step_and_follows() -> None:
    learners = _learners(ema_decay=0.75)
    averages = [None, None]
    for step in range(4):
        learners.train(_PIXELS, _LABELS, steps=1, learning_rate=0.5)
        for index, kernel in enumerate(learners.kernels):
            averages[index] = kernel if step == 0 else 0.75 * averages[index] + 0.25 * kernel
    biases = [learners.torch_model[1].bias.detach().numpy(), learners.keras_model.get_weights()[1]]
    assert np.abs(averages[0] - learners.kernels[0]).max() > 0.05
    for average, bias, learner in zip(averages, biases, (learners.torch, learners.keras), strict=True):
        # A difference of two images' logits does not depend on the bias, whose average is not known here.
        assert bias.shape == (3,)
        logits_BK = learner.logits_of(_PIXELS)
        expected_BK = _PIXELS[:, 0, 0] @ average
        np.testing.assert_allclose(logits_BK - logits_BK[:1], expected_BK - expected_BK[:1], atol=1e-5)


def test_the_average_is_what_is_saved_and_training_goes_on_with_the_raw_weights(tmp_path: Path) -> None:
    learners = _trained(steps=3, ema_decay=0.75)
    raw = learners.kernels
    for index, learner in enumerate((learners.torch, learners.keras)):
        averaged = learner.logits_of(_PIXELS)
        path = tmp_path / learner.weights_file_name
        learner.save_weights(path)
        np.testing.assert_array_equal(learners.kernels[index], raw[index])
        learner.load_weights(path)
        np.testing.assert_array_equal(learner.logits_of(_PIXELS), averaged)
        np.testing.assert_allclose(_logits_of_raw(learners, index), averaged, atol=1e-6)


def _logits_of_raw(learners: LinearLearners, index: int) -> np.ndarray:
    bias = (learners.torch_model[1].bias.detach().numpy(), learners.keras_model.get_weights()[1])[index]
    return _PIXELS[:, 0, 0] @ learners.kernels[index] + bias


@pytest.mark.parametrize("optimization", [{}, _ALL], ids=str)
def test_a_state_brings_every_switch_back(optimization: dict[str, float], tmp_path: Path) -> None:
    learners = _trained(steps=3, **optimization)
    resumed = _learners(**optimization)
    pairs: list[tuple[Learner, Learner]] = [(learners.torch, resumed.torch), (learners.keras, resumed.keras)]
    for learner, other in pairs:
        learner.save_state(tmp_path / learner.framework)
        other.load_state(tmp_path / learner.framework)
    learners.train(_PIXELS, _LABELS, steps=3, learning_rate=0.5)
    resumed.train(_PIXELS, _LABELS, steps=3, learning_rate=0.5)
    for learner, other in pairs:
        np.testing.assert_array_equal(learner.logits_of(_PIXELS), other.logits_of(_PIXELS))
        assert learner.train_totals() == other.train_totals()


def test_bfloat16_computes_coarsely_keeps_weights_and_answers_in_full() -> None:
    full, coarse = _trained(steps=10, learning_rate=0.05), _trained(steps=10, learning_rate=0.05, precision="bfloat16")
    for expected, found in zip(full.kernels, coarse.kernels, strict=True):
        assert found.dtype == np.float32
        assert 1e-6 < np.abs(found - expected).max() < 2e-2
    np.testing.assert_allclose(*coarse.kernels, atol=2e-2)
    for index, learner in enumerate((coarse.torch, coarse.keras)):
        np.testing.assert_allclose(learner.logits_of(_PIXELS), _logits_of_raw(coarse, index), atol=1e-5)


@pytest.mark.slow
def test_compiled_steps_equal_plain_ones() -> None:
    plain = _trained(steps=5, learning_rate=0.1, **_ALL)
    compiled = _trained(steps=5, learning_rate=0.1, compile=True, **_ALL)
    for expected, found in zip(plain.kernels, compiled.kernels, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)
