"""Listens on a socket with uvicorn, and stops when it is told."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Generator

import uvicorn

from serving.errors import SettingsError
from serving.web.app import App
from serving.web.connection import limited_connection

_WAITING_CONNECTIONS = 2048
"""That the kernel keeps until they are accepted."""
_LAST_HANDSHAKE_SECONDS = 1.0
"""For who waits at the door when the server stops, which silent ones must not hold up."""


class Listener(uvicorn.Server):
    """A uvicorn server that leaves the signals to its owner, who drains before it stops."""

    def __init__(self, config: uvicorn.Config, *, tls: ssl.SSLContext | None, handshake_timeout_seconds: float) -> None:
        """Take the configuration, and what encrypts; None for plain HTTP."""
        super().__init__(config)
        self._tls = tls
        # Without TLS asyncio refuses a time for its handshake.
        self._handshake_timeout_seconds = handshake_timeout_seconds if tls is not None else None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen; uvicorn itself would wait a minute for a silent client's handshake."""
        loop = asyncio.get_running_loop()
        self.servers = [
            await loop.create_server(
                self._make_connection,
                sock=listening,
                backlog=self.config.backlog,
                ssl=self._tls,
                ssl_handshake_timeout=self._handshake_timeout_seconds,
            )
            for listening in sockets or []
        ]
        self.started = True

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take what waits at the door, close it, and finish; closing first would reset those who wait."""
        waiting = [connection for listening in sockets or [] for connection in _accept_waiting(listening)]
        for server in self.servers:
            server.close()
        await asyncio.gather(*(self._take(connection) for connection in waiting))
        await super().shutdown(sockets)

    async def _take(self, connection: socket.socket) -> None:
        """Serve an accepted connection, unless its client is slow or bad at shaking hands."""
        loop, timeout_seconds = asyncio.get_running_loop(), _LAST_HANDSHAKE_SECONDS if self._tls is not None else None
        with contextlib.suppress(OSError):
            await loop.connect_accepted_socket(
                self._make_connection, connection, ssl=self._tls, ssl_handshake_timeout=timeout_seconds
            )

    def _make_connection(self) -> asyncio.Protocol:
        connection: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state={}
        )
        return connection

    def stop(self) -> None:
        """Accept no more connections, finish the requests and return from `serve`."""
        self.should_exit = True


def _accept_waiting(listening: socket.socket) -> list[socket.socket]:
    """Accept the connections that the kernel has taken and the event loop has not seen yet."""
    waiting = []
    listening.setblocking(False)
    with contextlib.suppress(OSError):
        while True:
            waiting.append(listening.accept()[0])
    for connection in waiting:
        connection.setblocking(False)
    return waiting


def bind(host: str, port: int, *, option: str = "--rest-port") -> socket.socket:
    """Take the address before anything slow begins; who connects now waits until the server runs.

    Args:
        host: Address.
        port: Port; 0 takes a free one.
        option: Where the port is from.

    Raises:
        SettingsError: It is taken, or not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_WAITING_CONNECTIONS)
    except OSError as error:
        listening.close()
        raise SettingsError(
            [f"--host {host} {option} {port}: {error.strerror or error}; choose another address or stop its user"]
        ) from error
    listening.set_inheritable(True)
    return listening


def make_listener(
    app: App,
    *,
    max_connections: int,
    receive_timeout_seconds: float,
    drain_timeout_seconds: float,
    tls: ssl.SSLContext | None = None,
) -> Listener:
    """Return a server for the app, not started.

    Args:
        app: The application.
        max_connections: Connections beyond are answered 503.
        receive_timeout_seconds: Longest time for a request to arrive, and for a kept connection to be silent.
        drain_timeout_seconds: Longest time to finish requests after `stop`.
        tls: What encrypts; None for plain HTTP.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        app,
        loop="none",
        http=limited_connection(max_header_bytes=32 << 10, receive_timeout_seconds=receive_timeout_seconds),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        limit_concurrency=max_connections,
        timeout_keep_alive=max(1, round(receive_timeout_seconds)),
        timeout_graceful_shutdown=max(1, round(drain_timeout_seconds)),
        backlog=_WAITING_CONNECTIONS,
    )
    return Listener(config, tls=tls, handshake_timeout_seconds=receive_timeout_seconds)
