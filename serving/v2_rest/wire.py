"""Answers the protocol's requests with the predictor."""

import asyncio
import re
from collections.abc import Callable
from urllib.parse import unquote

from serving.backends.base import Image
from serving.errors import InvalidRequestError, NotFoundError, UnavailableError
from serving.identity import INTERFACE_VERSION, NAME
from serving.prediction import ModelName
from serving.predictor import Predictor
from serving.v2_rest.images import read_images
from serving.v2_rest.outputs import OUTPUTS
from serving.v2_rest.request_body import InferBody, parse_body
from serving.v2_rest.response import choose_outputs, to_response
from serving.versions.registry import LoadedVersion
from serving.web.messages import Request, Response, to_json
from serving.web.methods import LOOKING, check_method

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

    def check(self, request: Request) -> None:
        """Refuse other methods, and models to infer with that are not loaded."""
        match = _find_target(request)
        if match is not None and match["verb"] == "infer":
            self._peek(_to_model(match))

    async def answer(self, request: Request) -> Response:
        """Infer, or tell health and metadata."""
        match = _find_target(request)
        if match is None:
            return self._describe_server(request.path)
        if match["verb"] == "infer":
            return await self._infer(request, _to_model(match))
        model = _to_model(match)
        if match["verb"] == "ready":
            return self._ready(model)
        return self._describe(model)

    def _describe_server(self, path: str) -> Response:
        reason = self._why_not_ready()
        if path.rstrip("/") == "/v2":
            return to_json({"name": NAME, "version": INTERFACE_VERSION, "extensions": ["binary_tensor_data"]})
        if path == "/v2/health/ready" and reason:
            raise UnavailableError(reason)
        if path in ("/v2/health/live", "/v2/health/ready"):
            return Response()
        raise NotFoundError(f"There is nothing at {path[:200]}")

    def _ready(self, model: ModelName) -> Response:
        try:
            self._peek(model)
        except NotFoundError as error:
            if model.name in self._registry.models():
                raise UnavailableError(str(error)) from None
            raise
        return Response()

    def _describe(self, model: ModelName) -> Response:
        version = self._peek(model)
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
        self._peek(model)
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

    def _peek(self, model: ModelName) -> LoadedVersion:
        return self._registry.peek(model.name, version=model.version)

    def _parse(self, request: Request) -> tuple[InferBody, list[Image]]:
        header_length = request.headers.get(b"inference-header-content-length")
        body = parse_body(request.body, header_length=header_length)
        return body, read_images(body, max_images=self._predictor.limits.max_request_images)


def _find_target(request: Request) -> "re.Match[str] | None":
    """Return model, version and verb of a path that names a model; refuse the methods that the path has not."""
    match = _MODEL.fullmatch(request.path)
    check_method(request, ("POST",) if match is not None and match["verb"] == "infer" else LOOKING)
    return match


def _to_model(match: "re.Match[str]") -> ModelName:
    return ModelName(name=unquote(match["name"]), version=int(match["version"]) if match["version"] else None)
