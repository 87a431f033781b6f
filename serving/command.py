"""The work of the command: check, serve, choose the exit code."""

import argparse
import logging
import os
import sys
import warnings
from collections.abc import Sequence

from serving.errors import ServingError, SettingsError
from serving.settings_check import check_settings

_FAILED, _USAGE = 1, 2


def run_command(options: argparse.Namespace, *, unknown: Sequence[str], known: Sequence[str]) -> int:
    """Serve until a signal comes; returns the exit code."""
    # gRPC's own lines are no JSON, and whoever fails a handshake could write as many as they like.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    try:
        settings = check_settings(options, unknown=unknown, known=known)
        import uvloop

        from serving.server import ModelServer

        # Of odd metadata and damaged forms: who sends them must not be able to write between the lines of the log.
        warnings.filterwarnings("ignore", module=r"PIL\.")
        logging.getLogger("python_multipart").setLevel(logging.CRITICAL)
        uvloop.run(ModelServer(settings).run())
    except SettingsError as error:
        for problem in error.problems:
            sys.stderr.write(f"error: {problem}\n")
        return _USAGE
    except ServingError as error:
        sys.stderr.write(f"error: {error}\n")
        return _FAILED
    return 0
