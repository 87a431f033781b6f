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
from typing import Any

from pipeline.failure import explain, is_transient
from pipeline.tfx_import import loading_tfx
from trainers import torch_process
from trainers.event_pipe import EventPipe
from trainers.import_order import load_triton_before_tensorflow

_HEARTBEAT_SECONDS = 5.0


def main() -> None:
    """Serve one run."""
    orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read_orders, args=(orders,), daemon=True).start()
    with os.fdopen(int(sys.argv[1]), "w") as pipe:
        events = EventPipe(pipe)
        threading.Thread(target=_tell_life, args=(events,), daemon=True).start()
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        for chatty in ("apache_beam.typehints", "onnx_ir", "onnxscript"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        events.tell_progress(lambda record: {"event": "progress", "message": record.getMessage()})
        launcher = _load(orders.get(), events)
        while True:
            _execute(launcher, orders.get(), events)


def _read_orders(orders: "queue.SimpleQueue[dict[str, Any]]") -> None:
    for line in sys.stdin:
        orders.put(json.loads(line))
    os.killpg(0, signal.SIGKILL)


def _tell_life(events: EventPipe) -> None:
    """Say now and then that this process is alive, as long as Python code can run in it."""
    while True:
        time.sleep(_HEARTBEAT_SECONDS)
        events.tell(event="alive")


def _load(order: dict[str, Any], events: EventPipe) -> Any:
    try:
        if order["prepares_torch"]:
            torch_process.warm_up()  # it loads on another core while TFX loads here
        load_triton_before_tensorflow()
        with loading_tfx():
            from pipeline.runners.step_launcher import StepLauncher

        launcher = StepLauncher.from_order(order)
    except Exception as error:  # the door of this process: whatever stops it must reach the person at the screen
        traceback.print_exc()
        events.tell(event="failed", outcome=f"the pipeline cannot be built: {type(error).__name__}: {error}")
        sys.exit(1)
    events.tell(event="ready")
    return launcher


def _execute(launcher: Any, order: dict[str, Any], events: EventPipe) -> None:
    logging.getLogger("absl").setLevel(logging.INFO)  # Transform leaves it at warnings for all steps after it
    try:
        execution_id, outcome = launcher.launch(order["step"], is_retry=order["is_retry"])
    except Exception as error:  # the door of this process, as above
        traceback.print_exc()
        events.tell(event="failed", outcome=explain(error), is_transient=is_transient(error))
    else:
        events.tell(event="done", execution_id=execution_id, outcome=outcome)


if __name__ == "__main__":
    main()
