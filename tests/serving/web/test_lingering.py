"""Answers that come before the request is over, to real clients over real sockets."""

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from colour_server import ColourServer
from listening_app import listening
from tiny_bundles import RED, encode

LARGE_BYTES = 16 << 20
"""More than the buffers of both sockets hold, so the client is still sending when it is answered."""
IMAGE = encode(RED)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    colours = ColourServer(tmp_path_factory.mktemp("models")).load()
    with listening(colours.app, max_body_bytes=10_486) as address:
        yield urlsplit(address).port or 0
    colours.close()


@pytest.fixture
def talk(port: int) -> Callable[..., bytes]:
    """Return a function that sends a head, waits for what comes at once, and sends the rest."""

    def send(head: bytes, *, then: bytes = b"", waits: bool = True) -> bytes:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as client:
            client.sendall(head)
            answer = client.recv(1 << 16) if waits else b""
            client.sendall(then)
            while then or not waits:
                piece = client.recv(1 << 16)
                if not piece:
                    break
                answer += piece
        return answer

    return send


def head(path: str, *lines: str, method: str = "POST", version: str = "1.1") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/{version}", "host: x", *lines, "", ""]).encode()


@pytest.mark.parametrize("is_chunked", [False, True])
@pytest.mark.parametrize("size_bytes", [20_000, LARGE_BYTES])
def test_a_client_that_sends_too_much_sees_the_413(port: int, size_bytes: int, is_chunked: bool) -> None:
    pieces = (b"x" * 10_000 for _ in range(size_bytes // 10_000))
    body = pieces if is_chunked else b"x" * size_bytes
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with closing(connection):
        connection.request("POST", "/predict/colours", body, encode_chunked=is_chunked)
        response = connection.getresponse()

        assert response.status == 413
        assert response.getheader("connection") == "close"
        assert "larger than 10486 bytes" in json.loads(response.read())["error"]


def test_a_client_that_sends_endless_headers_sees_the_431(talk: Callable[..., bytes]) -> None:
    answer = talk(b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * (LARGE_BYTES // 6), waits=False)

    assert answer.startswith(b"HTTP/1.1 431 ")


def test_a_client_that_sends_noise_sees_the_400(talk: Callable[..., bytes]) -> None:
    assert talk(b"\0" * LARGE_BYTES, waits=False).startswith(b"HTTP/1.1 400 ")


def test_noise_behind_requests_is_answered_after_them(talk: Callable[..., bytes]) -> None:
    request = head("/predict/colours", f"content-length: {len(IMAGE)}") + IMAGE

    answer = talk(request + request + b"\0\0 no request\r\n\r\n", waits=False)

    assert [line.split()[1] for line in answer.splitlines() if b"HTTP/1.1 " in line] == [b"200", b"200", b"400"]


def test_a_damaged_body_behind_a_request_is_answered_after_it(talk: Callable[..., bytes]) -> None:
    request = head("/predict/colours", f"content-length: {len(IMAGE)}") + IMAGE
    damaged = head("/predict/colours", "transfer-encoding: chunked") + b"no length\r\n"

    answer = talk(request + damaged, waits=False)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1 ") == answer.count(b"HTTP/1.1 400 ") + 1 == 2


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        ("/predict/colours", 10_487, 413),
        ("/predict/shapes", 9, 404),
        ("/v1/models/shapes:predict", 9, 404),
        ("/v1/models/colours:explain", 9, 400),
        ("/v2/models/colours/versions/9/infer", 9, 404),
        ("/v2/models/colours", 9, 405),
        ("/elsewhere", 9, 404),
        ("/health/live", 9, 405),
        ("/metrics", 9, 405),
        ("/models.json", 9, 405),
        ("/page/absent.js", 9, 404),
    ],
)
def test_who_asks_before_sending_is_refused_without_sending(
    talk: Callable[..., bytes], path: str, length: int, status: int
) -> None:
    answer = talk(head(path, f"content-length: {length}", "expect: 100-continue"))

    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"connection: close\r\n" in answer


def test_who_asks_before_sending_is_told_to_go_on(talk: Callable[..., bytes]) -> None:
    lines = (f"content-length: {len(IMAGE)}", "connection: close", "expect: 100-continue")

    answer = talk(head("/predict/colours", *lines), then=IMAGE)

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")


def test_http_1_0_knows_no_answer_before_the_answer(talk: Callable[..., bytes]) -> None:
    lines = (f"content-length: {len(IMAGE)}", "expect: 100-continue")

    assert talk(head("/predict/colours", *lines, version="1.0") + IMAGE).startswith(b"HTTP/1.1 200 ")


def test_what_is_discarded_has_a_limit(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.web.connection._MAX_DISCARDED_BYTES", 1 << 20)
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as client:
        client.sendall(head("/predict/colours", "content-length: 10487"))
        with pytest.raises(ConnectionError):
            client.sendall(b"x" * (64 << 20))


def test_lingering_ends_with_the_time_for_the_request(tmp_path: Path) -> None:
    colours = ColourServer(tmp_path)
    with listening(colours.app, max_body_bytes=10_486, receive_timeout_seconds=0.2) as address:
        with closing(socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), timeout=20)) as client:
            client.sendall(head("/predict/colours", "content-length: 10487"))
            while client.recv(1 << 16):
                pass
            with pytest.raises(ConnectionError):
                for _ in range(500):
                    client.sendall(b"x")
                    time.sleep(0.02)
    colours.close()
