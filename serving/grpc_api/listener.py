"""Listens for gRPC calls on the event loop of the server, and stops when it is told."""

import asyncio
from collections.abc import Sequence

import grpc

from serving.errors import SettingsError
from serving.grpc_api.calls import Calls, Service
from serving.grpc_api.credentials import make_credentials
from serving.security.tls import Tls

_REFUSE_SECONDS = 0.1
"""gRPC answers a call that meets a closing connection CANCELLED, which no client tries again. So those who ask without
a pause are sent away before, with UNAVAILABLE, which retry policies know."""


class GrpcListener:
    """A port with services."""

    def __init__(
        self,
        calls: Calls,
        services: Sequence[Service],
        *,
        gate: grpc.GenericRpcHandler | None = None,
        tls: Tls | None = None,
    ) -> None:
        """Take the services and what takes their calls, what asks for tokens, and what encrypts; None for neither."""
        self._calls, self._tls = calls, tls
        handlers = [calls.make_handler(service) for service in services]
        self._handlers = [gate, *handlers] if gate is not None else handlers
        self._server: grpc.aio.Server | None = None

    async def start(self, *, host: str, port: int, max_message_bytes: int, max_calls: int) -> int:
        """Listen.

        Args:
            host: Address.
            port: Port; 0 takes a free one.
            max_message_bytes: Larger requests are answered RESOURCE_EXHAUSTED.
            max_calls: Calls at a time; more are answered RESOURCE_EXHAUSTED.

        Returns:
            The port.

        Raises:
            SettingsError: The address is taken, or not of this machine.
        """
        options = [
            ("grpc.max_receive_message_length", max_message_bytes),
            ("grpc.max_send_message_length", -1),
            # Otherwise two servers share one port without a word, and each gets some of the calls.
            ("grpc.so_reuseport", 0),
        ]
        self._server = grpc.aio.server(options=options, maximum_concurrent_rpcs=max_calls)
        self._server.add_generic_rpc_handlers(self._handlers)
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            bound: int = (
                self._server.add_insecure_port(address)
                if self._tls is None
                else self._server.add_secure_port(address, make_credentials(self._tls))
            )
        except RuntimeError:
            raise SettingsError(
                [f"--host {host} --grpc-port {port}: cannot listen there; choose another address or stop its user"]
            ) from None
        await self._server.start()
        return bound

    async def stop(self, *, timeout_seconds: float) -> None:
        """Take no more calls, and finish those that run or, after the timeout, cancel them."""
        if self._server is not None:
            self._calls.is_refusing = True
            await asyncio.sleep(_REFUSE_SECONDS)
            await self._server.stop(timeout_seconds)
