"""Ask Beam's own parser about the values of options, which only it knows."""

import contextlib
import io
from collections.abc import Sequence

from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.errors import UsageError


def check_values(arguments: Sequence[str]) -> None:
    """Let Beam parse arguments.

    Raises:
        UsageError: With the parser's own message, which names the option and what it accepts.
    """
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            PipelineOptions(list(arguments)).get_all_options()
    except SystemExit:
        reason = said.getvalue().strip().splitlines()[-1].partition("error: ")[2]
        raise UsageError([f"beam.args: Beam refuses a value: {reason}"]) from None
