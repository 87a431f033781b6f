"""What somebody could do to a connection on purpose: framing, smuggling, endless and slow requests."""

from collections.abc import Iterator

from hostile_requests import ANSWERED, REFUSED, Attack
from tiny_bundles import RED, encode

BAD_REQUEST = frozenset({400})
_TARGET = "/predict/colours"
_IMAGE = encode(RED)
_SECOND = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n"
"""What a smuggler would have answered as a request of its own."""

_AMBIGUOUS = {
    "length and chunks": ("content-length: 6", "transfer-encoding: chunked"),
    "chunks and length": ("transfer-encoding: chunked", "content-length: 6"),
    "two lengths": ("content-length: 0", "content-length: 44"),
    "same length twice": ("content-length: 5", "content-length: 5"),
    "list of lengths": ("content-length: 5, 5",),
    "signed length": ("content-length: +5",),
    "negative length": ("content-length: -5",),
    "hexadecimal length": ("content-length: 0x5",),
    "length in words": ("content-length: five",),
    "length beyond all numbers": ("content-length: " + "9" * 30,),
    "length with a space": ("content-length: 5 5",),
    "empty length": ("content-length:",),
    "space before the colon": ("content-length : 5",),
    "space before the name": (" content-length: 5",),
    "folded length": ("content-length:\r\n 5",),
    "folded chunks": ("transfer-encoding:\r\n chunked",),
    "unknown coding": ("transfer-encoding: xchunked",),
    "coding behind chunks": ("transfer-encoding: chunked, identity",),
    "two codings": ("transfer-encoding: identity", "transfer-encoding: chunked"),
    "chunks twice": ("transfer-encoding: chunked", "transfer-encoding: chunked"),
    "compressed chunks": ("transfer-encoding: gzip, chunked",),
    "coding in quotes": ('transfer-encoding: "chunked"',),
    "coding behind a tab": ("transfer-encoding:\tchunked", "content-length: 5"),
    "coding behind a vertical tab": ("transfer-encoding: \x0bchunked",),
    "nul in a value": ("x: a\0b",),
    "nul in a name": ("x\0y: a",),
    "return in a value": ("x: a\rcontent-length: 5",),
    "no colon": ("content-length 5",),
    "no name": (": 5",),
    "letters beyond ASCII in a name": ("cont\xe9nt-length: 5",),
}
"""Heads that two servers in a row could read differently. Each must end the connection."""
_START_LINES = [
    "GET",
    "GET /",
    "GET / HTTP/1.1 ",
    "GET / HTTP/9.9",
    "GET / HTTP/1.1\0",
    "GET / http/1.1",
    "GET /a b HTTP/1.1",
    "G\0T / HTTP/1.1",
    "GET \0 HTTP/1.1",
    "GET / FTP/1.1",
    "GE T / HTTP/1.1",
    "PRI * HTTP/2.0",
    "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    "SSH-2.0-OpenSSH_9.0",
    "*1\r\n$4\r\nPING",
]
_CHUNKS = {
    "no number": b"x\r\n",
    "negative": b"-1\r\n",
    "prefix": b"0x5\r\nhello\r\n0\r\n\r\n",
    "too many digits": b"f" * 40 + b"\r\n",
    "largest": b"ffffffffffffffff\r\nx",
    "no end of line": b"5 hello",
    "longer than said": b"3\r\nhello\r\n0\r\n\r\n",
    "lone feed": b"5\nhello\n0\n\n",
    "endless extension": b"5;" + b"a=b;" * 50_000,
    "damaged trailer": b"0\r\nno colon\r\n\r\n",
    "endless trailer": b"0\r\n" + b"x: y\r\n" * 50_000,
}


def _head(*lines: str, start: str = f"POST {_TARGET} HTTP/1.1") -> bytes:
    return "\r\n".join([start, "host: x", *lines, "", ""]).encode("latin-1")


def make_framing_attacks() -> Iterator[Attack]:
    """Return heads and bodies whose end is a matter of opinion."""
    for name, lines in _AMBIGUOUS.items():
        for body in (b"0\r\n\r\n" + _SECOND, b"hello" + _SECOND):
            yield Attack(name=name, pieces=(_head(*lines) + body,), statuses=BAD_REQUEST)
    for start in _START_LINES:
        yield Attack(name=f"start {start!r}", pieces=(_head(start=start) + b"\r\n" * 2,), statuses=BAD_REQUEST)
    proxied = _head(start="CONNECT example.com:443 HTTP/1.1")
    yield Attack(name="a proxy", pieces=(proxied + _SECOND,), statuses=REFUSED)
    for name, chunks in _CHUNKS.items():
        sent = (_head("transfer-encoding: chunked") + chunks,)
        # An end that never comes is a matter of time.
        yield Attack(name=f"chunk: {name}", pieces=sent, statuses=frozenset({400, 408, 413, 431}))
    chunked = b"%x\r\n%s\r\n0\r\nx-request-id: smuggled\r\n\r\n" % (len(_IMAGE), _IMAGE)
    sent = (_head("transfer-encoding: chunked", "connection: close") + chunked,)
    yield Attack(name="trailers", pieces=sent, statuses=frozenset({200}))
    for number in range(2, 5):
        request = _head(f"content-length: {len(_IMAGE)}") + _IMAGE
        sent = (request * number + b"\0 no request \r\n\r\n",)
        statuses = frozenset({200, 400})
        yield Attack(name=f"noise behind {number} requests", pieces=sent, statuses=statuses, answers=number + 1)
        upgrade = _head(
            "connection: upgrade", "upgrade: h2c", "http2-settings: AAMAAABkAAQAAP__", start="GET / HTTP/1.1"
        )
        yield Attack(name="upgrade", pieces=(upgrade * number,), statuses=ANSWERED, answers=None)


def make_large_attacks() -> Iterator[Attack]:
    """Return requests of which something has no end."""
    for count in (700, 5000, 200_000):
        yield Attack(
            name=f"{count} headers", pieces=(_head(*["x-header-name: " + "y" * 40] * count),), statuses=frozenset({431})
        )
    for size in (33 << 10, 1 << 20, 8 << 20):
        too_large = frozenset({431})
        yield Attack(name=f"header of {size}", pieces=(_head("x: " + "y" * size),), statuses=too_large)
        yield Attack(name=f"name of {size}", pieces=(_head("y" * size + ": x"),), statuses=too_large)
        yield Attack(name=f"target of {size}", pieces=(_head(start=f"GET /{'y' * size} HTTP/1.1"),), statuses=too_large)
        yield Attack(name=f"method of {size}", pieces=(b"y" * size,), statuses=BAD_REQUEST)
        body = _head(f"content-length: {size + (1 << 20)}") + b"y" * size
        yield Attack(name=f"body of {size}", pieces=(body,), statuses=frozenset({400, 408, 413}))
        chunk = _head("transfer-encoding: chunked") + b"%x\r\n" % (size + (1 << 20)) + b"y" * size
        yield Attack(name=f"chunk of {size}", pieces=(chunk,), statuses=frozenset({408, 413}))
    small = _head("transfer-encoding: chunked") + b"1\r\ny\r\n" * 300_000
    yield Attack(name="many chunks", pieces=(small,), statuses=frozenset({408, 413}))


def make_slow_attacks() -> Iterator[Attack]:
    """Return clients that keep a connection without finishing a request, and those that leave early."""
    late = frozenset({408})
    head = _head(f"content-length: {len(_IMAGE)}")
    for number in range(5):
        cut = (number + 1) * 7
        yield Attack(name=f"half a head, {cut}", pieces=(head[:cut],), statuses=late)
        yield Attack(name=f"half a body, {cut}", pieces=(head + _IMAGE[:cut],), statuses=late)
        yield Attack(
            name=f"half a chunk, {cut}",
            pieces=(_head("transfer-encoding: chunked") + b"ff\r\n" + b"x" * cut,),
            statuses=late,
        )
        drips = tuple(bytes([byte]) for byte in head + _IMAGE)
        yield Attack(name="drips", pieces=drips[: 20 * cut], pause_seconds=0.05, statuses=late)
        yield Attack(name="silence", pieces=(), answers=0)
        yield Attack(
            name="asks and never sends",
            pieces=(_head("content-length: 50", "expect: 100-continue"),),
            statuses=late | {100},
            answers=2,
        )
        yield Attack(
            name="asks for what is absent",
            pieces=(_head("expect: 100-continue", "content-length: 9", start="POST /predict/shapes HTTP/1.1"),),
            statuses=REFUSED,
        )


def make_pipelines() -> Iterator[Attack]:
    """Return connections with many requests at once, all of which are answered in order."""
    good = _head(f"content-length: {len(_IMAGE)}") + _IMAGE
    absent = _head("content-length: 2", start="POST /predict/shapes HTTP/1.1") + b"{}"
    for count in (10, 100, 400):
        yield Attack(name=f"{count} at once", pieces=(good * count,), statuses=frozenset({200}), answers=count)
        mixed = (good + absent + _SECOND) * count
        yield Attack(name=f"{count} mixed", pieces=(mixed,), statuses=frozenset({200, 404}), answers=3 * count)
