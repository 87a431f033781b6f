"""Both frameworks make the same of a draw, and images change as the policy says, whatever the framework."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
import torch

from trainers.augmentation.config import AugmentationConfig
from trainers.augmentation.draw import BatchDraw, ColorRange, LevelChanges, OperationGroup, OperationKind
from trainers.augmentation.sampler import AugmentationSampler
from trainers.keras_trainer.augmentation import augment as keras_augment
from trainers.torch_trainer.augmentation import augment as torch_augment

Pixels = npt.NDArray[np.float32]
_COLORS = ColorRange(black_C=np.array([-2.1, -1.8, -1.5], np.float32), width_C=np.array([4.2, 4.5, 3.9], np.float32))


def _in_keras(pixels_BHWC: Pixels, draw: BatchDraw) -> Pixels:
    return np.asarray(keras_augment(pixels_BHWC, draw))


def _in_torch(pixels_BHWC: Pixels, draw: BatchDraw) -> Pixels:
    distorted = torch_augment(torch.from_numpy(pixels_BHWC).permute(0, 3, 1, 2), draw)
    return np.asarray(distorted.permute(0, 2, 3, 1).numpy())


_SIDES = pytest.mark.parametrize("augment", [_in_keras, _in_torch])


def _photos(num_images: int, *, height: int = 24, width: int = 24) -> Pixels:
    """Soft images of whole levels, as decoders give, standardised."""
    random = np.random.default_rng(0)
    coarse = random.uniform(0, 1, (num_images, height // 4, width // 4, 3))
    levels = np.rint(
        coarse.repeat(4, axis=1).repeat(4, axis=2) * 200 + random.uniform(0, 55, (num_images, height, width, 3))
    )
    return (levels / 255 * _COLORS.width_C + _COLORS.black_C).astype(np.float32)


def _draw(config: AugmentationConfig, pixels_BHWC: Pixels, *, step: int = 1) -> BatchDraw:
    sampler = AugmentationSampler(config, image_shape=pixels_BHWC.shape[1:], color_range=_COLORS, seed=3)
    draw = sampler.draw(epoch=1, step=step, num_images=len(pixels_BHWC))
    assert draw is not None
    return draw


def _one_operation(kind: OperationKind, amounts: list[float] | list[list[float]]) -> BatchDraw:
    group = OperationGroup(kind=kind, indices_G=np.arange(len(amounts)), amounts=np.array(amounts, np.float32))
    return BatchDraw(levels=LevelChanges(color_range=_COLORS, brightness_shifts_B=None, rounds=((group,),)))


_OPERATIONS: list[tuple[OperationKind, list[float] | list[list[float]]]] = [
    ("identity", [0.0] * 5),
    ("affine", [[0.9, 0.4, -1.3, -0.3, 1.1, 2.6]] * 5),
    ("brightness", [0.1, 0.5, 1, 1.5, 1.99]),
    ("color", [0.1, 0.5, 1, 1.5, 1.99]),
    ("contrast", [0.1, 0.5, 1, 1.5, 1.99]),
    ("sharpness", [0.1, 0.5, 1, 1.5, 1.99]),
    ("posterize", [2, 3, 4, 7, 8]),
    ("solarize", [0.0, 0.25, 0.51, 0.75, 1.0]),
    ("autocontrast", [0.0] * 5),
    ("equalize", [0.0] * 5),
]


@pytest.mark.parametrize(("kind", "amounts"), _OPERATIONS)
def test_both_frameworks_do_the_same_to_levels(kind: OperationKind, amounts: list[float] | list[list[float]]) -> None:
    pixels_BHWC = _photos(5, height=24, width=16)
    draw = _one_operation(kind, amounts)
    from_keras, from_torch = _in_keras(pixels_BHWC, draw), _in_torch(pixels_BHWC, draw)
    np.testing.assert_allclose(from_keras, from_torch, atol=2e-4)
    assert kind == "identity" or np.abs(from_keras - pixels_BHWC).max() > 0.05


@_SIDES
@pytest.mark.parametrize("kind", ["autocontrast", "equalize", "contrast", "sharpness"])
def test_an_image_of_one_colour_stays_finite(
    augment: Callable[[Pixels, BatchDraw], Pixels], kind: OperationKind
) -> None:
    flat = np.broadcast_to(_COLORS.black_C + 0.5 * _COLORS.width_C, (1, 8, 8, 3)).astype(np.float32)
    np.testing.assert_allclose(augment(flat, _one_operation(kind, [1.0])), flat, atol=0.02)


@_SIDES
@pytest.mark.parametrize(("kind", "amounts"), _OPERATIONS)
def test_pixels_beyond_black_and_white_end_there(
    augment: Callable[[Pixels, BatchDraw], Pixels], kind: OperationKind, amounts: list[float] | list[list[float]]
) -> None:
    pixels_BHWC = (_photos(5) - _COLORS.black_C) * 1.5 + _COLORS.black_C - 1
    draw = _one_operation(kind, amounts)
    within = np.clip(pixels_BHWC, _COLORS.black_C, _COLORS.black_C + _COLORS.width_C)
    np.testing.assert_allclose(augment(pixels_BHWC, draw), augment(within, draw), atol=1e-5)


@_SIDES
def test_equalising_is_pillows(augment: Callable[[Pixels, BatchDraw], Pixels]) -> None:
    from PIL import Image, ImageOps

    pixels_BHWC = _photos(1)
    levels = np.rint((pixels_BHWC[0] - _COLORS.black_C) / _COLORS.width_C * 255).astype(np.uint8)
    expected = np.asarray(ImageOps.equalize(Image.fromarray(levels)))
    found = augment(pixels_BHWC, _one_operation("equalize", [0.0]))[0]
    np.testing.assert_array_equal(np.rint((found - _COLORS.black_C) / _COLORS.width_C * 255), expected)


@pytest.mark.parametrize("policy", ["flip_crop", "seed", "trivial", "randaugment"])
def test_both_frameworks_distort_the_same_images_in_the_same_way(policy: str) -> None:
    settings = {"mixup_probability": 0.3, "cutmix_probability": 0.3, "random_erasing_probability": 0.3}
    config = AugmentationConfig.model_validate({"policy": policy, **settings})
    pixels_BHWC = _photos(64)
    for step in (1, 2, 3):
        draw = _draw(config, pixels_BHWC, step=step)
        from_keras, from_torch = _in_keras(pixels_BHWC, draw), _in_torch(pixels_BHWC, draw)
        # A level on the edge of a step of posterize, solarize or equalize may fall on either side of it.
        assert np.mean(np.abs(from_keras - from_torch) > 1e-3) < 1e-3
        assert np.mean(np.abs(from_keras - pixels_BHWC) > 1e-2) > 0.5


@_SIDES
def test_flip_and_crop_only_move_pixels(augment: Callable[[Pixels, BatchDraw], Pixels]) -> None:
    pixels_BHWC = _photos(8)
    moved = augment(pixels_BHWC, _draw(AugmentationConfig(policy="flip_crop"), pixels_BHWC))
    for image, original in zip(moved, pixels_BHWC, strict=True):
        assert {pixel.tobytes() for row in image for pixel in row} <= {
            pixel.tobytes() for row in original for pixel in row
        }


@_SIDES
def test_measured_on_images_flips_moves_and_brightness_are_as_set(
    augment: Callable[[Pixels, BatchDraw], Pixels],
) -> None:
    """A bright spot right of the middle tells where an image went, its surroundings how bright it became."""
    num_images, side = 1000, 32
    pixels_BHWC = np.full((num_images, side, side, 3), 0.5, np.float32)
    pixels_BHWC[:, 16, 22] = 1.0
    config = AugmentationConfig(policy="seed", brightness_fraction=0.2)
    unit = ColorRange(black_C=np.zeros(3, np.float32), width_C=np.ones(3, np.float32))
    sampler = AugmentationSampler(config, image_shape=(side, side, 3), color_range=unit, seed=11)
    draw = sampler.draw(epoch=1, step=1, num_images=num_images)
    assert draw is not None
    found = augment(pixels_BHWC, draw)

    spots_B = found[..., 0].reshape(num_images, -1).argmax(axis=1)
    rows_B, columns_B = spots_B // side, spots_B % side
    assert (columns_B < side / 2).mean() == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(num_images))
    assert (rows_B.min() - 16, rows_B.max() - 16) == (-4, 4)
    deviation = np.sqrt((9**2 - 1) / 12)  # of the whole numbers from -4 to 4
    assert rows_B.mean() - 16 == pytest.approx(0, abs=5 * deviation / np.sqrt(num_images))
    assert rows_B.std() == pytest.approx(deviation, rel=0.1)
    shifts_B = np.median(found[..., 0].reshape(num_images, -1), axis=1) - 0.5
    assert np.abs(shifts_B).max() <= 0.2 + 1e-6
    assert shifts_B.mean() == pytest.approx(0, abs=5 * 0.2 / np.sqrt(3 * num_images))
    assert shifts_B.std() == pytest.approx(0.2 / np.sqrt(3), rel=0.1)


@_SIDES
def test_mixed_and_erased_pixels_are_as_drawn(augment: Callable[[Pixels, BatchDraw], Pixels]) -> None:
    pixels_BHWC = _photos(64)
    config = AugmentationConfig(mixup_probability=0.4, cutmix_probability=0.4)
    mixing = _draw(config, pixels_BHWC).mixing
    assert mixing is not None
    shares = mixing.blend_shares_B[:, None, None, None]
    expected = shares * pixels_BHWC + (1 - shares) * pixels_BHWC[mixing.partners_B]
    expected = np.where(mixing.pasted_BHW[..., None], pixels_BHWC[mixing.partners_B], expected)
    np.testing.assert_allclose(augment(pixels_BHWC, BatchDraw(mixing=mixing)), expected, rtol=1e-5, atol=1e-6)

    draw = _draw(AugmentationConfig(random_erasing_probability=1), pixels_BHWC)
    assert draw.erased_BHW is not None
    np.testing.assert_array_equal(augment(pixels_BHWC, draw), np.where(draw.erased_BHW[..., None], 0, pixels_BHWC))


@pytest.mark.parametrize("memory_format", [torch.channels_last, torch.contiguous_format])
def test_the_memory_format_is_kept(memory_format: torch.memory_format) -> None:
    pixels_BHWC = _photos(4)
    pixels_BCHW = torch.from_numpy(pixels_BHWC).permute(0, 3, 1, 2).contiguous(memory_format=memory_format)
    draw = _draw(AugmentationConfig(policy="trivial"), pixels_BHWC)
    assert torch_augment(pixels_BCHW, draw).is_contiguous(memory_format=memory_format)
