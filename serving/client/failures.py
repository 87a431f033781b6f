"""Answers that are none, as errors."""

import json
import re

from serving.client.calls import Reply
from serving.client.errors import (
    ClientError,
    InvalidImageError,
    NotAllowedError,
    NotFoundError,
    RequestRefusedError,
    ServerBusyError,
    ServerFailedError,
    ServerTimeoutError,
    TooLargeError,
    UnauthenticatedError,
)

_SHOWN_LETTERS = 300
_POSITION = re.compile(r"image ([0-9]+): ")
_UNKNOWN_LABEL = "Unrecognized servable version label"
"""TensorFlow Serving answers 400 to that, like to a bad image, and so does this server."""
_KINDS: dict[int, type[ClientError]] = {
    401: UnauthenticatedError,
    403: NotAllowedError,
    404: NotFoundError,
    413: TooLargeError,
    504: ServerTimeoutError,
}
_BUSY = (429, 503)
_OK, _NOT_OK, _BAD_REQUEST, _SERVER_ERROR = 200, 300, 400, 500


def find_failure(reply: Reply, *, has_images: bool) -> ClientError | None:
    """Return the error that an answer means, or None.

    Args:
        reply: The answer.
        has_images: Whether images were sent; then a bad request is a bad image.
    """
    if _OK <= reply.status < _NOT_OK:
        return None
    message = _read_message(reply)
    if reply.status in _BUSY:
        return ServerBusyError(message, retry_after_seconds=_read_seconds(reply.retry_after))
    if reply.status in _KINDS:
        return _KINDS[reply.status](message)
    if reply.status == _BAD_REQUEST and has_images:
        return _blame_image(message)
    return RequestRefusedError(message) if reply.status < _SERVER_ERROR else ServerFailedError(message)


def _blame_image(message: str) -> ClientError:
    """Return the error for a bad request with images, which the client itself has put together well."""
    if message.startswith(_UNKNOWN_LABEL):
        return NotFoundError(message)
    position = _POSITION.match(message)
    if position is None:
        return InvalidImageError(message)
    return InvalidImageError(message[position.end() :], position=int(position[1]))


def _read_message(reply: Reply) -> str:
    """Return the server's words; a proxy before it may speak anything."""
    text = reply.body.decode(errors="replace")
    try:
        return str(json.loads(text)["error"])
    except (ValueError, LookupError, TypeError):
        return f"The server answered {reply.status}: {text[:_SHOWN_LETTERS]}"


def _read_seconds(retry_after: str) -> float | None:
    """Return the seconds of a Retry-After; its other form, a date, needs clocks that agree, and counts as none."""
    return float(retry_after) if re.fullmatch("[0-9]{1,9}", retry_after) else None
