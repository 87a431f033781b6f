"""Hostile connections to a real listener in this process."""

import asyncio
import socket
from collections.abc import MutableMapping
from typing import Any

import pytest
from asgi_call import Reply

from serving.errors import SettingsError
from serving.web.body import Receive, read_body
from serving.web.listener import bind, make_listener

OK = b"HTTP/1.1 200 OK"


async def echo(scope: MutableMapping[str, Any], receive: Receive, send: Any) -> None:
    """Answer with the body; a stand-in for the application, whose own tests are elsewhere."""
    body = await read_body(receive, content_length=None, max_body_bytes=1 << 20)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def talk(*pieces: bytes, timeout_seconds: float = 30.0) -> bytes:
    """Send pieces and return all that comes back until the server ends the connection."""

    async def run() -> bytes:
        listener = make_listener(
            echo,  # type: ignore[arg-type]
            max_connections=10,
            receive_timeout_seconds=timeout_seconds,
            drain_timeout_seconds=1,
        )
        listening = bind("127.0.0.1", 0)
        serving = asyncio.create_task(listener.serve([listening]))
        reader, writer = await asyncio.open_connection(sock=await connect(listening.getsockname()[1]))
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()
            listener.stop()
            await serving

    return asyncio.run(run())


async def connect(port: int) -> socket.socket:
    """Connect as soon as the listener listens."""
    loop = asyncio.get_running_loop()
    while True:
        client = socket.socket()
        client.setblocking(False)
        try:
            await loop.sock_connect(client, ("127.0.0.1", port))
            return client
        except ConnectionRefusedError:
            client.close()
            await asyncio.sleep(0.01)


def parse(answer: bytes) -> Reply:
    head, _, body = answer.partition(b"\r\n\r\n")
    return Reply(int(head.split()[1]), {}, body)


def test_requests_on_a_kept_connection_are_answered_in_order() -> None:
    first = b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\none"
    last = b"POST / HTTP/1.1\r\ncontent-length: 3\r\nconnection: close\r\n\r\ntwo"

    answer = talk(first, last)

    assert answer.count(OK) == 2
    assert answer.index(b"one") < answer.index(b"two")


@pytest.mark.parametrize(
    ("pieces", "status", "message"),
    [
        ([b"\x16\x03\x01 this is no HTTP\r\n\r\n"], 400, "no HTTP request"),
        ([b"GET / HTTP/1.1\r\n", b"x: 1\r\n" * 20_000, b"\r\n"], 431, "headers are larger than 32768 bytes"),
        ([b"GET / HTTP/1.1\r\nx: ", b"y" * 100_000], 431, "headers are larger than 32768 bytes"),
        ([b"GET /" + b"y" * 100_000], 431, "headers are larger than 32768 bytes"),
    ],
)
def test_endless_headers_and_other_noise_end_the_connection(pieces: list[bytes], status: int, message: str) -> None:
    answer = talk(*pieces)

    if answer:  # The end may overtake the answer when more is still being sent.
        assert parse(answer).status == status
        assert message in parse(answer).json()["error"]


@pytest.mark.parametrize(
    "pieces",
    [[b"GET / HTTP/1.1\r\nhost: x"], [b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nhalf"]],
)
def test_a_request_that_does_not_arrive_is_given_up(pieces: list[bytes]) -> None:
    reply = parse(talk(*pieces, timeout_seconds=0.05))

    assert (reply.status, "did not arrive within 0.05 seconds" in reply.json()["error"]) == (408, True)


def test_a_silent_connection_is_closed() -> None:
    assert talk(timeout_seconds=0.05) == b""


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"--host 203.0.113.1 --rest-port 0"):
        bind("203.0.113.1", 0)
