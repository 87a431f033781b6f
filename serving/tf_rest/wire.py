"""Answers TensorFlow Serving's REST requests with the predictor."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from serving.errors import InvalidRequestError
from serving.prediction import ModelName
from serving.predictor import Predictor
from serving.tf_rest.answers import to_classes, to_columns, to_metadata, to_rows, to_status
from serving.tf_rest.classify_form import parse_classify
from serving.tf_rest.paths import parse_path
from serving.tf_rest.predict_form import parse_predict
from serving.web.messages import Request, Response, to_json

_Parsed = TypeVar("_Parsed")
_LONG_BODY_BYTES = 256 << 10
"""Longer JSON is read on a thread, so that it holds up no other request; below, the way there takes longer."""


class TensorFlowRestWire:
    """Everything below `/v1/`."""

    name = "tf_rest"

    def __init__(self, predictor: Predictor) -> None:
        """Take the predictor, with its registry."""
        self._predictor, self._registry = predictor, predictor.registry

    def check(self, request: Request) -> None:
        """Refuse paths of no form, and models to predict with that are not loaded."""
        target = parse_path(request.method, request.path)
        if request.method == "POST":
            self._peek(target.model)

    async def answer(self, request: Request) -> Response:
        """Predict, classify, or tell status and metadata."""
        target = parse_path(request.method, request.path)
        if target.verb == "predict":
            return await self._predict(request, target.model)
        if target.verb == "classify":
            return await self._classify(request, target.model)
        if target.verb == "regress":
            raise InvalidRequestError(
                "Expected regression signature method_name to be tensorflow/serving/regress. "
                "Was: tensorflow/serving/predict"
            )
        if target.verb == "metadata":
            return to_json(to_metadata(self._peek(target.model)))
        model = target.model
        return to_json(to_status(self._registry.statuses_of(model.name, version=model.version, label=model.label)))

    async def _predict(self, request: Request, model: ModelName) -> Response:
        self._peek(model)
        parsed = await _parse(parse_predict, request.body)
        prediction = request.prediction = await self._predictor.classify(model, parsed.images)
        return to_json(to_rows(prediction) if parsed.is_row else to_columns(prediction))

    async def _classify(self, request: Request, model: ModelName) -> Response:
        self._peek(model)
        prediction = request.prediction = await self._predictor.classify(
            model, await _parse(parse_classify, request.body)
        )
        return to_json(to_classes(prediction))

    def _peek(self, model: ModelName) -> Any:
        """Return the version that is meant; a missing one is found before the body is read."""
        return self._registry.peek(model.name, version=model.version, label=model.label)


async def _parse(parse: Callable[[bytes], _Parsed], body: bytes) -> _Parsed:
    if len(body) > _LONG_BODY_BYTES:
        return await asyncio.to_thread(parse, body)
    return parse(body)
