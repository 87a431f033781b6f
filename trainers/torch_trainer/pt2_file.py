"""A trained model as an archive of torch.export."""

import copy
from pathlib import Path

import torch
from torch import nn

_EXAMPLE_BATCH = 2
"""torch.export takes sizes of 0 and 1 for constants; two leaves the batch free."""


def write_pt2_file(path: Path, module: nn.Module, *, input_shape: tuple[int, int, int]) -> nn.Module:
    """Write `.pt2` in inference mode, on the CPU and with a free batch size, and read it back.

    Args:
        path: File to write.
        module: Pixels, float32 [N, C, S, S], to logits, float32 [N, K]; it is left as it is.
        input_shape: C, S, S.
    """
    example = torch.zeros(_EXAMPLE_BATCH, *input_shape)
    batch = torch.export.Dim("batch", min=1)
    with torch.no_grad():
        program = torch.export.export(copy.deepcopy(module).cpu().eval(), (example,), dynamic_shapes=({0: batch},))
    torch.export.save(program, path)
    return torch.export.load(path).module()
