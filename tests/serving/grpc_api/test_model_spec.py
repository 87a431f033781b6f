from types import SimpleNamespace
from typing import Any

import pytest

from serving.errors import InvalidRequestError
from serving.grpc_api.model_spec import check_signature, read_model, write_model
from serving.grpc_api.status_codes import UnknownSignatureError
from serving.grpc_api.tensorflow_messages import PredictRequest
from serving.prediction import ModelName


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ({"name": "digits"}, ModelName(name="digits")),
        ({"name": "digits", "version": {"value": 3}}, ModelName(name="digits", version=3)),
        ({"name": "digits", "version": {}}, ModelName(name="digits", version=0)),
        ({"name": "digits", "version_label": "canary"}, ModelName(name="digits", label="canary")),
    ],
)
def test_a_model_is_meant_alone_or_with_version_or_label(spec: Any, name: ModelName) -> None:
    assert read_model(PredictRequest(model_spec=spec)) == name


def test_a_request_without_a_model_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="Missing ModelSpec"):
        read_model(PredictRequest())
    with pytest.raises(InvalidRequestError, match="no name"):
        read_model(PredictRequest(model_spec={}))


def test_only_the_default_signature_is_there() -> None:
    check_signature(PredictRequest(model_spec={"signature_name": "serving_default"}))

    with pytest.raises(UnknownSignatureError, match=r'"x{80}" not found'):
        check_signature(PredictRequest(model_spec={"signature_name": "x" * 500}))


def test_the_version_that_answered_is_written() -> None:
    request = PredictRequest()
    version: Any = SimpleNamespace(model="digits", number=0)

    write_model(request.model_spec, version, signature="serving_default")

    assert read_model(request) == ModelName(name="digits", version=0)
    assert request.model_spec.signature_name == "serving_default"
