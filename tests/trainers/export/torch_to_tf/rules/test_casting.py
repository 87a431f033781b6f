import torch


def test_changes_of_type_equal_torch(check_functions) -> None:
    check_functions(
        {
            "to integer": lambda x: x.long(),
            "to small integer": lambda x: x.to(torch.int8),
            "to boolean": lambda x: x.bool(),
            "to double": lambda x: x.double() / 3,
            "to the type of another": lambda x: x.type_as(x.long()).type_as(x),
            "and back": lambda x: x.int().float() * 0.5,
        }
    )


def test_half_precision_constant_is_refused(refusal) -> None:
    assert "torch.bfloat16 values are not carried" in refusal(lambda x: x * torch.ones(8, dtype=torch.bfloat16))


def test_half_precision_is_refused(refusal) -> None:
    assert "torch.bfloat16 values are not carried" in refusal(lambda x: x.bfloat16().float())
