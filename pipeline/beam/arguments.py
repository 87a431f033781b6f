"""From Beam settings to the arguments of a Beam pipeline."""

import os

from pipeline.beam.beam_parser import check_values
from pipeline.beam.config import BeamConfig
from pipeline.beam.runners import RUNNERS

_NO_IMAGE = "unused-on-this-machine"
"""Keeps TFX from packing its own source for remote workers before each step; nothing is packed or pulled."""
_FIRST_IMPORT = "tfx"
"""What workers import before they unpickle anything: TFX puts in what TensorFlow Data Validation misses on older
systems. A worker without TFX, as one that only predicts may be, goes on without it."""


def beam_arguments(beam: BeamConfig) -> list[str]:
    """Return the arguments that make a Beam pipeline run as the settings say.

    Raises:
        UsageError: Beam refuses the value of an option.
    """
    runner = RUNNERS[beam.runner]
    arguments = [f"--runner={runner.beam_name}", f"--sdk_container_image={beam.image or _NO_IMAGE}", *beam.args]
    if beam.runner == "in_process":
        mode = "multi_threading" if beam.workers > 1 else "in_memory"
        arguments += [f"--direct_running_mode={mode}", f"--direct_num_workers={beam.workers or 1}"]
    elif beam.runner == "multi_process":
        arguments += [f"--direct_num_workers={beam.workers or os.cpu_count() or 1}"]
    elif beam.workers and runner.workers_option:
        arguments += [f"--{runner.workers_option}={beam.workers}"]
    if beam.runner != "in_process":
        arguments.append(f"--beam_plugin={_FIRST_IMPORT}")
    check_values(arguments)
    return arguments
