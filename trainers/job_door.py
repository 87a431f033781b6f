"""The job's side of `job_process`: request in, events and the outcome out, and no life after the parent's end."""

import contextlib
import dataclasses
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

from trainers.event_pipe import EventPipe
from trainers.failure import ErrorTypes, explain, is_transient


def serve_job(run: Callable[[str], None], *, user_errors: ErrorTypes) -> None:
    """Do one job: the request comes on standard input, events go to the descriptor on the command line.

    Args:
        run: Does the job; takes the request as one line of JSON.
        user_errors: Types whose message is meant for the user.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("onnx_ir", "onnxscript"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    request = sys.stdin.readline()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with os.fdopen(int(sys.argv[1]), "w") as pipe:
        events = EventPipe(pipe)
        events.tell_progress(lambda record: {"progress": dataclasses.asdict(record.__dict__["progress"])})
        outcome: dict[str, Any] = {"error": ""}
        try:
            run(request)
        except Exception as failure:  # the door of this process: the parent must learn why
            traceback.print_exc()
            outcome = {
                "error": explain(failure, user_errors),
                "is_transient": is_transient(failure, user_errors),
            }
        with contextlib.suppress(BrokenPipeError):
            events.tell(**outcome)


def _end_with_parent() -> None:
    """End this process when the one that started it is gone: its end of standard input closes then."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGKILL)
