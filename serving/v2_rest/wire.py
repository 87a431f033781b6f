"""Answers the protocol's requests with the predictor."""

import asyncio
import re
from collections.abc import Callable
from urllib.parse import unquote

from serving.backends.base import Image
from serving.errors import InvalidRequestError, MethodNotAllowedError, NotFoundError, UnavailableError
from serving.prediction import ModelName
from serving.predictor import Predictor
from serving.v2_rest.images import read_images
from serving.v2_rest.outputs import OUTPUTS
from serving.v2_rest.request_body import InferBody, parse_body
from serving.v2_rest.response import choose_outputs, to_response
from serving.web.messages import Request, Response, to_json

_MODEL = re.compile(r"/v2/models/(?P<name>[^/]+)(?:/versions/(?P<version>[0-9]{1,19}))?(?:/(?P<verb>ready|infer))?")
_PLATFORMS = {"onnx": "onnxruntime_onnx", "savedmodel": "tensorflow_savedmodel"}
_LONG_BODY_BYTES = 64 << 10
"""Longer bodies are read on a thread: a thousand JSON numbers take as long to read as a whole request."""


class InferenceRestWire:
    """Everything below `/v2`."""

    name = "v2_rest"

    def __init__(self, predictor: Predictor, *, why_not_ready: Callable[[], str]) -> None:
        """Take the predictor, and a function that returns why the server is not ready; empty when it is."""
        self._predictor, self._registry, self._why_not_ready = predictor, predictor.registry, why_not_ready

    async def answer(self, request: Request) -> Response:
        """Infer, or tell health and metadata."""
        match = _MODEL.fullmatch(request.path)
        if match is not None and match["verb"] == "infer":
            _check_method(request, "POST")
            return await self._infer(request, _to_model(match))
        _check_method(request, "GET")
        if match is None:
            return self._describe_server(request.path)
        model = _to_model(match)
        if match["verb"] == "ready":
            return self._ready(model)
        return self._describe(model)

    def _describe_server(self, path: str) -> Response:
        reason = self._why_not_ready()
        if path.rstrip("/") == "/v2":
            return to_json({"name": "tandem", "version": "1", "extensions": ["binary_tensor_data"]})
        if path == "/v2/health/ready" and reason:
            raise UnavailableError(reason)
        if path in ("/v2/health/live", "/v2/health/ready"):
            return Response()
        raise NotFoundError(f"There is nothing at {path[:200]}")

    def _ready(self, model: ModelName) -> Response:
        try:
            self._registry.peek(model.name, version=model.version)
        except NotFoundError as error:
            if model.name in self._registry.models():
                raise UnavailableError(str(error)) from None
            raise
        return Response()

    def _describe(self, model: ModelName) -> Response:
        version = self._registry.peek(model.name, version=model.version)
        classes = len(version.manifest.class_names)
        shapes = {"probabilities": [-1, classes], "label": [-1], "score": [-1]}
        numbers = sorted(self._registry.loaded(model.name))
        return to_json(
            {
                "name": version.model,
                "versions": [str(number) for number in numbers],
                "platform": _PLATFORMS[version.backend.name],
                "inputs": [{"name": "image_bytes", "datatype": "BYTES", "shape": [-1]}],
                "outputs": [{"name": name, "datatype": kind, "shape": shapes[name]} for name, kind in OUTPUTS.items()],
            }
        )

    async def _infer(self, request: Request, model: ModelName) -> Response:
        self._registry.peek(model.name, version=model.version)
        if len(request.body) > _LONG_BODY_BYTES:
            body, images = await asyncio.to_thread(self._parse, request)
        else:
            body, images = self._parse(request)
        wanted = choose_outputs(body.header)
        request_id = body.header.get("id")
        if request_id is not None and not isinstance(request_id, str):
            raise InvalidRequestError("id must be a string")
        prediction = request.prediction = await self._predictor.classify(model, images)
        return to_response(prediction, wanted, request_id=request_id)

    def _parse(self, request: Request) -> tuple[InferBody, list[Image]]:
        header_length = request.headers.get(b"inference-header-content-length")
        body = parse_body(request.body, header_length=header_length)
        return body, read_images(body, max_images=self._predictor.limits.max_request_images)


def _to_model(match: "re.Match[str]") -> ModelName:
    return ModelName(name=unquote(match["name"]), version=int(match["version"]) if match["version"] else None)


def _check_method(request: Request, method: str) -> None:
    if request.method != method:
        raise MethodNotAllowedError(f"{request.method} is not for this path; use {method}")
