"""The process that Beam starts as a worker: it has the template fork the real one, and lives and dies with it."""

import json
import os
import socket
import sys
import threading
import time

TEMPLATE_SOCKET = "TANDEM_BEAM_TEMPLATE_SOCKET"
"""Environment variable with the path of the template's socket."""
_LOOK_EVERY_SECONDS = 0.5


def main() -> int:
    """Return the exit code of the worker, once it has no more work."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.environ[TEMPLATE_SOCKET])
        socket.send_fds(connection, [json.dumps(dict(os.environ)).encode()], [1, 2])
        code = connection.recv(1)  # empty when the worker was killed
        return code[0] if code else 1


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_SECONDS)
    os._exit(1)  # sys.exit would only end this thread


if __name__ == "__main__":
    sys.exit(main())
