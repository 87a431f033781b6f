"""The ports of a server: HTTP, gRPC, and health alone; opened together, closed in the order that probes need."""

import asyncio
import socket
from typing import TYPE_CHECKING

from serving.predictor import Predictor
from serving.readiness import WhyNotReady
from serving.request_records import RequestRecords
from serving.security.guards import Guards
from serving.settings import Settings
from serving.web.app import App
from serving.web.connection import ConnectionLimits
from serving.web.listener import Listener, bind

if TYPE_CHECKING:
    from serving.grpc_api.listener import GrpcListener

_MAX_HEADER_BYTES = 32 << 10


class Ports:
    """Where callers come in."""

    def __init__(self, settings: Settings, guards: Guards, *, max_body_bytes: int) -> None:
        """Take the addresses; nobody is let in yet.

        Raises:
            SettingsError: An address cannot be had.
        """
        self._settings, self._guards, self._max_body_bytes = settings, guards, max_body_bytes
        self._rest_socket = bind(settings.host, settings.rest_port)
        self._health_socket: socket.socket | None = None
        if settings.health_port >= 0:
            self._health_socket = bind(settings.host, settings.health_port, option="--health-port")
        self.address: str = self._rest_socket.getsockname()[0]
        """That the host's name means."""
        self._numbers = {"rest_port": _port_of(self._rest_socket), "health_port": _port_of(self._health_socket)}
        self._listeners: list[Listener | GrpcListener] = []
        self._health_listener: Listener | None = None

    async def open(
        self,
        app: App,
        health_app: App,
        predictor: Predictor,
        records: RequestRecords,
        why_not_ready: WhyNotReady,
    ) -> dict[str, int | None]:
        """Let callers in; returns the numbers of the ports, None where there is none.

        Raises:
            SettingsError: The address for gRPC cannot be had.
        """
        grpc_port = None
        if self._settings.grpc_port >= 0:
            grpc_port = await self._open_grpc(predictor, records, why_not_ready)
        tls = self._guards.tls
        listener = Listener(app, self._make_limits(), tls=tls.make_context() if tls is not None else None)
        await listener.start(self._rest_socket)
        self._listeners.append(listener)
        if self._health_socket is not None:
            self._health_listener = Listener(health_app, self._make_limits())
            await self._health_listener.start(self._health_socket)
        return {**self._numbers, "grpc_port": grpc_port}

    async def close(self) -> None:
        """Finish all requests; a probe sees the server live for as long as it has some."""
        seconds = self._settings.drain_timeout_seconds
        await asyncio.gather(*(listener.stop(timeout_seconds=seconds) for listener in self._listeners))
        if self._health_listener is not None:
            await self._health_listener.stop(timeout_seconds=seconds)

    async def _open_grpc(self, predictor: Predictor, records: RequestRecords, why_not_ready: WhyNotReady) -> int:
        # Not at the top: without it the server is smaller.
        from serving.grpc_api.calls import Calls
        from serving.grpc_api.services import make_grpc_listener
        from serving.grpc_api.token_gate import TokenGate

        tokens = self._guards.tokens
        listener = make_grpc_listener(
            Calls(records),
            predictor,
            why_not_ready=why_not_ready,
            gate=TokenGate(tokens, records) if tokens is not None else None,
            tls=self._guards.tls,
        )
        self._listeners.append(listener)
        return await listener.start(
            host=self._settings.host,
            port=self._settings.grpc_port,
            max_message_bytes=self._max_body_bytes,
            max_calls=self._settings.max_connections,
        )

    def _make_limits(self) -> ConnectionLimits:
        return ConnectionLimits(
            max_connections=self._settings.max_connections,
            max_header_bytes=_MAX_HEADER_BYTES,
            max_body_bytes=self._max_body_bytes,
            receive_timeout_seconds=self._settings.receive_timeout_seconds,
        )


def _port_of(listening: socket.socket | None) -> int | None:
    port: int | None = listening.getsockname()[1] if listening is not None else None
    return port
