"""The door of a step; what it does behind TFX's door is tried by the emulated run."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.kubeflow.step import main


def arguments(data: str, merges: str = "[]", *, spans: str = "", **parameters: Any) -> list[str]:
    executor_input = {
        "inputs": {"parameterValues": {"data": data, "spans": spans, "data_fingerprint": "", **parameters}},
        "outputs": {"outputFile": "unused"},
    }
    return [
        *("--step", "ImageExampleGen", "--num_classes", "3", "--merges", merges),
        *("--executor_class_path", "none", "--json_serialized_invocation_args", json.dumps(executor_input)),
        *("--json_serialized_inputs_spec_args", "{}", "--runner=unused"),
    ]


def test_data_that_is_not_there_ends_as_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(arguments(str(tmp_path / "photos")))

    said = capsys.readouterr().err.splitlines()
    assert code == 1
    assert len(said) == 1
    assert said[0].startswith(f"tandem error: data folder {tmp_path / 'photos'} does not exist")


def test_data_with_another_number_of_classes_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for label in ("cat", "dog"):
        (tmp_path / label).mkdir()
        (tmp_path / label / "1.png").write_bytes(b"not looked into")

    assert main(arguments(str(tmp_path))) == 1
    assert "has 2 classes but this pipeline was compiled for 3" in capsys.readouterr().err


def test_a_run_parameter_that_does_not_fit_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    merges = json.dumps([{"input": "run_epochs", "parameter": "config", "path": ["epochs"]}])

    assert main(arguments("digits", merges, run_epochs=0.5, config=json.dumps({"epochs": 2}))) == 1
    assert capsys.readouterr().err == "tandem error: run parameter epochs: 0.5 must be a whole number\n"


@pytest.mark.parametrize(
    ("data", "spans", "said"),
    [
        ("{folder}/{{SPAN}}", "last 2", "has 2 classes but this pipeline was compiled for 3"),
        ("{folder}/{{SPAN}}", "", "has 2 classes but"),
        ("{folder}/{{SPAN}}", "1,3", "span 3 of {folder}/{{SPAN}} does not exist"),
        ("{folder}/{{SPAN}}", "newest", "spans 'newest' are not of the form"),
        ("{folder}", "last 2", "spans 'last 2' are those of a pattern, and the data {folder} is none"),
    ],
)
def test_a_pod_looks_for_its_spans(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: str, spans: str, said: str
) -> None:
    for name in ("1/cat", "1/dog", "2/cat", "2/dog"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "1.png").write_bytes(b"not looked into")

    assert main(arguments(data.format(folder=tmp_path), spans=spans)) == 1
    assert said.format(folder=tmp_path) in capsys.readouterr().err
