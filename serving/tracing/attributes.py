"""What a span says of a request, in the words of OpenTelemetry's semantic conventions for HTTP and RPC."""

from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE
from opentelemetry.semconv.attributes.url_attributes import URL_PATH

from serving.request_records import FinishedRequest

# The conventions for RPC are not stable yet, and the package keeps their names under an underscore.
RPC_SYSTEM_NAME = "rpc.system.name"
RPC_METHOD = "rpc.method"
RPC_RESPONSE_STATUS_CODE = "rpc.response.status_code"

_HTTP_METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
_OTHER_METHOD = "_OTHER"
_HTTP_FAULTS = 500
"""From this status on it is the server's fault."""
_GRPC_FAULTS = frozenset({"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"})
_MAX_PATH_LETTERS = 200

Attributes = dict[str, str | int | float]


def span_name(request: FinishedRequest) -> str:
    """Return a name of which there are few: gRPC's method, or HTTP's with the protocol behind the path."""
    if isinstance(request.status, str):
        return request.method.lstrip("/")
    method = request.method if request.method in _HTTP_METHODS else "HTTP"
    return f"{method} {request.protocol}"


def span_attributes(request: FinishedRequest) -> Attributes:
    """Return the attributes of a request."""
    attributes = _grpc_attributes(request) if isinstance(request.status, str) else _http_attributes(request)
    attributes |= {"tandem.protocol": request.protocol, "tandem.request_id": request.request_id}
    attributes["tandem.body_bytes"] = request.body_bytes
    if is_fault(request):
        attributes[ERROR_TYPE] = str(request.status)
    if request.prediction is not None:
        attributes |= {
            "tandem.model": request.prediction.version.model,
            "tandem.version": request.prediction.version.number,
            "tandem.images": len(request.prediction.images),
            "tandem.batch_images": request.prediction.outcome.batch_images,
        }
    return attributes


def is_fault(request: FinishedRequest) -> bool:
    """Tell whether the server has failed; a caller's mistake is no fault."""
    if isinstance(request.status, str):
        return request.status in _GRPC_FAULTS
    return request.status >= _HTTP_FAULTS


def _http_attributes(request: FinishedRequest) -> Attributes:
    return {
        HTTP_REQUEST_METHOD: request.method if request.method in _HTTP_METHODS else _OTHER_METHOD,
        URL_PATH: request.path[:_MAX_PATH_LETTERS],
        HTTP_RESPONSE_STATUS_CODE: request.status,
    }


def _grpc_attributes(request: FinishedRequest) -> Attributes:
    return {
        RPC_SYSTEM_NAME: "grpc",
        RPC_METHOD: request.method.lstrip("/"),
        RPC_RESPONSE_STATUS_CODE: request.status,
    }
