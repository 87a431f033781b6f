"""The work of `pipeline.predict`: check everything at the door, predict, say what was written."""

import argparse
import logging
import os
import time
from collections.abc import Sequence

from rich.console import Console

from pipeline.bulk_inference.door import check_request
from pipeline.bulk_inference.request import PredictRequest
from pipeline.errors import ExitCode, PipelineError
from pipeline.refusal import refuse


def run_command(options: argparse.Namespace, *, unknown_options: Sequence[str], known_options: Sequence[str]) -> int:
    """Predict as the options say; returns the exit code."""
    errors = Console(stderr=True, highlight=False)
    try:
        request = check_request(options, unknown_options, known_options)
        _run(request, Console(highlight=False))
    except PipelineError as error:
        return refuse(str(error), error.exit_code)
    except KeyboardInterrupt:
        errors.print("interrupted: nothing was written", soft_wrap=True)
        return int(ExitCode.INTERRUPTED)
    return 0


def _run(request: PredictRequest, console: Console) -> None:
    model, source = request.model, request.source
    console.print(
        f"Predicting {len(source.files):,} {source.kind} file{'s' if len(source.files) != 1 else ''} with version"
        f" {model.version} of {model.folder.parent.name} ({request.backend}), Beam runner {request.beam.runner}",
        soft_wrap=True,
        markup=False,
    )
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("apache_beam").setLevel(logging.ERROR)  # it warns about its own choices
    from pipeline.bulk_inference.prediction import predict

    started = time.monotonic()
    counts = predict(request)
    seconds = time.monotonic() - started
    console.print(
        f"{counts.rows:,} rows in {request.output}: {counts.rows - counts.errors:,} predicted,"
        f" {counts.errors:,} with an error; {seconds:.1f} s, {counts.rows / seconds:,.0f} images/s",
        soft_wrap=True,
        markup=False,
    )
