"""A request and a response, as the protocols see them."""

from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from serving.prediction import Prediction

JSON = "application/json"


@dataclass(kw_only=True, slots=True)
class Request:
    """One HTTP request with its whole body.

    Attributes:
        method: In capitals.
        path: Still percent-encoded, without the query.
        query: What follows the question mark.
        headers: Names in small letters; of a repeated one the last.
        body: All of it.
        request_id: The caller's `x-request-id`, or a new one.
        prediction: What was answered, for log and figures; None until then.
    """

    method: str
    path: str
    query: str
    headers: dict[bytes, bytes]
    body: bytes
    request_id: str
    prediction: Prediction | None = None


@dataclass(kw_only=True, slots=True)
class Response:
    """What is sent back."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Wire(Protocol):
    """A protocol on top of HTTP."""

    name: str
    """For log and metrics."""

    def check(self, request: Request) -> None:
        """Refuse what path and method alone show to be wrong, before the body has come; raises RequestError."""

    async def answer(self, request: Request) -> Response:
        """Answer a request whose path begins with the wire's first word; raises RequestError."""


def to_json(value: Any, *, status: int = 200) -> Response:
    """Return a JSON response; NumPy arrays become lists, float32 in the shortest digits that mean the same."""
    return Response(status=status, body=orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY))
