from apache_beam.options import pipeline_options

from pipeline.beam.option_names import beam_options


def test_options_are_those_of_beams_own_parser() -> None:
    parsed = set(pipeline_options.PipelineOptions([]).get_all_options())

    assert {"runner", "job_endpoint", "flink_master", "spark_master_url", "region", "temp_location"} <= set(
        beam_options()
    )
    assert {name for name in beam_options() if name in parsed} >= {"parallelism", "direct_num_workers", "project"}


def test_the_class_that_declares_an_option_is_known() -> None:
    assert beam_options()["flink_master"] == pipeline_options.FlinkRunnerOptions.__name__
    assert beam_options()["job_endpoint"] == pipeline_options.PortableOptions.__name__
