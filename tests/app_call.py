"""Calls the server's application without a network, and reads the bytes that it would send."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from serving.web.app import App
from serving.web.messages import Request
from serving.web.request_ids import choose_request_id
from serving.web.response_bytes import to_bytes


@dataclass
class Reply:
    """What the application sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def call(app: App, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
    """Send one request."""
    raw_path, _, query = path.partition("?")
    given = {name.lower().encode(): value.encode() for name, value in (headers or {}).items()}
    request = Request(
        method=method,
        path=raw_path,
        query=query,
        headers=given,
        body=body,
        request_id=choose_request_id(given.get(b"x-request-id")),
    )
    response = app.refuse_early(request) or asyncio.run(app.answer(request))
    app.record(request, response, started=time.monotonic(), seconds=0.001)
    return parse_reply(to_bytes(request, response, closes=app.is_draining))


def parse_reply(answer: bytes) -> Reply:
    """Read the bytes of one answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return Reply(int(status.split()[1]), {name: value for name, _, value in pairs}, body)
