"""Check every torchvision classifier, one process each; what is done already is not done again.

    python -m benchmarks.torch_zoo.run [NAME ...]

Results go to `results.jsonl` beside this file, one model a line. Names on the command line are checked again.
"""

# Before tensorflow: this one loads torch and what crashes after it.
from benchmarks.torch_zoo.check_model import check  # isort: skip

import json
import multiprocessing
import sys
import warnings
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import tensorflow as tf
import torch

from benchmarks.torch_zoo import models

RESULTS = Path(__file__).with_name("results.jsonl")
_FORK = multiprocessing.get_context("fork")
"""Forking loads the frameworks once; nothing may run in them before."""
_TIMEOUT_SECONDS = 1800
_ERROR_CHARACTERS = 400


def read_results() -> dict[str, dict[str, Any]]:
    """Return the last result of each model by its name."""
    lines = RESULTS.read_text().splitlines() if RESULTS.exists() else []
    return {result["model"]: result for result in map(json.loads, lines)}


def main(chosen: Sequence[str]) -> int:
    """Check what is chosen, or what has no result yet; return the number of models that failed."""
    results = read_results()
    failed = 0
    for name in chosen or [name for name in models.names() if name not in results]:
        results[name] = _run(name)
        failed += "error" in results[name]
        sys.stdout.write(f"{json.dumps(results[name])}\n")
        sys.stdout.flush()
        RESULTS.write_text("".join(f"{json.dumps(results[key])}\n" for key in sorted(results)))
    return failed


def _run(name: str) -> dict[str, Any]:
    receiver, sender = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_check, args=(name, sender))
    process.start()
    sender.close()
    try:
        if not receiver.poll(_TIMEOUT_SECONDS):
            return {"model": name, "error": f"no result within {_TIMEOUT_SECONDS} s"}
        result: dict[str, Any] = receiver.recv()
        return result
    except EOFError:
        process.join()
        return {"model": name, "error": f"the process ended with exit code {process.exitcode}"}
    finally:
        process.kill()
        process.join()


def _check(name: str, sender: Connection) -> None:
    torch.set_num_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            sender.send(check(name))
        except Exception as error:  # whatever it is, the other models are to be checked
            sender.send({"model": name, "error": f"{type(error).__name__}: {error}"[:_ERROR_CHARACTERS]})


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
