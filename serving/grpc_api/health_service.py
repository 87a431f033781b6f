"""gRPC's health check, as probes and balancers ask for it. Clients that get UNIMPLEMENTED on Watch do without it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from serving.errors import NotFoundError
from serving.grpc_api.calls import Answer, Call
from serving.grpc_api.health_messages import NOT_SERVING, SERVING, HealthCheckRequest, HealthCheckResponse


class HealthService:
    """Check, for the server (no name) and for each of its services."""

    name = "grpc.health.v1.Health"
    protocol = "health"

    def __init__(self, *, why_not_ready: Callable[[], str], services: Collection[str]) -> None:
        """Take a function that returns why the server is not ready (empty when it is), and the services' names."""
        self._why_not_ready, self._services = why_not_ready, {"", self.name, *services}

    def methods(self) -> Mapping[str, tuple[Any, Answer]]:
        """Return the methods."""
        return {"Check": (HealthCheckRequest, self._check)}

    async def _check(self, call: Call) -> Any:
        if call.message.service not in self._services:
            raise NotFoundError(f"There is no service {call.message.service[:80]}")
        return HealthCheckResponse(status=NOT_SERVING if self._why_not_ready() else SERVING)
