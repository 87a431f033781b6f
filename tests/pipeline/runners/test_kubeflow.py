"""The Kubeflow runner: packages are really compiled; the cluster is a stand-in on this machine."""

from pathlib import Path
from typing import Any

import pytest
from kubeflow_stub_server import StubServer
from rich.console import Console

from pipeline.errors import ExitCode, UsageError
from pipeline.kubeflow.cluster import TOKEN_VARIABLE, ClusterError
from pipeline.kubeflow.lint.run import lint_file
from pipeline.kubeflow.preconditions import describe_data
from pipeline.runners.kubeflow import KubeflowRunner, compile_only
from pipeline.settings import load_config

CONFIG = load_config(options={"kubeflow": {"poll_interval_seconds": 0.01}})


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)


def runner() -> KubeflowRunner:
    return KubeflowRunner(CONFIG, describe_data(CONFIG), Console(width=200))


def task(name: str, state: str, error: str | None = None) -> dict[str, Any]:
    details: dict[str, Any] = {"display_name": name, "state": state}
    return {**details, "error": {"code": 3, "message": error}} if error else details


@pytest.mark.slow
def test_compile_only_writes_a_clean_package_and_says_what_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out" / "digits.yaml"

    assert compile_only(CONFIG, describe_data(CONFIG), path, Console(width=200)) == ExitCode.PUSHED_OR_UNCHANGED

    said = capsys.readouterr().out
    assert lint_file(path) == ()
    assert f"Package {path}: tandem-digits, image tandem:0.1.0" in said
    assert f"python -m pipeline.kubeflow.emulate {path} --root DIR" in said
    assert [entry.name for entry in path.parent.iterdir()] == ["digits.yaml"]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"digits\.json must end in \.yaml"):
        runner().compile_only(tmp_path / "digits.json")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("last", "code", "text"),
    [
        ({"state": "SUCCEEDED"}, ExitCode.PUSHED_OR_UNCHANGED, "Succeeded: the model is blessed and pushed"),
        (
            {"state": "FAILED", "run_details": {"task_details": [task("Transform", "FAILED", "no space left")]}},
            ExitCode.FAILED,
            "Failed: step Transform: no space left",
        ),
        (
            {"state": "FAILED", "run_details": {"task_details": [task("Verdict", "FAILED")]}},
            ExitCode.NOT_BLESSED,
            "Not blessed: see its log on the cluster",
        ),
    ],
)
def test_a_submitted_run_is_followed_to_its_end(
    last: dict[str, Any], code: ExitCode, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    running = {"state": "RUNNING", "run_details": {"task_details": [task("ImageExampleGen", "RUNNING")]}}
    with StubServer(looks=[running, last], silent_looks=2).serving() as server:
        assert runner().submit(server.address) == code

        assert b"schemaVersion: 2.1.0" in server.packages[0]
        assert server.runs[0]["display_name"].startswith("tandem-digits 20")
    said = capsys.readouterr().out
    assert f"Run r1: {server.address}/#/runs/details/r1" in said
    assert text in said


@pytest.mark.slow
def test_a_server_that_stops_answering_ends_the_following(tmp_path: Path) -> None:
    with StubServer(silent_looks=99).serving() as server, pytest.raises(ClusterError, match="503 starting"):
        runner().submit(server.address)


def test_a_cluster_that_cannot_be_reached_is_told_before_anything_is_compiled() -> None:
    with pytest.raises(ClusterError, match="must start with http"):
        runner().submit("nowhere")
