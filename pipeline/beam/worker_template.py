"""A process that has loaded what workers need and forks one whenever it is asked to.

Loading Beam and TensorFlow takes a worker many seconds, in every step again; a fork takes none of them. Nothing here
starts a thread or opens a channel of gRPC before the fork, since neither survives it.
"""

import importlib
import json
import os
import signal
import socket
import sys
import threading
from typing import NoReturn

_LOOK_EVERY_SECONDS = 0.5
_MESSAGE_BYTES = 1 << 20
_DESCRIPTORS = 2
"""Standard output and standard error of the worker."""


def main() -> None:
    """Load the modules named after the socket on the command line, then serve until the parent is gone."""
    parent = os.getppid()
    path, *modules = sys.argv[1:]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended workers leave no zombies
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.new")
        listener.listen()
        os.rename(f"{path}.new", path)  # who sees the path can connect
        listener.settimeout(_LOOK_EVERY_SECONDS)
        for module in modules:
            importlib.import_module(module)
        while os.getppid() == parent:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                if os.fork() == 0:
                    listener.close()
                    _work(connection)


def _work(connection: socket.socket) -> NoReturn:
    """Be a worker with the environment and the output of the process that asked, as long as that one lives."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    connection.settimeout(None)
    message, descriptors, _, _ = socket.recv_fds(connection, _MESSAGE_BYTES, _DESCRIPTORS)
    for number, descriptor in enumerate(descriptors, start=1):
        os.dup2(descriptor, number)
    os.environ.clear()
    os.environ.update(json.loads(message))
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    from apache_beam.runners.worker import sdk_worker_main

    code = 1
    try:
        sdk_worker_main.main(sys.argv)
        code = 0
    finally:
        connection.send(bytes([code]))
        os._exit(code)  # what the template would do at its exit is not the worker's


def _end_with(connection: socket.socket) -> None:
    connection.recv(1)  # returns when the other end is closed
    os._exit(1)


if __name__ == "__main__":
    main()
