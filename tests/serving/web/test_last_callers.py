import socket
from collections.abc import Iterator

import pytest

from serving.web.last_callers import accept_waiting, overlook_new_callers


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_who_has_connected_is_accepted_and_outlives_the_port(listening: socket.socket) -> None:
    callers = [socket.create_connection(listening.getsockname(), timeout=10) for _ in range(3)]
    callers[0].sendall(b"early")

    overlook_new_callers(listening)
    accepted = accept_waiting(listening)
    listening.close()

    assert len(accepted) == 3
    for caller, connection in zip(callers, accepted, strict=True):
        caller.sendall(b" late")
        caller.shutdown(socket.SHUT_WR)
        connection.settimeout(10)
        with caller, connection, connection.makefile("rb") as stream:
            assert stream.read() in {b"early late", b" late"}


def test_a_new_caller_is_overlooked_and_then_refused_but_never_reset(listening: socket.socket) -> None:
    address = listening.getsockname()
    overlook_new_callers(listening)

    with pytest.raises(TimeoutError):
        socket.create_connection(address, timeout=0.2)
    assert accept_waiting(listening) == []
    listening.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=10)
