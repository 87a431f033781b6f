from typing import Any

import grpc
import pytest

from serving.grpc_api.tensorflow_messages import GetModelStatusRequest, GetModelStatusResponse
from serving.versions.states import State, VersionStatus

STATUS = "/tensorflow.serving.ModelService/GetModelStatus"
AVAILABLE, END = 30, 50
FAILED_PRECONDITION = 9


@pytest.mark.parametrize(
    ("spec", "versions"),
    [({}, [3, 2, 1]), ({"version": {"value": 1}}, [1]), ({"version_label": "canary"}, [1])],
)
def test_states_are_told_newest_first(server: Any, spec: Any, versions: list[int]) -> None:
    server.registry.note("colours", VersionStatus(3, State.END, "the model does not load"))

    request = GetModelStatusRequest(model_spec={"name": "colours", **spec})
    statuses = server.ask(STATUS, request, GetModelStatusResponse).model_version_status

    assert [status.version for status in statuses] == versions
    for status in statuses:
        error = (FAILED_PRECONDITION, "the model does not load") if status.version == 3 else (0, "")
        assert (status.status.error_code, status.status.error_message) == error
        assert status.state == (END if status.version == 3 else AVAILABLE)


@pytest.mark.parametrize(
    ("request_message", "code", "text"),
    [
        (GetModelStatusRequest(), grpc.StatusCode.INVALID_ARGUMENT, "Missing ModelSpec"),
        (
            GetModelStatusRequest(model_spec={"name": "shapes"}),
            grpc.StatusCode.NOT_FOUND,
            "Could not find any versions of model shapes",
        ),
        (
            GetModelStatusRequest(model_spec={"name": "colours", "version": {"value": 8}}),
            grpc.StatusCode.NOT_FOUND,
            "Could not find version 8 of model colours",
        ),
        (
            GetModelStatusRequest(model_spec={"name": "colours", "version_label": "old"}),
            grpc.StatusCode.INVALID_ARGUMENT,
            "Unrecognized servable version label: old",
        ),
    ],
)
def test_status_refuses(server: Any, request_message: Any, code: Any, text: str) -> None:
    assert server.refuse(STATUS, request_message) == (code, text)


def test_models_are_not_configured_by_calls(server: Any) -> None:
    code, _ = server.refuse("/tensorflow.serving.ModelService/HandleReloadConfigRequest", b"")

    assert code == grpc.StatusCode.UNIMPLEMENTED
