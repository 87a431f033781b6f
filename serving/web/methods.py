"""Which methods a path has."""

from serving.errors import MethodNotAllowedError
from serving.web.messages import Request

LOOKING = ("GET", "HEAD")
"""Of a path that changes nothing; HEAD is answered like GET, and the connection leaves the body out."""


def check_method(request: Request, allowed: tuple[str, ...] = LOOKING) -> None:
    """Refuse a request with another method.

    Raises:
        MethodNotAllowedError: With the allowed ones.
    """
    if request.method not in allowed:
        raise MethodNotAllowedError(request.method, allowed=allowed)
