"""What both clients do alike with httpx: options, timeouts and errors."""

import contextlib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from serving.client.calls import Reply, not_understood
from serving.client.errors import ServerTimeoutError, UnreachableError

_Answer = TypeVar("_Answer")
_LEAST_TIMEOUT_SECONDS = 0.001


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to reach a server.

    Attributes:
        url: Its address, such as http://localhost:8501, with the prefix of its paths if a proxy gives it one.
        token: Sent as a bearer token; empty for none.
        tls: Trusts other than the usual authorities, or a certificate of the client's own; None for neither.
        connections: Connections that are open at once, and kept.
    """

    url: str
    token: str
    tls: ssl.SSLContext | None
    connections: int

    def to_httpx(self) -> dict[str, Any]:
        """Return the options of httpx's clients.

        Raises:
            ValueError: The address is none.
        """
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(f"the address {self.url!r} must begin with http:// or https://")
        return {
            "base_url": self.url,
            "headers": {"authorization": f"Bearer {self.token}"} if self.token else {},
            "verify": True if self.tls is None else self.tls,
            "limits": httpx.Limits(max_connections=self.connections, max_keepalive_connections=self.connections),
        }


def to_timeout(left_seconds: float) -> httpx.Timeout:
    """Return what is left as the limit of each step: to connect, to send, to wait for the answer."""
    return httpx.Timeout(max(left_seconds, _LEAST_TIMEOUT_SECONDS))


def to_reply(response: httpx.Response) -> Reply:
    """Return httpx's response as a plain value."""
    return Reply(
        status=response.status_code, retry_after=response.headers.get("retry-after", ""), body=response.content
    )


@contextlib.contextmanager
def errors_of(url: str) -> Iterator[None]:
    """Turn httpx's errors into the client's.

    Raises:
        ServerTimeoutError: No answer in time.
        UnreachableError: No connection, or it broke.
    """
    try:
        yield
    except httpx.TimeoutException as error:
        raise ServerTimeoutError(f"{url} did not answer in time; give it longer with timeout_seconds") from error
    except httpx.RequestError as error:
        raise UnreachableError(f"{url} cannot be reached: {error}; check the address and that it runs") from error


def understand(read: Callable[[Any], _Answer], reply: Reply) -> _Answer:
    """Read an answer's JSON.

    Raises:
        ServerFailedError: It has another form.
    """
    try:
        return read(reply.json())
    except (LookupError, TypeError, ValueError) as error:
        raise not_understood() from error
