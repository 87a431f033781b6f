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
import traceback
from typing import IO, Any

from components.errors import ComponentError
from pipeline.steps import trainer
from serving.errors import ServingError
from trainers import torch_process
from trainers.errors import TrainerError
from trainers.export.errors import ExportError

_USER_ERRORS = (ComponentError, TrainerError, ExportError, ServingError)


class _ProgressHandler(logging.Handler):
    """Turns what trainers log about their progress into events."""

    def __init__(self, events: IO[str]) -> None:
        super().__init__()
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event."""
        _tell(self._events, event="progress", message=record.getMessage())


def main() -> None:
    """Serve one run."""
    orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read_orders, args=(orders,), daemon=True).start()
    with os.fdopen(int(sys.argv[1]), "w") as events:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        for chatty in ("apache_beam.typehints", "onnx_ir", "onnxscript"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        progress = logging.getLogger("tandem.progress")
        progress.setLevel(logging.DEBUG)
        progress.addHandler(_ProgressHandler(events))
        launcher = _load(orders.get(), events)
        while True:
            _execute(launcher, orders.get()["step"], events)


def _read_orders(orders: "queue.SimpleQueue[dict[str, Any]]") -> None:
    for line in sys.stdin:
        orders.put(json.loads(line))
    os.killpg(0, signal.SIGKILL)


def _load(order: dict[str, Any], events: IO[str]) -> Any:
    try:
        if trainer("pytorch") in order["unfinished"]:
            torch_process.warm_up()  # it loads on another core while TFX loads here
        _load_triton_before_tensorflow()
        from pipeline.runners.step_launcher import StepLauncher

        launcher = StepLauncher.from_order(order)
    except Exception as error:  # the door of this process: whatever stops it must reach the person at the screen
        traceback.print_exc()
        _tell(events, event="failed", outcome=f"the pipeline cannot be built: {type(error).__name__}: {error}")
        sys.exit(1)
    _tell(events, event="ready")
    return launcher


def _load_triton_before_tensorflow() -> None:
    """Make the order of imports safe for user code: torch's optimizers load triton, which crashes after TensorFlow."""
    try:
        import triton  # noqa: F401
    except ImportError:
        return


def _execute(launcher: Any, step_id: str, events: IO[str]) -> None:
    try:
        execution_id, outcome = launcher.launch(step_id)
    except Exception as error:  # the door of this process, as above
        traceback.print_exc()
        _tell(events, event="failed", execution_id=None, outcome=_explain(error))
    else:
        _tell(events, event="done", execution_id=execution_id, outcome=outcome)


def _explain(error: BaseException) -> str:
    """Return the message meant for the user, wherever it is in the chain of causes, else the error's own first line."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _USER_ERRORS):
            return str(cause)
        cause = cause.__cause__ or cause.__context__
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def _tell(events: IO[str], **message: Any) -> None:
    events.write(json.dumps(message) + "\n")
    events.flush()


if __name__ == "__main__":
    main()
