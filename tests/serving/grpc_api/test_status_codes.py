import grpc
import pytest

from serving.errors import OverloadedError, RequestError, TooLargeError, UnavailableError
from serving.grpc_api.status_codes import CODES, UnknownSignatureError, to_code, to_trailers


@pytest.mark.parametrize("kind", RequestError.__subclasses__())
def test_every_kind_of_error_has_a_code(kind: type[RequestError]) -> None:
    assert CODES[kind] not in (grpc.StatusCode.OK, grpc.StatusCode.UNKNOWN)


def test_an_unknown_signature_has_tensorflow_servings_code() -> None:
    assert to_code(UnknownSignatureError("text")) is grpc.StatusCode.FAILED_PRECONDITION


def test_only_what_may_succeed_later_says_when_to_try_again() -> None:
    assert to_trailers(OverloadedError("text")) == (("grpc-retry-pushback-ms", "1000"),)
    assert to_trailers(UnavailableError("text")) == (("grpc-retry-pushback-ms", "1000"),)
    assert to_trailers(TooLargeError("text")) == ()
