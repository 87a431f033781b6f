"""What was drawn for a batch, done with PyTorch, on the device and outside of the model."""

import numpy as np
import numpy.typing as npt
import torch

from trainers.augmentation.draw import BatchDraw, LevelChanges, Mixing, OperationGroup, PixelSources


def augment(pixels_BCHW: torch.Tensor, draw: BatchDraw) -> torch.Tensor:
    """Return the distorted batch, float32 [B, C, H, W], in the memory format of the given one."""
    device = pixels_BCHW.device
    distorted_BCHW = pixels_BCHW
    if draw.sources is not None:
        distorted_BCHW = _move(distorted_BCHW, draw.sources)
    if draw.levels is not None:
        distorted_BCHW = _change_levels(distorted_BCHW, draw.levels)
    if draw.erased_BHW is not None:
        distorted_BCHW = distorted_BCHW.masked_fill(on_device(draw.erased_BHW, device)[:, None], 0.0)
    if draw.mixing is not None:
        distorted_BCHW = _mix(distorted_BCHW, draw.mixing)
    is_channels_last = pixels_BCHW.is_contiguous(memory_format=torch.channels_last)
    return distorted_BCHW.contiguous(memory_format=torch.channels_last if is_channels_last else torch.contiguous_format)


def on_device(values: npt.NDArray[np.generic], device: torch.device) -> torch.Tensor:
    """Return an array as a tensor on a device."""
    return torch.from_numpy(values).to(device)


def _move(pixels_BCHW: torch.Tensor, sources: PixelSources) -> torch.Tensor:
    images_B11 = torch.arange(len(pixels_BCHW), device=pixels_BCHW.device)[:, None, None]
    rows_BH1 = on_device(sources.rows_BH, pixels_BCHW.device).long()[:, :, None]
    columns_B1W = on_device(sources.columns_BW, pixels_BCHW.device).long()[:, None, :]
    # Channels last, each index moves the colours of a pixel together.
    return pixels_BCHW.permute(0, 2, 3, 1)[images_B11, rows_BH1, columns_B1W].permute(0, 3, 1, 2)


def _change_levels(pixels_BCHW: torch.Tensor, changes: LevelChanges) -> torch.Tensor:
    black_C11 = on_device(changes.color_range.black_C, pixels_BCHW.device)[:, None, None]
    width_C11 = on_device(changes.color_range.width_C, pixels_BCHW.device)[:, None, None]
    # Operations that count levels need them within their range, which rounding may leave.
    levels_BCHW = ((pixels_BCHW - black_C11) / width_C11).clamp(0, 1)
    if changes.brightness_shifts_B is not None:
        shifts_B111 = on_device(changes.brightness_shifts_B, pixels_BCHW.device)[:, None, None, None]
        levels_BCHW = (levels_BCHW + shifts_B111).clamp(0, 1)
    for groups in changes.rounds:
        levels_BCHW = _operate(levels_BCHW, groups)
    return levels_BCHW * width_C11 + black_C11


def _operate(levels_BCHW: torch.Tensor, groups: tuple[OperationGroup, ...]) -> torch.Tensor:
    from trainers.torch_trainer.level_operations import apply_operation  # torchvision takes seconds to import

    parts = [apply_operation(levels_BCHW[on_device(group.indices_G, levels_BCHW.device)], group) for group in groups]
    back_B = np.argsort(np.concatenate([group.indices_G for group in groups]))
    return torch.cat(parts)[on_device(back_B, levels_BCHW.device)]


def _mix(pixels_BCHW: torch.Tensor, mixing: Mixing) -> torch.Tensor:
    partners_BCHW = pixels_BCHW[on_device(mixing.partners_B, pixels_BCHW.device)]
    shares_B111 = on_device(mixing.blend_shares_B, pixels_BCHW.device)[:, None, None, None]
    blended_BCHW = shares_B111 * pixels_BCHW + (1 - shares_B111) * partners_BCHW
    return torch.where(on_device(mixing.pasted_BHW, pixels_BCHW.device)[:, None], partners_BCHW, blended_BCHW)
