import itertools

import torch

FUNCTIONS = {
    f"permute {order}": lambda x, order=order: x.permute(order)
    for order in itertools.permutations(range(4))
    if order[0] == 0
} | {
    "permute to NHWC and on": lambda x: x.permute(0, 2, 3, 1) * torch.arange(4),
    "and back": lambda x: x.permute(0, 2, 3, 1).mul(2).permute(0, 3, 1, 2),
    "negative axes": lambda x: x.permute(0, -1, -3, -2),
    "transpose": lambda x: x.transpose(1, -1),
    "movedim": lambda x: x.movedim(1, 3),
    "t": lambda x: (x.mean((2, 3)).t() * 2).t(),
    "flip": lambda x: x.flip(-1, 1),
    "roll": lambda x: x.roll((1, -3), (1, 2)),
    "roll all around": lambda x: x.roll(6, 2),
    "channel_shuffle": lambda x: torch.nn.functional.channel_shuffle(x, 2),
}


def test_reordering_equals_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


def test_roll_along_the_batch_is_refused(refusal) -> None:
    assert "batch axis" in refusal(lambda x: x.roll(1, 0))
