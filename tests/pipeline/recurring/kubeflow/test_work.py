"""`kubeflow ACTION` from the command line: a package is really compiled; the server is a stand-in."""

import pytest
from kubeflow_recurring_proto import write_message
from kubeflow_stub_server import StubServer

from pipeline.retrain import main

NAME = "tandem-digits-retraining"


def run(stub: StubServer, action: str, *words: str) -> int:
    return main(["kubeflow", action, "--host", stub.address, *words])


@pytest.mark.slow
def test_a_schedule_from_the_first_time_to_the_last(stub: StubServer, capsys: pytest.CaptureFixture[str]) -> None:
    nightly, weekly = ["--schedule", "0 3 * * *"], ["--schedule", "0 3 * * sun", "--time-zone", "Asia/Tokyo"]

    assert run(stub, "apply", *nightly) == 0
    assert f"Created recurring run {NAME} (" in capsys.readouterr().out
    assert run(stub, "apply", *nightly) == 0
    assert f"Unchanged recurring run {NAME} (" in capsys.readouterr().out
    assert len(stub.packages) == 1
    assert b"schemaVersion: 2.1.0" in stub.packages[0]

    assert run(stub, "apply", *weekly) == 0
    told = capsys.readouterr().out
    assert f"Replaced recurring run {NAME} (" in told
    assert "enabled: 0 3 * * 0 Asia/Tokyo, on the server '0 0 18 * * 6'" in told
    (scheduled,) = map(write_message, stub.recurring.runs.values())
    assert scheduled["display_name"] == NAME
    assert scheduled["pipeline_version_reference"]["pipeline_id"] == "p1"
    assert stub.recurring.most_enabled == 1

    assert run(stub, "pause") == 0
    assert stub.recurring.enabled() == []
    assert run(stub, "list") == 0
    assert f"{NAME} ({scheduled['recurring_run_id']}), paused" in capsys.readouterr().out
    assert run(stub, "resume") == 0
    assert stub.recurring.enabled() == [scheduled["recurring_run_id"]]
    assert run(stub, "delete") == 0
    assert stub.recurring.runs == {}


def test_nothing_there_is_no_failure_to_list_and_delete(stub: StubServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(stub, "list") == 0
    assert run(stub, "delete") == 0

    assert (
        "No recurring runs of Tandem there\nThere is no recurring run tandem-digits-retraining"
        in capsys.readouterr().out
    )


def test_what_the_server_refuses_is_a_sentence_and_a_failure(
    stub: StubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(stub, "pause") == 1
    assert "error: there is no recurring run 'tandem-digits-retraining'" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kubeflow", "list", "--host", "http://127.0.0.1:9"]) == 1
    assert "no Kubeflow Pipelines server answers at http://127.0.0.1:9" in capsys.readouterr().err
