import os

import pytest
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, PortableOptions, WorkerOptions

from pipeline.beam.arguments import beam_arguments
from pipeline.beam.config import BeamConfig
from pipeline.errors import UsageError


def options(**settings: object) -> PipelineOptions:
    return PipelineOptions(beam_arguments(BeamConfig.model_validate(settings)))


def test_one_thread_runs_in_memory_and_several_do_not() -> None:
    one, three = options().view_as(DirectOptions), options(workers=3).view_as(DirectOptions)

    assert (one.direct_running_mode, one.direct_num_workers) == ("in_memory", 1)
    assert (three.direct_running_mode, three.direct_num_workers) == ("multi_threading", 3)


def test_worker_processes_are_as_many_as_cores_unless_said() -> None:
    assert options(runner="multi_process").view_as(DirectOptions).direct_num_workers == os.cpu_count()
    assert options(runner="multi_process", workers=5).view_as(DirectOptions).direct_num_workers == 5


def test_remote_runners_get_the_image_and_the_workers_in_their_own_words() -> None:
    flink = options(runner="flink", args="--flink_master=http://flink:8081", image="registry/tandem:1", workers=4)
    dataflow = options(
        runner="dataflow",
        args="--project=p --region=europe-west1 --temp_location=gs://bucket/temp",
        image="registry/tandem:1",
        workers=9,
    )

    assert flink.get_all_options()["runner"] == "FlinkRunner"
    assert flink.get_all_options()["parallelism"] == 4
    assert flink.view_as(WorkerOptions).sdk_container_image == "registry/tandem:1"
    assert dataflow.view_as(WorkerOptions).max_num_workers == 9


def test_portable_and_spark_arguments_are_understood_by_beam() -> None:
    portable = options(runner="portable", args="--job_endpoint=localhost:8099 --environment_type=LOOPBACK")
    spark = options(runner="spark", args="--spark_master_url=local[2]")

    assert portable.view_as(PortableOptions).job_endpoint == "localhost:8099"
    assert spark.get_all_options()["spark_master_url"] == "local[2]"


def test_a_value_that_beam_refuses_is_said_in_its_words() -> None:
    with pytest.raises(UsageError, match=r"--flink_version: invalid choice: '9'"):
        options(runner="flink", args="--flink_master=[local] --flink_version=9")
