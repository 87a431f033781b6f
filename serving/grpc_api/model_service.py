"""TensorFlow Serving's ModelService: the states of versions. Its models are configured by folders, not by calls."""

from collections.abc import Mapping
from typing import Any

import grpc

from serving.grpc_api.calls import Answer, Call
from serving.grpc_api.model_spec import read_model
from serving.grpc_api.tensorflow_messages import GetModelStatusRequest, GetModelStatusResponse
from serving.versions.registry import Registry


class ModelService:
    """GetModelStatus."""

    name = "tensorflow.serving.ModelService"
    protocol = "tf_grpc"

    def __init__(self, registry: Registry) -> None:
        """Take the registry."""
        self._registry = registry

    def methods(self) -> Mapping[str, tuple[Any, Answer]]:
        """Return the methods."""
        return {"GetModelStatus": (GetModelStatusRequest, self._get_status)}

    async def _get_status(self, call: Call) -> Any:
        model = read_model(call.message)
        statuses = self._registry.statuses_of(model.name, version=model.version, label=model.label)
        response = GetModelStatusResponse()
        for status in statuses:
            described = response.model_version_status.add(version=status.number, state=status.state.value)
            described.status.error_message = status.error
            if status.error:
                described.status.error_code = grpc.StatusCode.FAILED_PRECONDITION.value[0]
        return response
