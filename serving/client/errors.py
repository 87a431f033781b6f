"""What can go wrong between the client and a server.

ClientError
├── InvalidImageError       the server cannot use an image; `position` says which
├── NotFoundError           the server has no such model, version or label
├── UnauthenticatedError    the token is missing or wrong
├── NotAllowedError         whoever asks may not do this, says the server or a proxy before it
├── TooLargeError           an image is larger than the server takes
├── RequestRefusedError     the server refuses the request for another reason
├── ServerBusyError         overloaded, starting or draining, also after the retries
├── ServerFailedError       the server or its model failed, or what answers is no model server
├── ServerTimeoutError      no answer in time
├── UntrustedServerError    the server's certificate is not one to trust
└── UnreachableError        no connection, or it broke
"""

from serving.errors import ServingError


class ClientError(ServingError):
    """Base of every error that the client raises on purpose."""


class InvalidImageError(ClientError):
    """The server cannot use an image.

    Attributes:
        position: The image's place in what was passed, from 0 on.
    """

    def __init__(self, message: str, *, position: int = 0) -> None:
        """Keep the place beside the server's words."""
        super().__init__(message)
        self.position = position


class NotFoundError(ClientError):
    """The server has no such model, version or label."""


class UnauthenticatedError(ClientError):
    """The token is missing or wrong."""


class NotAllowedError(ClientError):
    """Whoever asks may not do this, says the server or a proxy before it."""


class TooLargeError(ClientError):
    """An image is larger than the server takes."""


class RequestRefusedError(ClientError):
    """The server refuses the request for a reason that has no class of its own."""


class ServerBusyError(ClientError):
    """The server is overloaded, starting or draining; the same request may succeed later.

    Attributes:
        retry_after_seconds: When the server asks to come back; None when it does not say.
    """

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        """Keep the server's wish beside its words."""
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class ServerFailedError(ClientError):
    """The server or its model failed, or what answers is no model server."""


class ServerTimeoutError(ClientError):
    """No answer came in time, by the server's clock or the client's."""


class UntrustedServerError(ClientError):
    """The server's certificate is of no trusted authority, for another name, or expired."""


class UnreachableError(ClientError):
    """There is no connection to the server, or it broke."""
