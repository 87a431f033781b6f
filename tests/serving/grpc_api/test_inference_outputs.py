from typing import Any

import pytest

from serving.errors import InvalidRequestError
from serving.grpc_api.inference_messages import ModelInferRequest
from serving.grpc_api.inference_outputs import choose_outputs


def request(*names: str) -> Any:
    return ModelInferRequest(outputs=[{"name": name} for name in names])


def test_all_outputs_are_chosen_unless_some_are_named() -> None:
    assert choose_outputs(request()) == ["probabilities", "label", "score"]
    assert choose_outputs(request("score", "label")) == ["score", "label"]


@pytest.mark.parametrize("names", [("logits",), ("score", "score"), ("",)])
def test_others_and_repeated_ones_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(InvalidRequestError, match="The outputs are probabilities, label, score, each once"):
        choose_outputs(request(*names))
