"""What both clients do alike with httpx: options, timeouts and errors."""

import contextlib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from serving.client.calls import Reply, not_understood
from serving.client.errors import ServerTimeoutError, UnreachableError, UntrustedServerError

_Answer = TypeVar("_Answer")
ClientCertificate = tuple[Path | str, Path | str]
"""Files of a certificate and of its key, in PEM."""
_LEAST_TIMEOUT_SECONDS = 0.001


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to reach a server.

    Attributes:
        url: Its address, such as http://localhost:8501, with the prefix of its paths if a proxy gives it one.
        token: Sent as a bearer token; empty for none.
        ca_file: The one authority to trust; None for the usual ones.
        client_cert: What the client shows of itself; None for nothing.
        connections: Connections that are open at once, and kept.
    """

    url: str
    token: str = field(repr=False)
    ca_file: Path | str | None
    client_cert: ClientCertificate | None
    connections: int

    def to_httpx(self) -> dict[str, Any]:
        """Return the options of httpx's clients.

        Raises:
            ValueError: The address is none, or a certificate is given and it is not https.
            OSError: A certificate cannot be read or used.
        """
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(f"the address {self.url!r} must begin with http:// or https://")
        has_certificates = self.ca_file is not None or self.client_cert is not None
        if has_certificates and not self.url.startswith("https://"):
            raise ValueError(f"ca_file and client_cert are for https://, but the address is {self.url!r}")
        return {
            "base_url": self.url,
            "headers": {"authorization": f"Bearer {self.token}"} if self.token else {},
            "verify": self._make_context() if has_certificates else True,
            "limits": httpx.Limits(max_connections=self.connections, max_keepalive_connections=self.connections),
        }

    def _make_context(self) -> ssl.SSLContext:
        if self.ca_file is None:
            context = httpx.create_ssl_context()
        else:
            context = ssl.create_default_context(cafile=self.ca_file)
        if self.client_cert is not None:
            context.load_cert_chain(*self.client_cert)
        return context


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
        UntrustedServerError: Its certificate is of no trusted authority, for another name, or expired.
        UnreachableError: No connection, or it broke.
    """
    try:
        yield
    except httpx.TimeoutException as error:
        raise ServerTimeoutError(f"{url} did not answer in time; give it longer with timeout_seconds") from error
    except httpx.RequestError as error:
        refusal = _find_refusal(error)
        if refusal is not None:
            raise UntrustedServerError(
                f"{url} is not trusted: {refusal.verify_message}; "
                "give its authority with ca_file, or renew its certificate"
            ) from error
        # A server that gets no certificate, or a wrong one, breaks the connection without a word.
        advice = ", and that it takes client_cert, if it asks for one" if url.startswith("https://") else ""
        raise UnreachableError(
            f"{url} cannot be reached: {error}; check the address and that it runs{advice}"
        ) from error


def _find_refusal(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """Return what httpx has wrapped, if the server's certificate was refused."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error


def understand(read: Callable[[Any], _Answer], reply: Reply) -> _Answer:
    """Read an answer's JSON.

    Raises:
        ServerFailedError: It has another form.
    """
    try:
        return read(reply.json())
    except (LookupError, TypeError, ValueError) as error:
        raise not_understood() from error
