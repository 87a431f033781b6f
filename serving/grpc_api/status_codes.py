"""Errors as gRPC status codes: one table for all protocols."""

import grpc

from serving.errors import (
    DeadlineError,
    InvalidRequestError,
    MethodNotAllowedError,
    ModelFailedError,
    NotFoundError,
    OverloadedError,
    RequestError,
    TooLargeError,
    UnauthenticatedError,
    UnavailableError,
)

CODES: dict[type[RequestError], grpc.StatusCode] = {
    InvalidRequestError: grpc.StatusCode.INVALID_ARGUMENT,
    # Not RESOURCE_EXHAUSTED, which clients may try again: the same request will always be too large.
    TooLargeError: grpc.StatusCode.INVALID_ARGUMENT,
    UnauthenticatedError: grpc.StatusCode.UNAUTHENTICATED,
    NotFoundError: grpc.StatusCode.NOT_FOUND,
    MethodNotAllowedError: grpc.StatusCode.UNIMPLEMENTED,
    OverloadedError: grpc.StatusCode.RESOURCE_EXHAUSTED,
    UnavailableError: grpc.StatusCode.UNAVAILABLE,
    DeadlineError: grpc.StatusCode.DEADLINE_EXCEEDED,
    ModelFailedError: grpc.StatusCode.INTERNAL,
}
_RETRY_PUSHBACK = (("grpc-retry-pushback-ms", "1000"),)
"""For clients with a retry policy: gRPC's form of Retry-After."""


class UnknownSignatureError(InvalidRequestError):
    """The model has no such signature, for which TensorFlow Serving has a code of its own."""


def to_code(error: RequestError) -> grpc.StatusCode:
    """Return the code of an error's kind."""
    if isinstance(error, UnknownSignatureError):
        return grpc.StatusCode.FAILED_PRECONDITION
    return CODES[type(error)]


def to_trailers(error: RequestError) -> tuple[tuple[str, str], ...]:
    """Return what is sent beside the code: when to try again, if it makes sense."""
    return _RETRY_PUSHBACK if isinstance(error, OverloadedError | UnavailableError) else ()
