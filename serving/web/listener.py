"""Listens on a socket, watches over its connections, and stops when it is told."""

import asyncio
import contextlib
import socket
import ssl

from serving.errors import SettingsError
from serving.web.connection import Application, Connection, ConnectionLimits
from serving.web.last_callers import accept_waiting, overlook_new_callers

_WAITING_CONNECTIONS = 2048
"""That the kernel keeps until they are accepted."""
_LOOKS = 20
"""How often the time of a connection is looked at before it is over; a timer for each request would cost more."""
_MAX_PAUSE_SECONDS = 0.5
_LAST_HANDSHAKE_SECONDS = 1.0
"""For who waits at the door when the server stops, which silent ones must not hold up."""
_LOOK_SECONDS = 0.01
"""Between two looks at whether the last request has been answered."""


class Listener:
    """A port with an application."""

    def __init__(self, app: Application, limits: ConnectionLimits, *, tls: ssl.SSLContext | None = None) -> None:
        """Remember the parts; nothing is opened.

        Args:
            app: Answers the requests.
            limits: Of every connection.
            tls: Certificate and rules of encrypted connections; None for plain ones.
        """
        self._app, self._limits, self._tls = app, limits, tls
        self._connections: set[Connection] = set()

    async def start(self, listening: socket.socket) -> None:
        """Accept connections from now on."""
        loop = asyncio.get_running_loop()
        self._door = listening
        self._server = await loop.create_server(
            self._make_connection,
            sock=listening,
            backlog=_WAITING_CONNECTIONS,
            ssl=self._tls,
            ssl_handshake_timeout=self._handshake_seconds(self._limits.receive_timeout_seconds),
        )
        self._watch = loop.create_task(self._check_times())

    async def stop(self, *, timeout_seconds: float) -> None:
        """Close the port, finish the requests that there are, or end them when the time is over."""
        self._watch.cancel()
        await self._close_door()
        for connection in [*self._connections]:
            connection.drain()
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        while self._connections and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(_LOOK_SECONDS)
        for connection in [*self._connections]:
            connection.abort()

    def _make_connection(self) -> Connection:
        return Connection(self._app, self._limits, self._connections)

    async def _check_times(self) -> None:
        loop = asyncio.get_running_loop()
        pause_seconds = min(_MAX_PAUSE_SECONDS, self._limits.receive_timeout_seconds / _LOOKS)
        while True:
            await asyncio.sleep(pause_seconds)
            for connection in [*self._connections]:
                connection.check_time(loop.time())

    async def _close_door(self) -> None:
        """Close the port and reset nobody: neither who is half accepted nor who waits in the kernel."""
        overlook_new_callers(self._door)
        asyncio.get_running_loop().remove_reader(self._door.fileno())
        await asyncio.sleep(_LOOK_SECONDS)  # asyncio drops what it has accepted and not yet attached when it closes.
        waiting = accept_waiting(self._door)
        self._server.close()
        await asyncio.gather(*(self._take(connection) for connection in waiting))

    async def _take(self, connection: socket.socket) -> None:
        """Serve an accepted connection, unless its client is slow or bad at shaking hands."""
        connection.setblocking(False)
        with contextlib.suppress(OSError):
            await asyncio.get_running_loop().connect_accepted_socket(
                self._make_connection,
                connection,
                ssl=self._tls,
                ssl_handshake_timeout=self._handshake_seconds(_LAST_HANDSHAKE_SECONDS),
            )

    def _handshake_seconds(self, seconds: float) -> float | None:
        """Return a time for a handshake, which asyncio refuses where there is none."""
        return seconds if self._tls is not None else None


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
