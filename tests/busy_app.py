"""The server's application in front of a protocol that refuses its first requests."""

import io
import time
from collections.abc import Callable

from serving.errors import RequestError
from serving.metrics import Metrics
from serving.request_records import RequestRecords
from serving.versions.registry import Registry
from serving.web.access_log import Log
from serving.web.app import App
from serving.web.messages import Request, Response, to_json

ANSWER = {"model": "m", "version": "7", "label": "a", "score": 1.0, "classes": [{"label": "a", "score": 1.0}]}


class BusyWire:
    """Refuses a number of requests with an error, then answers."""

    name = "busy"

    def __init__(self, refusals: int, error: Callable[[], RequestError], seconds: float) -> None:
        self._refusals, self._error, self._seconds = refusals, error, seconds
        self.requests = 0

    async def answer(self, request: Request) -> Response:
        self.requests += 1
        time.sleep(self._seconds)
        if self.requests <= self._refusals:
            raise self._error()
        return to_json(ANSWER)


class BusyApp(App):
    """The application, with its wire to look at."""

    def __init__(self, *, refusals: int, error: Callable[[], RequestError], seconds: float = 0) -> None:
        self.wire = BusyWire(refusals, error, seconds)
        super().__init__(
            {"predict": self.wire, "health": self.wire},
            records=RequestRecords(
                metrics=Metrics(Registry(), queued_images=lambda: 0), log=Log(io.BytesIO()), log_requests=False
            ),
        )
