"""Beam's own runner with worker processes that find this code, start fast and end with it."""

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability.api import beam_provision_api_pb2
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.portability.fn_api_runner.fn_runner import ExtendedProvisionInfo, RunnerResult
from apache_beam.runners.portability.portable_runner import JobServiceHandle
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from pipeline.beam.template_start import start_template, worker_command


class MultiProcessRunner(FnApiRunner):
    """FnApiRunner whose workers are processes on this machine, as many as `--direct_num_workers`.

    Beam's `--direct_running_mode=multi_processing` is the same, but its workers import from the working folder and load
    everything anew in each pipeline, its command breaks at a space in Python's path, and named directly it does not
    tell its workers the options.
    """

    def __init__(self) -> None:
        """Set the command that starts a worker."""
        command = worker_command(start_template())
        super().__init__(default_environment=SubprocessSDKEnvironment.from_command_string(command))

    def run_pipeline(self, pipeline: beam.Pipeline, options: PipelineOptions) -> RunnerResult:
        """Run a pipeline; its workers see the options that differ from Beam's defaults."""
        chosen = JobServiceHandle.encode_pipeline_options(options.get_all_options(drop_default=True))
        self._provision_info = ExtendedProvisionInfo(
            beam_provision_api_pb2.ProvisionInfo(retrieval_token="unused", pipeline_options=chosen)  # noqa: S106
        )
        return super().run_pipeline(pipeline, options)
