"""Asks gRPC calls for their token, before their message is read; what is not named here needs one."""

import time
from typing import Any

import grpc

from serving.errors import UnauthenticatedError
from serving.grpc_api.status_codes import to_code
from serving.request_records import FinishedRequest, RequestRecords
from serving.security.tokens import Tokens
from serving.web.request_ids import choose_request_id

_OPEN_METHODS = frozenset(
    {
        "/grpc.health.v1.Health/Check",
        "/inference.GRPCInferenceService/ServerLive",
        "/inference.GRPCInferenceService/ServerReady",
    }
)
_REQUEST_ID = "x-request-id"


class TokenGate(grpc.GenericRpcHandler):
    """Comes before the services: gRPC takes the first handler that it is given for a call."""

    def __init__(self, tokens: Tokens, records: RequestRecords) -> None:
        """Take the tokens, and what keeps the log and the figures."""
        self._tokens, self._records = tokens, records

    def service(self, handler_call_details: Any) -> Any:
        """Return None to let a call pass to its service, or else what refuses it."""
        if handler_call_details.method in _OPEN_METHODS:
            return None
        metadata = dict(handler_call_details.invocation_metadata)
        given = metadata.get("authorization")
        try:
            self._tokens.check(given.encode() if isinstance(given, str) else None)
        except UnauthenticatedError as error:
            return self._make_refusal(error, method=handler_call_details.method, given_id=metadata.get(_REQUEST_ID))
        return None

    def _make_refusal(self, error: UnauthenticatedError, *, method: str, given_id: Any) -> Any:
        code = to_code(error)
        record = FinishedRequest(
            request_id=choose_request_id(given_id.encode() if isinstance(given_id, str) else None),
            protocol="none",
            method=method[:200],
            status=code.name,
            body_bytes=0,
            started=time.monotonic(),
            seconds=0.0,
            prediction=None,
        )

        async def refuse(_messages: Any, context: Any) -> None:
            self._records.keep(record)
            await context.abort(code, str(error), ((_REQUEST_ID, record.request_id),))

        # With a stream of messages gRPC reads none before it is asked to.
        return grpc.stream_unary_rpc_method_handler(refuse)
