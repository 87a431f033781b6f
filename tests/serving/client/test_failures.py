import pytest

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
from serving.client.failures import find_failure
from serving.web.errors import STATUSES


def failure(status: int, body: bytes = b'{"error": "why"}', *, retry_after: str = "") -> ClientError | None:
    return find_failure(Reply(status=status, retry_after=retry_after, body=body), has_images=True)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidImageError),
        (401, UnauthenticatedError),
        (403, NotAllowedError),
        (404, NotFoundError),
        (405, RequestRefusedError),
        (413, TooLargeError),
        (429, ServerBusyError),
        (500, ServerFailedError),
        (501, ServerFailedError),
        (503, ServerBusyError),
        (504, ServerTimeoutError),
    ],
)
def test_every_status_has_its_error_with_the_server_s_words(status: int, kind: type[ClientError]) -> None:
    found = failure(status)

    assert type(found) is kind
    assert str(found) == "why"


def test_each_status_that_the_server_uses_is_a_failure_and_success_is_none() -> None:
    assert all(failure(status) is not None for status in STATUSES.values())
    assert failure(200) is None


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)])
def test_the_wish_of_a_busy_server_is_kept(header: str, seconds: float | None) -> None:
    found = failure(429, retry_after=header)

    assert isinstance(found, ServerBusyError)
    assert found.retry_after_seconds == seconds


@pytest.mark.parametrize("body", [b"Service Unavailable", b"[]", b'{"message": "x"}', b"\xff", b"3"])
def test_other_words_are_shown_with_the_status(body: bytes) -> None:
    assert str(failure(503, body)).startswith("The server answered 503: ")
    assert len(str(failure(503, body * 1000))) < 400


def test_a_bad_request_without_images_blames_no_image() -> None:
    found = find_failure(Reply(status=400, retry_after="", body=b'{"error": "why"}'), has_images=False)

    assert type(found) is RequestRefusedError
