import torch


def test_new_tensors_equal_torch(check_functions) -> None:
    check_functions(
        {
            "zeros of the batch": lambda x: x.mean(1) + torch.zeros(x.shape[0], 6, 8),
            "ones of the batch": lambda x: torch.ones(x.shape[0], 3),
            "full of the batch": lambda x: torch.full((x.shape[0], 3), 2.5),
            "full of twice the batch": lambda x: torch.full((2 * x.shape[0], 3), 2.5).reshape(-1, 6),
            "zeros_like": lambda x: torch.zeros_like(x) + x,
            "ones_like": lambda x: torch.ones_like(x) * 3,
            "full_like": lambda x: torch.full_like(x, 2),
            "new_zeros": lambda x: x + x.new_zeros(8),
            "new_ones": lambda x: x + x.new_ones(x.shape[0], 1, 1, 1),
            "new_full": lambda x: x + x.new_full((6, 8), 0.5),
            "arange": lambda x: x * torch.arange(8.0),
        }
    )
