"""Takes every call: reads its message, has it answered, turns errors into codes, and has the call remembered."""

import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
from google.protobuf.message import DecodeError

from serving.errors import InvalidRequestError, RequestError, UnavailableError
from serving.grpc_api.status_codes import to_code, to_trailers
from serving.prediction import Prediction
from serving.request_records import FinishedRequest, RequestRecords
from serving.web.request_ids import choose_request_id

_REQUEST_ID = "x-request-id"
_MAX_DETAIL_LETTERS = 1000
"""A status travels in headers, whose size clients limit; names in it may be a caller's and long."""


@dataclass(kw_only=True)
class Call:
    """One call.

    Attributes:
        message: What was asked.
        timeout_seconds: Time that the caller still waits; None for ever.
        prediction: What was answered, for log and figures; None until then.
    """

    message: Any
    timeout_seconds: float | None
    prediction: Prediction | None = None


Answer = Callable[[Call], Awaitable[Any]]
"""Returns the response; raises RequestError."""


class Service(Protocol):
    """A gRPC service."""

    name: str
    """Full name, as in the path of its methods."""
    protocol: str
    """For log and figures."""

    def methods(self) -> Mapping[str, tuple[Any, Answer]]:
        """Return each method's name, the class of its request, and what answers it."""


class Calls:
    """Leads calls to the services."""

    def __init__(self, records: RequestRecords) -> None:
        """Take what keeps calls and faults."""
        self._records = records
        self.is_refusing = False
        """Set to answer every new call UNAVAILABLE, so that callers turn to other servers."""

    def make_handler(self, service: Service) -> grpc.GenericRpcHandler:
        """Return what gRPC asks for the methods of a service; the others it answers UNIMPLEMENTED."""
        handlers = {
            method: grpc.unary_unary_rpc_method_handler(self._make_behaviour(service, method, request_class, answer))
            for method, (request_class, answer) in service.methods().items()
        }
        return grpc.method_handlers_generic_handler(service.name, handlers)

    def _make_behaviour(self, service: Service, method: str, request_class: Any, answer: Answer) -> Any:
        async def behave(content: bytes, context: Any) -> Any:
            started, metadata = time.monotonic(), _read_metadata(context)
            given_id = metadata.get(_REQUEST_ID)
            request_id = choose_request_id(None if given_id is None else given_id.encode())
            code = grpc.StatusCode.CANCELLED  # stays so when the caller has gone
            trailers: tuple[tuple[str, str], ...] = ((_REQUEST_ID, request_id),)
            context.set_trailing_metadata(trailers)
            call = Call(message=None, timeout_seconds=context.time_remaining())
            try:
                self._check_open()
                # Read here and not by gRPC, which would call it a fault of the server when this fails.
                call.message = _parse(request_class, content)
                response: bytes = (await answer(call)).SerializeToString()
                code = grpc.StatusCode.OK
                return response
            except RequestError as error:
                code, details = to_code(error), str(error)
                trailers += to_trailers(error)
            except Exception:  # The one door where every fault of a service ends: the caller gets no traceback.
                code = grpc.StatusCode.INTERNAL
                details = "The server failed on this request; its log has the reason"
                self._records.keep_failure(request_id, traceback.format_exc())
            finally:
                self._records.keep(
                    FinishedRequest(
                        request_id=request_id,
                        protocol=service.protocol,
                        method=f"/{service.name}/{method}",
                        status=code.name,
                        body_bytes=len(content),
                        started=started,
                        seconds=time.monotonic() - started,
                        prediction=call.prediction,
                        traceparent=metadata.get("traceparent", ""),
                        tracestate=metadata.get("tracestate", ""),
                    )
                )
            return await context.abort(code, details[:_MAX_DETAIL_LETTERS], trailers)

        return behave

    def _check_open(self) -> None:
        if self.is_refusing:
            raise UnavailableError("The server is stopping; ask another one")


def _parse(request_class: Any, content: bytes) -> Any:
    try:
        return request_class.FromString(content)
    except DecodeError:
        name = request_class.DESCRIPTOR.full_name
        raise InvalidRequestError(f"The request is no {name}: its bytes do not follow the protocol") from None


def _read_metadata(context: Any) -> dict[str, str]:
    """Return the metadata that is text; of a repeated name the last."""
    return {name: value for name, value in context.invocation_metadata() or () if isinstance(value, str)}
