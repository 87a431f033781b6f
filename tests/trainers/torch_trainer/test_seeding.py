import random

import numpy as np
import torch

from trainers.torch_trainer.seeding import set_random_seed


def test_all_generators_repeat() -> None:
    draws = []
    for _ in range(2):
        set_random_seed(5)
        draws.append((torch.rand(1).item(), np.random.rand(), random.random()))  # noqa: S311
    assert draws[0] == draws[1]
