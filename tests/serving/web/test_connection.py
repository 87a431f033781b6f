"""Connections to a real listener, kind and hostile ones, with an application that only echoes."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from app_call import Reply, parse_reply
from listening_app import listening

from serving.errors import SettingsError
from serving.web.connection import Connection
from serving.web.listener import bind
from serving.web.messages import Request, Response, to_json

OK = b"HTTP/1.1 200 OK"


class Echo:
    """Answers with the body, but waits for `let_go` at /wait and refuses /early without its body."""

    def __init__(self) -> None:
        self.is_draining = False
        self.is_waiting, self.has_recorded = threading.Event(), threading.Event()
        self.statuses: list[int] = []

    def let_go(self) -> None:
        """Let a request at /wait go on, when it has come."""
        self.is_waiting.wait()
        self._loop.call_soon_threadsafe(self._may_go.set)

    def refuse_early(self, request: Request) -> Response | None:
        return to_json({"error": "not here"}, status=404) if request.path == "/early" else None

    async def answer(self, request: Request) -> Response:
        if request.path == "/wait":
            self._loop, self._may_go = asyncio.get_running_loop(), asyncio.Event()
            self.is_waiting.set()
            await self._may_go.wait()
        return Response(body=request.body, content_type="text/plain")

    def record(self, request: Request, response: Response, *, started: float, seconds: float) -> None:
        self.statuses.append(response.status)
        self.has_recorded.set()


@contextmanager
def connected(echo: Echo, **limits: float) -> Iterator[socket.socket]:
    with listening(echo, **limits) as address:
        host, _, port = address.rpartition("/")[2].partition(":")
        with socket.create_connection((host, int(port)), timeout=30) as client:
            yield client


def read_all(client: socket.socket) -> bytes:
    received = b""
    while chunk := client.recv(1 << 16):
        received += chunk
    return received


def talk(*pieces: bytes, **limits: float) -> bytes:
    """Send pieces and return all that comes back until the server ends the connection."""
    with connected(Echo(), **limits) as client:
        for piece in pieces:
            client.sendall(piece)
        return read_all(client)


def test_requests_on_a_kept_connection_are_answered_in_order() -> None:
    first = b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\none"
    last = b"POST / HTTP/1.1\r\ncontent-length: 3\r\nconnection: close\r\n\r\ntwo"

    answer = talk(first + last)

    assert answer.count(OK) == 2
    assert answer.index(b"one") < answer.index(b"two")
    assert answer.count(b"connection: close") == 1


def test_a_hundred_pipelined_requests_are_all_answered() -> None:
    bodies = [b"%05d" % number for number in range(100)]
    requests = [b"POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\n" + body for body in bodies]
    requests[-1] = requests[-1].replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n")

    answers = talk(b"".join(requests)).split(OK)[1:]

    assert [answer[-5:] for answer in answers] == bodies


@pytest.mark.parametrize(
    ("request_bytes", "closes"),
    [
        (b"POST / HTTP/1.0\r\ncontent-length: 2\r\n\r\nhi", True),
        (b"POST / HTTP/1.1\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi", True),
        (
            b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n",
            True,
        ),
        (b"POST http://somewhere/else HTTP/1.0\r\ncontent-length: 2\r\n\r\nhi", True),
    ],
)
def test_forms_of_a_request(request_bytes: bytes, closes: bool) -> None:
    reply = parse_reply(talk(request_bytes))

    assert (reply.status, reply.body) == (200, b"hi")
    assert (reply.headers.get("connection") == "close") is closes


def test_a_head_request_gets_no_body() -> None:
    reply = parse_reply(talk(b"HEAD / HTTP/1.0\r\ncontent-length: 2\r\n\r\nhi"))

    assert (reply.body, reply.headers["content-length"]) == (b"", "2")


def test_an_offer_of_another_protocol_is_answered_in_this_one() -> None:
    upgrade = b"POST / HTTP/1.1\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\ncontent-length: 2\r\n\r\nhi"

    answer = talk(upgrade, b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n")

    assert answer.count(OK) == 2


def test_a_proxy_is_not_what_this_is() -> None:
    assert parse_reply(talk(b"CONNECT example.org:443 HTTP/1.1\r\n\r\n")).status == 405


def test_who_asks_first_is_told_to_continue_or_refused() -> None:
    head = b"POST %b HTTP/1.1\r\ncontent-length: 2\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"
    with connected(Echo()) as client:
        client.sendall(head % b"/")
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"hi")
        assert parse_reply(read_all(client)).body == b"hi"

    assert parse_reply(talk(head % b"/early")).status == 404


@pytest.mark.parametrize(
    ("pieces", "status", "message"),
    [
        ([b"\x16\x03\x01 this is no HTTP\r\n\r\n"], 400, "no HTTP request"),
        ([b"GET /\r\n\r\n"], 400, "no HTTP request"),
        ([b"CONNECT example.com:443 HTTP/1.1\r\n\r\n"], 405, "no proxy"),
        ([b"POST / HTTP/1.1\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"], 400, "only Transfer-Encoding"),
        ([b"POST /early HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nno chunk\r\n"], 404, "not here"),
        ([b"GET /%s HTTP/1.1\r\n\r\n" % (b"y" * 33_000)], 431, "headers are larger than 32768 bytes"),
        ([b"GET / HTTP/1.1\r\n", b"x: 1\r\n" * 20_000, b"\r\n"], 431, "headers are larger than 32768 bytes"),
        ([b"GET / HTTP/1.1\r\nx: ", b"y" * 100_000], 431, "headers are larger than 32768 bytes"),
        ([b"GET /" + b"y" * 100_000], 431, "headers are larger than 32768 bytes"),
        ([b"POST / HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n", b"x" * 500_000], 413, "larger than 1048576 bytes"),
        (
            [b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n200000\r\n", b"x" * 0x200000],
            413,
            "larger than 1048576 bytes",
        ),
        (
            [b"POST / HTTP/1.1\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
            400,
            "no HTTP request",
        ),
        ([b"POST / HTTP/1.1\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nhi"], 400, "no HTTP request"),
    ],
)
def test_a_refusal_reaches_the_caller_also_while_more_is_sent(pieces: list[bytes], status: int, message: str) -> None:
    reply = parse_reply(talk(*pieces))

    assert (reply.status, reply.headers["connection"]) == (status, "close")
    assert message in reply.json()["error"]


def test_a_refusal_comes_after_the_answers_to_the_requests_before() -> None:
    echo = Echo()
    with connected(echo) as client:
        client.sendall(b"GET /wait HTTP/1.1\r\n\r\nnonsense\r\n\r\n")
        echo.let_go()
        first, second = (parse_reply(b"HTTP/1.1 " + each) for each in read_all(client).split(b"HTTP/1.1 ")[1:])

    assert (first.status, second.status) == (200, 400)


@pytest.mark.parametrize(
    "pieces",
    [[b"GET / HTTP/1.1\r\nhost: x"], [b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nhalf"]],
)
def test_a_request_that_does_not_arrive_is_given_up(pieces: list[bytes]) -> None:
    reply: Reply = parse_reply(talk(*pieces, receive_timeout_seconds=0.05))

    assert (reply.status, "did not arrive within 0.05 seconds" in reply.json()["error"]) == (408, True)


def test_a_silent_connection_is_closed() -> None:
    assert talk(receive_timeout_seconds=0.05) == b""


def test_a_caller_who_takes_no_answers_is_cut_off_and_read_no_more() -> None:
    size_bytes, requests = 1 << 20, 40
    echo = Echo()
    with connected(echo, receive_timeout_seconds=0.2) as client:
        request = b"POST / HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % size_bytes + b"x" * size_bytes
        with pytest.raises(ConnectionError):
            for _ in range(requests):
                client.sendall(request)

    assert 0 < len(echo.statuses) < requests


def test_too_many_connections_are_turned_away() -> None:
    with connected(Echo(), max_connections=1) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert client.recv(100).startswith(OK)
        with socket.create_connection(client.getpeername(), timeout=30) as other:
            reply = parse_reply(read_all(other))

    assert (reply.status, reply.headers["retry-after"]) == (503, "1")


def test_what_nobody_waits_for_is_cancelled_and_on_record() -> None:
    echo = Echo()
    with listening(echo) as address:
        host, _, port = address.rpartition("/")[2].partition(":")
        client = socket.create_connection((host, int(port)))
        client.sendall(b"GET /wait HTTP/1.1\r\n\r\n")
        echo.is_waiting.wait()
        client.close()
        echo.has_recorded.wait()

    assert echo.statuses == [499]


def test_a_stopping_listener_answers_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    echo, drain = Echo(), Connection.drain

    def drain_and_let_go(connection: Connection) -> None:
        drain(connection)
        echo.let_go()

    monkeypatch.setattr(Connection, "drain", drain_and_let_go)
    with listening(echo) as address:
        host, _, port = address.rpartition("/")[2].partition(":")
        client = socket.create_connection((host, int(port)), timeout=30)
        client.sendall(b"POST /wait HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi")
        echo.is_waiting.wait()

    reply = parse_reply(read_all(client))
    client.close()

    assert (reply.status, reply.body, reply.headers["connection"]) == (200, b"hi", "close")


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"--host 203.0.113.1 --rest-port 0"):
        bind("203.0.113.1", 0)
