"""The work of `pipeline.drift`: check everything at the door, compare, show, choose the exit code."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timezone

from rich.console import Console

from components.errors import ComponentError
from pipeline.drift.door import DriftOrder, check_everything
from pipeline.drift.report import DriftReport, show_report
from pipeline.drift.training_data import training_statistics
from pipeline.errors import ExitCode, PipelineError
from pipeline.kubeflow.quiet import quiet_standard_error
from pipeline.lineage import read_lineage
from pipeline.refusal import refuse
from pipeline.runners.base import RunFolders

DRIFT = 3
"""Exit code for new images that are unlike those that the model was trained on."""


def run_command(options: argparse.Namespace, *, unknown_options: Sequence[str], known_options: Sequence[str]) -> int:
    """Compare as the options say; returns the exit code."""
    try:
        report = _compare(check_everything(options, unknown_options, known_options))
    except PipelineError as error:
        return refuse(str(error), error.exit_code)
    except ComponentError as error:
        return refuse(str(error), ExitCode.FAILED)
    except KeyboardInterrupt:
        return refuse("interrupted", ExitCode.INTERRUPTED)
    if options.json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show_report(Console(highlight=False), report)
    return DRIFT if report.has_drifted else 0


def _compare(order: DriftOrder) -> DriftReport:
    with read_lineage(RunFolders(order.config.root.absolute()).metadata_file) as lineage, lineage.lock:
        trained_on = training_statistics(order.pushed.lineage, lineage)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with quiet_standard_error():
        from pipeline.drift.comparison import compare

        try:
            return compare(order, trained_on, now=datetime.now(timezone.utc))
        except ComponentError as error:
            problem = error  # for the user, who need not see what the frameworks have printed
    raise problem
