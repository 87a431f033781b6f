"""An application that really listens on a free port of this machine, on a thread of this process."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from serving.web.app import App
from serving.web.listener import bind, make_listener


@contextmanager
def listening(app: App, *, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Listen, yield the address, and stop."""
    taken = bind("127.0.0.1", 0)
    listener = make_listener(app, max_connections=20, receive_timeout_seconds=30, drain_timeout_seconds=1, tls=tls)
    thread = threading.Thread(target=lambda: asyncio.run(listener.serve([taken])))
    thread.start()
    try:
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{taken.getsockname()[1]}"
    finally:
        listener.stop()
        thread.join()
