"""An application that really listens on a free port of this machine, on a thread of this process."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from serving.web.connection import Application, ConnectionLimits
from serving.web.listener import Listener, bind


@contextmanager
def listening(app: Application, *, tls: ssl.SSLContext | None = None, **limits: float) -> Iterator[str]:
    """Listen, yield the address, and stop."""
    taken = bind("127.0.0.1", 0)
    started, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def listen() -> None:
        listener = Listener(app, make_limits(**limits), tls=tls)
        await listener.start(taken)
        started.set()
        await stop.wait()
        await listener.stop(timeout_seconds=1)

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),))
    port = taken.getsockname()[1]
    thread.start()
    try:
        started.wait()
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def make_limits(**limits: float) -> ConnectionLimits:
    """Return small limits, but for those that are given."""
    small = {
        "max_connections": 20,
        "max_header_bytes": 32 << 10,
        "max_body_bytes": 1 << 20,
        "receive_timeout_seconds": 30.0,
    }
    return ConnectionLimits(**(small | limits))  # type: ignore[arg-type]
