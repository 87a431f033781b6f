"""What was drawn for a batch, done with TensorFlow, on the device and outside of the model.

It runs eagerly: groups have other sizes in every batch, for each of which a graph would have to be traced.
"""

import numpy as np
import tensorflow as tf

from trainers.augmentation.draw import BatchDraw, LevelChanges, Mixing, OperationGroup, PixelSources
from trainers.keras_trainer.level_operations import apply_operation


def augment(pixels_BHWC: tf.Tensor, draw: BatchDraw) -> tf.Tensor:
    """Return the distorted batch, float32 [B, H, W, C]."""
    pixels_BHWC = tf.convert_to_tensor(pixels_BHWC)
    if draw.sources is not None:
        pixels_BHWC = _move(pixels_BHWC, draw.sources)
    if draw.levels is not None:
        pixels_BHWC = _change_levels(pixels_BHWC, draw.levels)
    if draw.erased_BHW is not None:
        pixels_BHWC = tf.where(draw.erased_BHW[..., None], 0.0, pixels_BHWC)
    if draw.mixing is not None:
        pixels_BHWC = _mix(pixels_BHWC, draw.mixing)
    return pixels_BHWC


def _move(pixels_BHWC: tf.Tensor, sources: PixelSources) -> tf.Tensor:
    moved_BHWC = tf.gather(pixels_BHWC, sources.rows_BH, axis=1, batch_dims=1)
    return tf.gather(moved_BHWC, sources.columns_BW, axis=2, batch_dims=1)


def _change_levels(pixels_BHWC: tf.Tensor, changes: LevelChanges) -> tf.Tensor:
    color_range = changes.color_range
    # Operations that count levels need them within their range, which rounding may leave.
    levels_BHWC = tf.clip_by_value((pixels_BHWC - color_range.black_C) / color_range.width_C, 0.0, 1.0)
    if changes.brightness_shifts_B is not None:
        levels_BHWC = tf.clip_by_value(levels_BHWC + changes.brightness_shifts_B[:, None, None, None], 0.0, 1.0)
    for groups in changes.rounds:
        levels_BHWC = _operate(levels_BHWC, groups)
    return levels_BHWC * color_range.width_C + color_range.black_C


def _operate(levels_BHWC: tf.Tensor, groups: tuple[OperationGroup, ...]) -> tf.Tensor:
    parts = [apply_operation(tf.gather(levels_BHWC, group.indices_G), group) for group in groups]
    back_B = np.argsort(np.concatenate([group.indices_G for group in groups]))
    return tf.gather(tf.concat(parts, axis=0), back_B)


def _mix(pixels_BHWC: tf.Tensor, mixing: Mixing) -> tf.Tensor:
    partners_BHWC = tf.gather(pixels_BHWC, mixing.partners_B)
    shares_B111 = mixing.blend_shares_B[:, None, None, None]
    blended_BHWC = shares_B111 * pixels_BHWC + (1 - shares_B111) * partners_BHWC
    return tf.where(mixing.pasted_BHW[..., None], partners_BHWC, blended_BHWC)
