"""The Beam runners that can be chosen, and what each asks for."""

from dataclasses import dataclass
from typing import Final

DEFAULT_RUNNER: Final = "in_process"
LOCAL_MASTERS: Final = ("[local]", "local")
"""How Flink's `[local]` and Spark's `local`, `local[4]`... begin: a cluster inside the job server on this machine."""


@dataclass(frozen=True, kw_only=True)
class BeamRunner:
    """A way to run Beam pipelines.

    Attributes:
        beam_name: Name that Beam knows it by, or the full name of its class.
        required: Options without which it cannot start.
        option_groups: Classes in Beam's `pipeline_options` whose options it understands, beside those of every runner.
        is_remote: Whether its workers are elsewhere, so that they need an environment with this code.
        workers_option: Option that says how many workers; None where the cluster alone decides.
        master_option: Option that names the cluster; a local one needs no environment.
        module: Top-level module that must be installed for it.
        install: What to install when the module is absent.
    """

    beam_name: str
    required: tuple[str, ...] = ()
    option_groups: tuple[str, ...] = ()
    is_remote: bool = True
    workers_option: str | None = None
    master_option: str | None = None
    module: str = "apache_beam"
    install: str = "apache-beam"


_JOB_SERVER_GROUPS = ("PortableOptions", "JobServerOptions")

RUNNERS: Final[dict[str, BeamRunner]] = {
    # Named by its class: the DirectRunner in front of it examines every pipeline twice (a third of the time of a small
    # one) and may hand over to Prism, a binary that it downloads.
    "in_process": BeamRunner(beam_name="apache_beam.runners.portability.fn_api_runner.FnApiRunner", is_remote=False),
    "multi_process": BeamRunner(beam_name="pipeline.beam.multi_process.MultiProcessRunner", is_remote=False),
    "flink": BeamRunner(
        beam_name="FlinkRunner",
        required=("flink_master",),
        option_groups=("FlinkRunnerOptions", *_JOB_SERVER_GROUPS),
        workers_option="parallelism",
        master_option="flink_master",
    ),
    "spark": BeamRunner(
        beam_name="SparkRunner",
        required=("spark_master_url",),
        option_groups=("SparkRunnerOptions", *_JOB_SERVER_GROUPS),
        master_option="spark_master_url",
    ),
    "dataflow": BeamRunner(
        beam_name="DataflowRunner",
        required=("project", "region", "temp_location"),
        option_groups=("GoogleCloudOptions", "WorkerOptions"),
        workers_option="max_num_workers",
        module="apitools",
        install="apache-beam[gcp]",
    ),
    "portable": BeamRunner(beam_name="PortableRunner", required=("job_endpoint",), option_groups=("PortableOptions",)),
}
"""By the name that users write."""
