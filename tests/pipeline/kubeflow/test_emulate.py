from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.kubeflow.emulate import main

Documents = list[dict[str, Any]]
WritePackage = Callable[[Documents], Path]


def test_a_package_without_a_pusher_runs_to_its_end(
    sample: Documents, write_package: WritePackage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([str(write_package(sample)), "--root", str(tmp_path / "root"), "--param", "number=7"])

    said = capsys.readouterr().out
    assert code == 0
    assert "it is 7 ['number.txt']" in said
    assert "no step that pushes" in said


def test_a_failed_step_ends_with_1_and_its_reason(
    sample: Documents, write_package: WritePackage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    container = sample[0]["deploymentSpec"]["executors"]["Take_executor"]["container"]
    container["command"] = ["python", "-c", "raise SystemExit('tandem error: the disk is full')"]

    assert main([str(write_package(sample)), "--root", str(tmp_path / "root")]) == 1
    assert "Failed: step Take: the disk is full" in capsys.readouterr().out


def test_a_package_that_the_linter_refuses_ends_with_2_and_runs_nothing(
    sample: Documents, write_package: WritePackage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample[0]["schemaVersion"] = "2.0.0"

    assert main([str(write_package(sample)), "--root", str(tmp_path / "root")]) == 2
    assert "error: schema-version: " in capsys.readouterr().err
    assert not (tmp_path / "root").exists()


@pytest.mark.parametrize(
    ("parameter", "message"),
    [("number", "not of the form NAME=VALUE"), ("numbr=1", "no run parameter numbr"), ("number=x", "value is 'x'")],
)
def test_wrong_run_parameters_are_one_line(
    sample: Documents,
    write_package: WritePackage,
    capsys: pytest.CaptureFixture[str],
    parameter: str,
    message: str,
) -> None:
    package = write_package(sample)

    assert main([str(package), "--root", str(package.parent / "root"), "--param", parameter]) == 2
    assert message in capsys.readouterr().err


def test_a_volume_that_does_not_exist_is_refused(
    sample: Documents, write_package: WritePackage, capsys: pytest.CaptureFixture[str]
) -> None:
    package = write_package(sample)

    assert main([str(package), "--root", str(package.parent), "--volume", f"models={package.parent / 'gone'}"]) == 2
    assert "gone is no folder; leave the option out for an empty volume" in capsys.readouterr().err
