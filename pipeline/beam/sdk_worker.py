"""A worker process of MultiProcessRunner: Beam's worker, ended when the process that started it is gone."""

import os
import sys
import threading
import time

_LOOK_EVERY_SECONDS = 0.5
_EXIT_CODE = 1


def main() -> None:
    """Serve Beam until it has no more work."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")
    from apache_beam.runners.worker import sdk_worker_main

    sdk_worker_main.main(sys.argv)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_SECONDS)
    os._exit(_EXIT_CODE)  # sys.exit would only end this thread


if __name__ == "__main__":
    main()
