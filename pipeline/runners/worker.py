"""The worker: loads TFX, builds the pipeline and executes the steps it is told to, one at a time.

It reads one JSON order and then one JSON line for each step from standard input, and writes JSON events to the
descriptor named on its command line. When standard input ends, its runner is gone: the worker and everything it
started end with it.
"""

import json
import logging
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from typing import IO, Any

from components.errors import ComponentError
from serving.errors import ServingError
from trainers import torch_process
from trainers.errors import ProcessLostError, TrainerError
from trainers.export.errors import ExportError
from trainers.progress import PROGRESS_LOGGER

_USER_ERRORS = (ComponentError, TrainerError, ExportError, ServingError)
_TRANSIENT_NAMES = frozenset({"UnavailableError", "AbortedError", "DeadlineExceededError", "_InactiveRpcError"})
"""Errors of TensorFlow, ML Metadata and gRPC that say of themselves that they may pass; named, not imported."""
_HEARTBEAT_SECONDS = 5.0


class _Events:
    """The pipe to the runner; several threads may write to it."""

    def __init__(self, pipe: IO[str]) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def tell(self, event: str, **content: Any) -> None:
        with self._lock:
            self._pipe.write(json.dumps({"event": event, **content}) + "\n")
            self._pipe.flush()

    def tell_life(self) -> None:
        """Say now and then that this process is alive, from a thread of its own, as long as Python code can run."""
        while True:
            time.sleep(_HEARTBEAT_SECONDS)
            self.tell("alive")


class _ProgressHandler(logging.Handler):
    """Turns what steps log about their progress into events."""

    def __init__(self, events: _Events) -> None:
        super().__init__()
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event."""
        self._events.tell("progress", message=record.getMessage())


def main() -> None:
    """Serve one run."""
    orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read_orders, args=(orders,), daemon=True).start()
    with os.fdopen(int(sys.argv[1]), "w") as pipe:
        events = _Events(pipe)
        threading.Thread(target=events.tell_life, daemon=True).start()
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        for chatty in ("apache_beam.typehints", "onnx_ir", "onnxscript"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        progress = logging.getLogger(PROGRESS_LOGGER)
        progress.setLevel(logging.DEBUG)
        progress.addHandler(_ProgressHandler(events))
        launcher = _load(orders.get(), events)
        while True:
            _execute(launcher, orders.get()["step"], events)


def _read_orders(orders: "queue.SimpleQueue[dict[str, Any]]") -> None:
    for line in sys.stdin:
        orders.put(json.loads(line))
    os.killpg(0, signal.SIGKILL)


def _load(order: dict[str, Any], events: _Events) -> Any:
    try:
        if order["prepares_torch"]:
            torch_process.warm_up()  # it loads on another core while TFX loads here
        _load_triton_before_tensorflow()
        from pipeline.runners.step_launcher import StepLauncher

        launcher = StepLauncher.from_order(order)
    except Exception as error:  # the door of this process: whatever stops it must reach the person at the screen
        traceback.print_exc()
        events.tell("failed", outcome=f"the pipeline cannot be built: {type(error).__name__}: {error}")
        sys.exit(1)
    events.tell("ready")
    return launcher


def _load_triton_before_tensorflow() -> None:
    """Make the order of imports safe for user code: torch's optimizers load triton, which crashes after TensorFlow."""
    try:
        import triton  # noqa: F401
    except ImportError:
        return


def _execute(launcher: Any, step_id: str, events: _Events) -> None:
    try:
        execution_id, outcome = launcher.launch(step_id)
    except Exception as error:  # the door of this process, as above
        traceback.print_exc()
        events.tell("failed", outcome=_explain(error), is_transient=is_transient(error))
    else:
        events.tell("done", execution_id=execution_id, outcome=outcome)


def is_transient(error: BaseException) -> bool:
    """Return whether another attempt may go better: a file or network error, a lost process; never a user's error."""
    chain = list(_causes(error))
    if any(isinstance(cause, ProcessLostError) for cause in chain):
        return True
    if any(isinstance(cause, (*_USER_ERRORS, FileNotFoundError)) for cause in chain):
        return False
    return any(isinstance(cause, OSError) or type(cause).__name__ in _TRANSIENT_NAMES for cause in chain)


def _explain(error: BaseException) -> str:
    """Return the message meant for the user, wherever it is in the chain of causes, else the error's own first line."""
    for cause in _causes(error):
        if isinstance(cause, _USER_ERRORS):
            return str(cause)
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


if __name__ == "__main__":
    main()
