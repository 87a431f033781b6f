"""Beam's own runner with worker processes that find this code and end with it."""

import shlex
import sys
from pathlib import Path

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability.api import beam_provision_api_pb2
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.portability.fn_api_runner.fn_runner import ExtendedProvisionInfo, RunnerResult
from apache_beam.runners.portability.portable_runner import JobServiceHandle
from apache_beam.transforms.environments import SubprocessSDKEnvironment

_CODE_ROOT = Path(__file__).resolve().parents[2]


class MultiProcessRunner(FnApiRunner):
    """FnApiRunner whose workers are processes on this machine, as many as `--direct_num_workers`.

    Beam's `--direct_running_mode=multi_processing` is the same, but its workers import from the working folder, its
    command breaks at a space in Python's path, and named directly it does not tell its workers the options.
    """

    def __init__(self) -> None:
        """Set the command that starts a worker."""
        super().__init__(default_environment=SubprocessSDKEnvironment.from_command_string(worker_command()))

    def run_pipeline(self, pipeline: beam.Pipeline, options: PipelineOptions) -> RunnerResult:
        """Run a pipeline; its workers see the options that differ from Beam's defaults."""
        chosen = JobServiceHandle.encode_pipeline_options(options.get_all_options(drop_default=True))
        self._provision_info = ExtendedProvisionInfo(
            beam_provision_api_pb2.ProvisionInfo(retrieval_token="unused", pipeline_options=chosen)  # noqa: S106
        )
        return super().run_pipeline(pipeline, options)


def worker_command() -> str:
    """Return the shell command of one worker; it takes the place of its shell, so that ending it ends the worker."""
    path = f'{shlex.quote(str(_CODE_ROOT))}"${{PYTHONPATH:+:$PYTHONPATH}}"'
    return f"PYTHONPATH={path} exec {shlex.quote(sys.executable)} -m pipeline.beam.sdk_worker"
