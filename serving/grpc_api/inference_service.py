"""The Open Inference Protocol, version 2, as KServe's and Triton's clients speak it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from serving.errors import InvalidRequestError
from serving.grpc_api import inference_messages as messages
from serving.grpc_api.calls import Answer, Call
from serving.grpc_api.inference_inputs import ENCODED, read_images
from serving.grpc_api.inference_outputs import choose_outputs, to_infer_response
from serving.identity import INTERFACE_VERSION, NAME
from serving.prediction import ModelName
from serving.predictor import Predictor
from serving.v2_rest.outputs import OUTPUTS

_VERSION = re.compile("[0-9]{1,19}")
_PLATFORMS = {"onnx": "onnxruntime_onnx", "savedmodel": "tensorflow_savedmodel"}


class InferenceService:
    """Health, metadata and ModelInfer."""

    name = "inference.GRPCInferenceService"
    protocol = "v2_grpc"

    def __init__(self, predictor: Predictor, *, why_not_ready: Callable[[], str]) -> None:
        """Take the predictor, and a function that returns why the server is not ready; empty when it is."""
        self._predictor, self._registry, self._why_not_ready = predictor, predictor.registry, why_not_ready

    def methods(self) -> Mapping[str, tuple[Any, Answer]]:
        """Return the methods."""
        return {
            "ServerLive": (messages.ServerLiveRequest, self._tell_live),
            "ServerReady": (messages.ServerReadyRequest, self._tell_ready),
            "ModelReady": (messages.ModelReadyRequest, self._tell_model_ready),
            "ServerMetadata": (messages.ServerMetadataRequest, self._describe_server),
            "ModelMetadata": (messages.ModelMetadataRequest, self._describe_model),
            "ModelInfer": (messages.ModelInferRequest, self._infer),
        }

    async def _tell_live(self, _: Call) -> Any:
        return messages.ServerLiveResponse(live=True)

    async def _tell_ready(self, _: Call) -> Any:
        return messages.ServerReadyResponse(ready=not self._why_not_ready())

    async def _tell_model_ready(self, call: Call) -> Any:
        model = _read_model(call.message.name, call.message.version)
        loaded = self._registry.loaded(model.name)
        is_loaded = bool(loaded) if model.version is None else model.version in loaded
        return messages.ModelReadyResponse(ready=is_loaded)

    async def _describe_server(self, _: Call) -> Any:
        return messages.ServerMetadataResponse(name=NAME, version=INTERFACE_VERSION)

    async def _describe_model(self, call: Call) -> Any:
        model = _read_model(call.message.name, call.message.version)
        version = self._registry.peek(model.name, version=model.version)
        classes = len(version.manifest.class_names)
        response = messages.ModelMetadataResponse(
            name=version.model,
            versions=[str(number) for number in sorted(self._registry.loaded(model.name))],
            platform=_PLATFORMS[version.backend.name],
            inputs=[{"name": ENCODED, "datatype": "BYTES", "shape": [-1]}],
        )
        for name, datatype in OUTPUTS.items():
            shape = [-1, classes] if name == "probabilities" else [-1]
            response.outputs.add(name=name, datatype=datatype, shape=shape)
        return response

    async def _infer(self, call: Call) -> Any:
        request = call.message
        model = _read_model(request.model_name, request.model_version)
        self._registry.peek(model.name, version=model.version)
        outputs = choose_outputs(request)
        images = read_images(request, most=self._predictor.limits.max_request_images)
        call.prediction = await self._predictor.classify(model, images, timeout_seconds=call.timeout_seconds)
        response = to_infer_response(call.prediction, outputs, is_raw=bool(request.raw_input_contents))
        response.id = request.id
        return response


def _read_model(name: str, version: str) -> ModelName:
    if not name:
        raise InvalidRequestError("The request names no model")
    if version and not _VERSION.fullmatch(version):
        raise InvalidRequestError(f"The version {version[:80]!r} is not a whole number; leave it out for the newest")
    return ModelName(name=name, version=int(version) if version else None)
