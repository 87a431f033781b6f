"""`POST /predict/MODEL` with an image file, for people with curl."""

import re
from typing import Any
from urllib.parse import parse_qs, unquote

from serving.errors import InvalidRequestError, NotFoundError
from serving.prediction import ModelName, Prediction
from serving.predictor import Predictor
from serving.web.messages import Request, Response, to_json
from serving.web.methods import check_method
from serving.web.upload import is_form, parse_form

_PATH = re.compile(r"/predict(?:/(?P<name>[^/:]+)(?:/versions/(?P<version>[0-9]{1,19})|/labels/(?P<label>[^/:]+))?)?")
_DEFAULT_TOP = 5


class PlainWire:
    """`/predict/MODEL[/versions/V|/labels/L][?top=K]`; `/predict` alone where there is one model only."""

    name = "plain"

    def __init__(self, predictor: Predictor) -> None:
        """Take the predictor, with its registry."""
        self._predictor = predictor

    def check(self, request: Request) -> None:
        """Refuse other paths and methods, and models that are not loaded."""
        model = self._find_model(request)
        self._predictor.registry.peek(model.name, version=model.version, label=model.label)

    async def answer(self, request: Request) -> Response:
        """Classify the body, or each file of a form."""
        model, top = self._find_model(request), _parse_top(request.query)
        content_type = request.headers.get(b"content-type", b"")
        if not is_form(content_type):
            prediction = request.prediction = await self._predictor.classify(model, [request.body])
            return to_json({**_head(prediction), **_describe(prediction, 0, top)})
        files = parse_form(content_type, request.body)
        prediction = request.prediction = await self._predictor.classify(model, [file.content for file in files])
        answers = [{"file": file.name, **_describe(prediction, i, top)} for i, file in enumerate(files)]
        return to_json({**_head(prediction), "predictions": answers})

    def _find_model(self, request: Request) -> ModelName:
        match = _PATH.fullmatch(request.path)
        if match is None:
            raise NotFoundError("Send images to /predict/MODEL, /predict/MODEL/versions/V or /predict/MODEL/labels/L")
        check_method(request, ("POST",))
        parts = match.groupdict()
        if parts["name"] is None:
            names = [name for name in self._predictor.registry.models() if self._predictor.registry.loaded(name)]
            if len(names) != 1:
                raise NotFoundError(f"There are {len(names)} models; name one: /predict/MODEL")
            return ModelName(name=names[0])
        version = int(parts["version"]) if parts["version"] else None
        label = unquote(parts["label"]) if parts["label"] else None
        return ModelName(name=unquote(parts["name"]), version=version, label=label)


def _parse_top(query: str) -> int:
    if not query:
        return _DEFAULT_TOP
    values = parse_qs(query).get("top", [str(_DEFAULT_TOP)])
    if not re.fullmatch("[1-9][0-9]{0,5}", values[-1]):
        raise InvalidRequestError("top is a whole number from 1 on: how many classes to name")
    return int(values[-1])


def _head(prediction: Prediction) -> dict[str, Any]:
    return {"model": prediction.version.model, "version": str(prediction.version.number)}


def _describe(prediction: Prediction, image: int, top: int) -> dict[str, Any]:
    probabilities_K = prediction.probabilities_NK[image]
    names = prediction.version.manifest.class_names
    best = (-probabilities_K).argsort(kind="stable")[:top].tolist()
    return {
        "label": names[best[0]],
        "score": probabilities_K[best[0]],
        "classes": [{"label": names[index], "score": probabilities_K[index]} for index in best],
    }
