"""The process of a run: `pipeline.run`, which ends when the service that started it is gone.

It is given a descriptor before the arguments of `pipeline.run`. The other end of that pipe is the service's; when it
closes, however the service ended, this process ends as on SIGTERM, and by force if that takes too long. Its workers
watch this process in the same way.
"""

import os
import signal
import sys
import threading
import time

_GRACE_SECONDS = 20.0


def main() -> int:
    """Run the pipeline; returns its exit code."""
    service = int(sys.argv[1])
    threading.Thread(target=_watch, args=(service,), daemon=True).start()
    from pipeline.run import main as run_pipeline

    return run_pipeline(sys.argv[2:])


def _watch(service: int) -> None:
    os.read(service, 1)  # nothing is ever written: it returns when the other end is closed
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
