from torch.nn import functional as F

FUNCTIONS = {
    "constant": lambda x: F.pad(x, (1, 2, 3, 0)),
    "constant value": lambda x: F.pad(x, (1, 2), value=-1.5),
    "channels": lambda x: F.pad(x, (0, 0, 0, 0, 1, 2), value=3),
    "crop": lambda x: F.pad(x, (-1, -2, 0, -1)),
    "crop and pad": lambda x: F.pad(x, (-1, 2, 1, -3), value=0.5),
    "nothing": lambda x: F.pad(x, (0, 0)),
    "reflect": lambda x: F.pad(x, (2, 1, 3, 0), mode="reflect"),
    "replicate": lambda x: F.pad(x, (2, 1, 0, 3), mode="replicate"),
    "circular": lambda x: F.pad(x, (2, 1, 3, 4), mode="circular"),
}


def test_padding_equals_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


def test_padding_of_sequences_goes_through_torchs_decomposition(check_functions) -> None:
    check_functions({"reflect sequences": lambda x: F.pad(x.flatten(2), (1, 1), mode="reflect")})


def test_padding_of_the_batch_is_refused(refusal) -> None:
    assert "pads the batch axis" in refusal(lambda x: F.pad(x, (0, 0, 0, 0, 0, 0, 1, 1)))
