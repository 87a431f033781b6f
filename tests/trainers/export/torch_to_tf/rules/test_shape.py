import torch

FUNCTIONS = {
    "view": lambda x: x.reshape(x.shape[0], 4, -1).view(-1, 2, 96),
    "reshape into the batch": lambda x: x.reshape(-1, 6, 8).reshape(-1, 4, 6, 8),
    "flatten": lambda x: x.flatten(2),
    "flatten the batch": lambda x: x.flatten(0, 1).reshape(-1, 4 * 48),
    "unflatten": lambda x: x.unflatten(1, (2, 2)),
    "unsqueeze": lambda x: x.unsqueeze(2).unsqueeze(-1),
    "squeeze": lambda x: x.unsqueeze(2).squeeze(2),
    "squeeze nothing": lambda x: x.squeeze(1),
    "squeeze several": lambda x: x.mean((2, 3), keepdim=True).squeeze((2, 3)),
    "expand": lambda x: x[:, :1].expand(-1, 3, -1, -1),
    "expand new axis": lambda x: x.mean(0).expand(x.shape[0], -1, -1, -1),
    "expand constant": lambda x: torch.arange(5.0).expand(x.shape[0], 5),
    "repeat": lambda x: x.repeat(1, 2, 1, 3),
    "repeat new axis": lambda x: x.repeat(2, 1, 1, 1, 1).transpose(0, 1),
    "repeat for the batch": lambda x: torch.arange(5.0).reshape(1, 5).repeat(x.shape[0], 2),
    "pixel_shuffle": lambda x: torch.pixel_shuffle(x, 2),
    "pixel_unshuffle": lambda x: torch.pixel_unshuffle(x, 2),
}


def test_changes_of_shape_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


def test_squeeze_of_every_axis_is_refused_since_it_drops_a_batch_of_one(refusal) -> None:
    assert "batch axis" in refusal(lambda x: x.mean((2, 3), keepdim=True).squeeze())


def test_result_with_two_batch_axes_is_refused(refusal) -> None:
    def outer(x: torch.Tensor) -> torch.Tensor:
        means = x.mean((1, 2, 3))
        return (means.unsqueeze(1) * means).unsqueeze(2)

    assert "2 extents of its result depend on the batch size" in refusal(outer)
