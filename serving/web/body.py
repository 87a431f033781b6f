"""Reads a request's body within a limit of size; its time is limited by the connection."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from serving.errors import InvalidRequestError, TooLargeError

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class ClientGoneError(Exception):
    """The connection closed before the request was complete; nobody waits for an answer."""


async def read_body(receive: Receive, *, content_length: bytes | None, max_body_bytes: int) -> bytes:
    """Return the whole body.

    Raises:
        TooLargeError: It is too large, said or seen.
        InvalidRequestError: Its length is no number.
        ClientGoneError: It does not come at all.
    """
    if content_length is not None:
        if not content_length.isdigit():
            raise InvalidRequestError("Content-Length is no number")
        _check_size(int(content_length), max_body_bytes)
        if content_length == b"0":
            return b""
    return await _read_all(receive, max_body_bytes)


async def _read_all(receive: Receive, max_body_bytes: int) -> bytes:
    chunks: list[bytes] = []
    received_bytes = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientGoneError
        chunk: bytes = message.get("body", b"")
        received_bytes += len(chunk)
        _check_size(received_bytes, max_body_bytes)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _check_size(size_bytes: int, max_body_bytes: int) -> None:
    if size_bytes > max_body_bytes:
        raise TooLargeError(f"The body is larger than {max_body_bytes} bytes; send fewer or smaller images at once")
