"""An event to tell, and servers to tell it to."""

from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from notification_servers import WebServer, web_server

from pipeline.retraining.events import Event

CANARY = "canary-4711"


@pytest.fixture
def event() -> Event:
    return Event(
        kind="failed",
        at=datetime(2026, 5, 5, 3, tzinfo=timezone.utc),
        model="digits",
        text="digits: a run failed: <out of memory> & more",
        why=("out of memory",),
        run_id="20260505-030000-abcdef",
        triggers=("schedule",),
    )


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server
