import pytest
import torch
from torch.nn import functional as F


def test_copies_and_dropout_that_is_off_change_nothing(check_functions) -> None:
    check_functions(
        {
            "clone": lambda x: x.clone() + 1,
            "contiguous": lambda x: x.contiguous() + 1,
            "detach": lambda x: x.detach() + 1,
            "dropout": torch.nn.Dropout(0.5),
            "dropout2d": torch.nn.Dropout2d(0.5),
            "alpha dropout": torch.nn.AlphaDropout(0.5),
        }
    )


@pytest.mark.parametrize("dropout", [F.dropout, F.dropout2d, F.alpha_dropout])
def test_dropout_that_is_on_in_evaluation_mode_is_refused(refusal, dropout) -> None:
    message = refusal(lambda x: dropout(x, 0.5, training=True))
    assert "draws random numbers" in message or "`train=True` is not carried" in message


def test_random_numbers_are_refused_even_if_they_do_not_depend_on_the_input(refusal) -> None:
    assert "draws random numbers" in refusal(lambda x: x + torch.rand(8))
