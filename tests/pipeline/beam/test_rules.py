import pytest

from pipeline.beam.rules import find_problems, is_on_this_machine, option_values
from pipeline.beam.runners import RUNNERS

DATAFLOW = ("--project=p", "--region=europe-west1", "--temp_location=gs://bucket/temp")


def problems(runner: str, *args: str, workers: int = 0, image: str | None = None) -> str:
    return "\n".join(find_problems(runner=runner, workers=workers, image=image, args=args))


@pytest.mark.parametrize(
    ("runner", "args", "image"),
    [
        ("in_process", (), None),
        ("multi_process", (), None),
        ("flink", ("--flink_master=[local]",), None),
        ("flink", ("--flink_master=http://flink:8081",), "registry/tandem:1"),
        ("spark", ("--spark_master_url=local[4]",), None),
        ("dataflow", DATAFLOW, "registry/tandem:1"),
        ("portable", ("--job_endpoint=localhost:8099", "--environment_type=LOOPBACK"), None),
    ],
)
def test_complete_settings_have_no_problem(runner: str, args: tuple[str, ...], image: str | None) -> None:
    assert problems(runner, *args, image=image) == ""


def test_what_a_runner_cannot_start_without_is_named() -> None:
    assert "needs --flink_master" in problems("flink", image="i")
    assert "needs --region, --temp_location" in problems("dataflow", "--project=p", image="i")
    assert "needs --job_endpoint" in problems("portable", "--job_endpoint=", image="i")


@pytest.mark.parametrize("runner", [name for name, runner in RUNNERS.items() if runner.is_remote])
def test_remote_workers_need_an_environment(runner: str) -> None:
    assert "needs beam.image" in problems(runner)


def test_an_image_for_workers_on_this_machine_is_refused() -> None:
    assert "has no meaning" in problems("in_process", image="registry/tandem:1")
    assert "has no meaning" in problems("flink", "--flink_master=[local]", image="registry/tandem:1")


def test_an_image_and_another_environment_contradict_each_other() -> None:
    text = problems("portable", "--job_endpoint=h:1", "--environment_type=EXTERNAL", image="i")

    assert "contradicts --environment_type=EXTERNAL" in text


def test_an_unknown_option_is_refused_with_the_nearest_right_one() -> None:
    assert "Did you mean 'flink_master'" in problems("flink", "--flink_mastr=[local]")


def test_an_option_of_another_runner_is_refused() -> None:
    text = problems("flink", "--flink_master=[local]", "--spark_master_url=local")

    assert text == "beam.args: '--spark_master_url=local' contradicts beam.runner flink; it belongs to spark"


@pytest.mark.parametrize(
    ("argument", "setting"),
    [
        ("--runner=FlinkRunner", "beam.runner"),
        ("--direct_num_workers=4", "beam.workers"),
        ("--sdk_container_image=i", "beam.image"),
    ],
)
def test_an_option_that_has_a_setting_is_refused(argument: str, setting: str) -> None:
    assert f"decided by the setting {setting}" in problems("in_process", argument)


def test_a_word_that_is_no_option_is_refused() -> None:
    assert "'parallelism=4' is not of the form" in problems("in_process", "parallelism=4")


def test_workers_are_refused_where_the_cluster_decides_or_an_option_says_the_same() -> None:
    assert "its cluster decides" in problems("spark", "--spark_master_url=local", workers=2)
    assert "say the same" in problems("flink", "--flink_master=[local]", "--parallelism=3", workers=2)


def test_values_are_split_at_the_first_equals_sign() -> None:
    assert option_values(["--a=b=c", "--flag"]) == {"a": "b=c", "flag": ""}


def test_a_cluster_inside_the_job_server_is_on_this_machine() -> None:
    assert is_on_this_machine(RUNNERS["spark"], ["--spark_master_url=local[2]"])
    assert not is_on_this_machine(RUNNERS["spark"], ["--spark_master_url=spark://host:7077"])
    assert not is_on_this_machine(RUNNERS["portable"], ["--job_endpoint=localhost:8099"])
