"""Start the template of worker processes once for each process that runs Beam pipelines."""

import atexit
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from pipeline.beam.sdk_worker import TEMPLATE_SOCKET
from pipeline.errors import PipelineError

CODE_ROOT = Path(__file__).resolve().parents[2]
_BEAM_WORKER = "apache_beam.runners.worker.sdk_worker_main"
_LOADED_IF_HERE = ("tfx", "tensorflow", "tensorflow_data_validation", "tensorflow_transform.beam")
"""What steps unpickle, in the order in which it must be loaded; this process has it if its steps need it."""
_FOLDER_PREFIX = "tandem-beam-"
_LOOK_EVERY_SECONDS = 0.05


@cache
def start_template() -> str:
    """Return the path of the template's socket; workers may connect while it still loads.

    Raises:
        PipelineError: The template ended at once.
    """
    _remove_folders_of_the_dead()
    folder = tempfile.mkdtemp(prefix=f"{_FOLDER_PREFIX}{os.getpid()}-")  # only its owner may connect
    path = os.path.join(folder, "template")
    modules = [_BEAM_WORKER, *(module for module in _LOADED_IF_HERE if module in sys.modules)]
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline.beam.worker_template", path, *modules],
        stdin=subprocess.DEVNULL,
        env=worker_environment(),
    )
    atexit.register(_end, process, folder)
    while not os.path.exists(path):
        if process.poll() is not None:
            raise PipelineError(f"the template of Beam's workers ended with code {process.returncode}; see the log")
        time.sleep(_LOOK_EVERY_SECONDS)
    return path


def _end(process: "subprocess.Popen[bytes]", folder: str) -> None:
    process.kill()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _remove_folders_of_the_dead() -> None:
    """Remove what processes left that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER_PREFIX}*-*"):
        owner = folder.name.removeprefix(_FOLDER_PREFIX).partition("-")[0]
        try:
            os.kill(int(owner), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (PermissionError, ValueError):
            continue


def worker_environment() -> dict[str, str]:
    """Return our environment with this code importable from any working folder."""
    paths = [str(CODE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "1"),
    }


def worker_command(template_socket: str) -> str:
    """Return the shell command of one worker; it takes the place of its shell, so that ending it ends the worker."""
    variables = {"PYTHONPATH": worker_environment()["PYTHONPATH"], TEMPLATE_SOCKET: template_socket}
    assignments = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    return f"{assignments} exec {shlex.quote(sys.executable)} -m pipeline.beam.sdk_worker"
