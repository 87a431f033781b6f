from pathlib import Path

import pytest

from pipeline.bulk_inference.door import check_request
from pipeline.bulk_inference.request import PredictRequest
from pipeline.errors import UsageError
from pipeline.predict import build_parser


def check(*arguments: str) -> PredictRequest:
    options, unknown = build_parser().parse_known_args(arguments)
    return check_request(options, unknown, ["--model", "--input", "--output"])


@pytest.fixture
def image(tmp_path: Path) -> str:
    (tmp_path / "a.png").write_bytes(b"")
    return str(tmp_path / "a.png")


def test_a_complete_request_is_understood(colour_model: Path, image: str, tmp_path: Path) -> None:
    request = check("--model", str(colour_model), "--input", image, "--output", str(tmp_path / "out.jsonl"))

    assert (request.model.version, request.source.files) == ("10", ("a.png",))
    assert (request.output, request.output_format) == (tmp_path / "out.jsonl", "jsonl")
    assert (request.backend, request.batch_size_images, request.with_all_probabilities) == ("onnx", 64, False)
    assert request.beam.runner == "in_process"


def test_the_format_is_that_of_the_ending_unless_named(colour_model: Path, image: str, tmp_path: Path) -> None:
    common = ("--model", str(colour_model), "--input", image, "--output")

    assert check(*common, str(tmp_path / "out.tfrecord.gz")).output_format == "tfrecord"
    assert check(*common, str(tmp_path / "out"), "--format", "parquet").output_format == "parquet"


def test_beam_options_become_beam_settings(colour_model: Path, image: str, tmp_path: Path) -> None:
    request = check(
        *("--model", str(colour_model), "--input", image, "--output", str(tmp_path / "o.parquet")),
        *("--beam-runner", "flink", "--beam-arg=--flink_master=[local]", "--beam-workers", "3"),
    )

    assert (request.beam.runner, request.beam.workers) == ("flink", 3)
    assert request.beam.args == ("--flink_master=[local]",)


def test_every_problem_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        check(
            *("--modle", "x", "--input", str(tmp_path / "absent"), "--output", str(tmp_path), "--format", "parqet"),
            *("--backend", "onx", "--batch-size", "0", "--beam-runner", "flnk"),
        )

    said = "\n".join(raised.value.problems)
    for part in (
        "unknown option '--modle'; see --help. Did you mean '--model'?",
        "--model is missing",
        "does not exist",
        "exists already",
        "Did you mean 'parquet'?",
        "Did you mean 'onnx'?",
        "'0' is not a number of images",
        "Did you mean 'flink'?",
    ):
        assert part in said


def test_an_output_without_a_format_is_refused(colour_model: Path, image: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"out\.csv does not end in a format"):
        check("--model", str(colour_model), "--input", image, "--output", str(tmp_path / "out.csv"))


def test_an_address_of_an_object_store_is_refused(colour_model: Path, image: str) -> None:
    with pytest.raises(UsageError, match="every worker has mounted"):
        check("--model", str(colour_model), "--input", image, "--output", "gs://bucket/out.parquet")


def test_workers_that_are_no_number_are_refused(colour_model: Path, image: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"beam\.workers: Input should be a valid integer"):
        check("--model", str(colour_model), "--input", image, "--output", f"{tmp_path}/o.jsonl", "--beam-workers", "x")
