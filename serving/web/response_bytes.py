"""Answers as bytes of HTTP/1.1."""

from http import HTTPStatus

from serving.web.messages import Request, Response

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


def to_bytes(request: Request, response: Response, *, closes: bool) -> bytes:
    """Return a whole answer, without its body for HEAD.

    Args:
        request: What is answered.
        response: The answer.
        closes: Whether the connection ends with it.
    """
    head = b"%b%bcontent-length: %d\r\nx-request-id: %b\r\n%b" % (
        _STATUS_LINES[response.status],
        b"content-type: %b\r\n" % response.content_type.encode() if response.body else b"",
        len(response.body),
        request.request_id.encode(),
        b"connection: close\r\n" if closes else b"",
    )
    others = b"".join(b"%b: %b\r\n" % header for header in response.headers)
    body = b"" if request.method == "HEAD" else response.body
    return b"%b%b\r\n%b" % (head, others, body)
