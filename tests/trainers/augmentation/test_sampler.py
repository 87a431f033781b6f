"""Draws have the distributions that the settings name; limits are five standard errors wide."""

import numpy as np
import pytest

from trainers.augmentation.config import AugmentationConfig
from trainers.augmentation.draw import BatchDraw, ColorRange
from trainers.augmentation.sampler import AugmentationSampler
from trainers.errors import TrainingDataError

_UNIT = ColorRange(black_C=np.zeros(3, np.float32), width_C=np.ones(3, np.float32))
_EVERYTHING = AugmentationConfig(
    policy="trivial", mixup_probability=0.4, cutmix_probability=0.4, random_erasing_probability=0.5
)


def _draw(config: AugmentationConfig, *, epoch: int = 1, step: int = 1, num_images: int = 4000) -> BatchDraw:
    sampler = AugmentationSampler(config, image_shape=(32, 32, 3), color_range=_UNIT, seed=7)
    draw = sampler.draw(epoch=epoch, step=step, num_images=num_images)
    assert draw is not None
    return draw


def _flat(draw: BatchDraw) -> list[bytes]:
    assert draw.sources is not None
    assert draw.levels is not None
    assert draw.mixing is not None
    assert draw.erased_BHW is not None
    groups = [group for groups in draw.levels.rounds for group in groups]
    arrays = [draw.sources.rows_BH, draw.mixing.partners_B, draw.mixing.label_shares_B, draw.erased_BHW]
    return [array.tobytes() for array in (*arrays, *[group.amounts for group in groups])]


def test_a_step_draws_the_same_whenever_it_is_asked_and_other_steps_something_else() -> None:
    assert _flat(_draw(_EVERYTHING, step=3, num_images=16)) == _flat(_draw(_EVERYTHING, step=3, num_images=16))
    assert _flat(_draw(_EVERYTHING, step=4, num_images=16)) != _flat(_draw(_EVERYTHING, step=3, num_images=16))
    assert _flat(_draw(_EVERYTHING, epoch=2, step=3, num_images=16)) != _flat(_draw(_EVERYTHING, step=3, num_images=16))


def test_without_augmentation_nothing_is_drawn() -> None:
    sampler = AugmentationSampler(AugmentationConfig(), image_shape=(8, 8, 3), color_range=None, seed=0)
    assert sampler.draw(epoch=1, step=1, num_images=4) is None


def test_colours_cannot_be_changed_without_knowing_black_and_white() -> None:
    config = AugmentationConfig(policy="seed")
    with pytest.raises(TrainingDataError, match=r"'seed' changes colours.*give it a color_range"):
        AugmentationSampler(config, image_shape=(8, 8, 3), color_range=None, seed=0)


def test_erasing_leaves_what_the_policy_draws_as_it_was() -> None:
    plain = _draw(AugmentationConfig(policy="flip_crop"), num_images=16).sources
    erasing = _draw(AugmentationConfig(policy="flip_crop", random_erasing_probability=1), num_images=16).sources
    assert plain is not None
    assert erasing is not None
    np.testing.assert_array_equal(plain.columns_BW, erasing.columns_BW)


def test_images_are_flipped_and_moved_as_often_and_as_far_as_set() -> None:
    sources = _draw(AugmentationConfig(policy="flip_crop", flip_probability=0.3)).sources
    assert sources is not None
    middle_rows_B = sources.rows_BH[:, 16] - 16
    assert set(middle_rows_B.tolist()) == set(range(-4, 5))
    assert np.bincount(middle_rows_B + 4) == pytest.approx(4000 / 9, abs=5 * np.sqrt(4000 / 9))
    flipped = sources.columns_BW[:, 17] < sources.columns_BW[:, 16]
    assert flipped.mean() == pytest.approx(0.3, abs=5 * np.sqrt(0.3 * 0.7 / 4000))
    assert (sources.rows_BH.min(), sources.rows_BH.max()) == (0, 31)


def test_borders_are_mirrored() -> None:
    sources = _draw(AugmentationConfig(policy="flip_crop", flip_probability=0)).sources
    assert sources is not None
    up_by_two = sources.rows_BH[sources.rows_BH[:, 16] == 14][0]
    assert up_by_two[:5].tolist() == [2, 1, 0, 1, 2]


def test_brightness_is_uniform_within_its_limit() -> None:
    levels = _draw(AugmentationConfig(policy="seed", brightness_fraction=0.3)).levels
    assert levels is not None
    assert levels.brightness_shifts_B is not None
    assert np.abs(levels.brightness_shifts_B).max() <= 0.3
    assert levels.brightness_shifts_B.mean() == pytest.approx(0, abs=5 * 0.3 / np.sqrt(3 * 4000))
    assert levels.brightness_shifts_B.std() == pytest.approx(0.3 / np.sqrt(3), rel=0.05)


@pytest.mark.parametrize(("policy", "rounds"), [("trivial", 1), ("randaugment", 3)])
def test_every_image_gets_one_operation_a_round_and_each_operation_its_share(policy: str, rounds: int) -> None:
    levels = _draw(AugmentationConfig.model_validate({"policy": policy, "operations": 3})).levels
    assert levels is not None
    assert len(levels.rounds) == rounds
    for groups in levels.rounds:
        assert sorted(np.concatenate([group.indices_G for group in groups])) == list(range(4000))
        assert len(groups) == 14
        assert [len(group.indices_G) for group in groups] == pytest.approx([4000 / 14] * 14, abs=5 * np.sqrt(4000 / 14))


def test_randaugment_of_magnitude_0_changes_nothing_that_a_magnitude_rules() -> None:
    levels = _draw(AugmentationConfig(policy="randaugment", magnitude=0)).levels
    assert levels is not None
    neutral = {"brightness": 1, "color": 1, "contrast": 1, "sharpness": 1, "posterize": 8, "solarize": 1}
    for group in (group for groups in levels.rounds for group in groups):
        if group.kind == "affine":
            assert np.abs(group.amounts - [1, 0, 0, 0, 1, 0]).max() == 0
        elif group.kind in neutral:
            assert set(group.amounts.tolist()) == {neutral[group.kind]}


def test_classes_count_by_what_is_seen_of_their_images() -> None:
    mixing = _draw(AugmentationConfig(mixup_probability=0.3, cutmix_probability=0.3)).mixing
    assert mixing is not None
    pasted_B = mixing.pasted_BHW.mean(axis=(1, 2))
    np.testing.assert_allclose(mixing.label_shares_B, mixing.blend_shares_B * (1 - pasted_B), rtol=1e-6)
    assert mixing.blend_shares_B.min() >= 0.5
    assert ((mixing.blend_shares_B < 1) & (pasted_B > 0)).sum() == 0
    # Some rectangles are smaller than a pixel.
    assert 0.25 < (pasted_B > 0).mean() < 0.33
    assert 0.2 < (mixing.blend_shares_B < 1).mean() < 0.33


def test_erased_rectangles_have_the_papers_areas() -> None:
    erased_BHW = _draw(AugmentationConfig(random_erasing_probability=0.5)).erased_BHW
    assert erased_BHW is not None
    areas_B = erased_BHW.mean(axis=(1, 2))
    assert (areas_B > 0).mean() == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(4000))
    assert areas_B[areas_B > 0].min() == pytest.approx(0.02, abs=0.01)
    assert areas_B.max() == pytest.approx(0.33, abs=0.02)
