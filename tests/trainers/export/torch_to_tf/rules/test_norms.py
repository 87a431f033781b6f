import math

import torch
from torch.nn import functional as F

ORDERS = [0, 0.5, 1, 2, 2.5, 3, -1, math.inf, -math.inf]
NORMS = {f"norm {order}": lambda x, order=order: torch.linalg.vector_norm(x, order, dim=(2, 3)) for order in ORDERS} | {
    "of one axis": lambda x: x.norm(dim=1),
    "of everything": lambda x: x / x.norm(),
    "normalised": lambda x: F.normalize(x, 3, dim=2),
    "cosine similarity": lambda x: F.cosine_similarity(x, x.flip(1) + 0.5, dim=1),
}
DISTANCES = {f"order {order}": lambda x, order=order: torch.cdist(x[:, 0], x[:, 1], p=order) for order in (1, 2, 3)} | {
    "largest": lambda x: torch.cdist(x[:, 0], x[:, 1], p=math.inf),
    "to fixed rows": lambda x: torch.cdist(x, torch.arange(24.0).reshape(3, 8).sin()),
    "of many rows": lambda x: torch.cdist(x.reshape(-1, 48, 4), x.reshape(-1, 48, 4) + 1),
    "pairwise": lambda x: F.pairwise_distance(x[:, 0], x[:, 1], p=3),
}


def test_norms_of_any_order_equal_torch(check_functions) -> None:
    check_functions(NORMS)


def test_distances_equal_torch(check_functions) -> None:
    check_functions(DISTANCES)
