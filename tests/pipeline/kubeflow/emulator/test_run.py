"""Two small tasks through the whole emulator, each in a process of its own."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.events import Event, StepFinished
from pipeline.kubeflow.emulator.package_graph import PackageGraph
from pipeline.kubeflow.emulator.run import EmulatedRun

Documents = list[dict[str, Any]]


def execute(
    documents: Documents, folder: Path, given: dict[str, Any] | None = None
) -> tuple[EmulatedRun, list[StepFinished], StepFinished | None]:
    run = EmulatedRun(graph=PackageGraph(spec=documents[0], platform=documents[1]), folder=folder, given=given or {})
    events: list[Event] = []
    failed = run.execute(events.append)
    return run, [event for event in events if isinstance(event, StepFinished)], failed


def words(documents: Documents, task: str) -> dict[str, Any]:
    found: dict[str, Any] = documents[0]["deploymentSpec"]["executors"][f"{task}_executor"]["container"]
    return found


def test_tasks_run_in_order_and_later_ones_see_files_but_no_empty_folders(sample: Documents, tmp_path: Path) -> None:
    _, ended, failed = execute(sample, tmp_path)

    assert failed is None
    assert [(event.step, event.status) for event in ended] == [("Make", "executed"), ("Take", "executed")]
    assert ended[1].outcome == "it is 3 ['number.txt']"


def test_metadata_comes_back_as_the_store_returns_it(sample: Documents, tmp_path: Path) -> None:
    run, _, _ = execute(sample, tmp_path, {"number": 4})

    artifact = run.store.find("Make", "number")
    assert artifact["metadata"] == {"doubled": 8.0, "names": {"list": ["a"]}, "run": run.run_id}
    assert artifact["type"] == {"instanceSchema": ""}
    assert artifact["uri"].startswith(f"minio://mlpipeline/v2/artifacts/sample/{run.run_id}/Make/")


def test_a_failed_task_is_retried_as_often_as_it_says_and_then_skips_the_rest(
    sample: Documents, tmp_path: Path
) -> None:
    sample[0]["root"]["dag"]["tasks"]["Make"]["retryPolicy"] = {"maxRetryCount": 2}
    words(sample, "Make")["command"] = ["python", "-c", "import sys; sys.exit('tandem error: no luck')"]

    _, ended, failed = execute(sample, tmp_path)

    assert failed is not None
    assert (failed.step, failed.status, failed.outcome) == ("Make", "failed", "no luck")
    assert ended[-1] == StepFinished("Take", "skipped", 0.0, "")
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == [f"Make-{n}.log" for n in range(3)]


def test_a_result_file_with_an_unknown_field_fails_the_task(sample: Documents, tmp_path: Path) -> None:
    command = words(sample, "Make")["command"]
    command[2] = command[2].replace('output = {"artifacts"', 'output = {"artefacts": {}, "artifacts"')

    _, _, failed = execute(sample, tmp_path)

    assert failed is not None
    assert 'no field named "artefacts"' in failed.outcome


def test_an_output_outside_the_store_fails_the_task(sample: Documents, tmp_path: Path) -> None:
    command = words(sample, "Make")["command"]
    command[2] = command[2].replace('artifact = {"metadata"', 'artifact = {"uri": "/local/folder", "metadata"')

    _, _, failed = execute(sample, tmp_path)

    assert failed is not None
    assert "'/local/folder' is no place where KFP can store" in failed.outcome


def test_a_path_on_a_volume_leads_to_the_volumes_folder(sample: Documents, tmp_path: Path) -> None:
    sample[0]["components"]["Take"]["inputDefinitions"]["parameters"] = {"where": {"parameterType": "STRING"}}
    sample[0]["root"]["dag"]["tasks"]["Take"]["inputs"]["parameters"] = {
        "where": {"runtimeValue": {"constant": "/models/digits"}}
    }
    container = words(sample, "Take")
    container["command"] = ["python", "-c", "import pathlib, sys; pathlib.Path(sys.argv[1]).mkdir()"]
    container["args"] = ["{{$.inputs.parameters['where']}}"]

    _, _, failed = execute(sample, tmp_path)

    assert failed is None
    assert (tmp_path / "volumes" / "models" / "digits").is_dir()


def test_a_secret_that_is_not_there_keeps_the_pod_from_starting(
    sample: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("API_KEY", raising=False)
    sample[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]["Make_executor"] = {
        "secretAsEnv": [
            {
                "secretNameParameter": {"runtimeValue": {"constant": "api"}},
                "keyToEnv": [{"secretKey": "key", "envVar": "API_KEY"}],
            }
        ]
    }

    _, _, failed = execute(sample, tmp_path)

    assert failed is not None
    assert failed.outcome == "API_KEY comes from the Secret api; set it in the environment to emulate that"


@pytest.mark.parametrize(
    ("given", "message"),
    [({"numbr": 1}, "no run parameter numbr; it has number"), ({"number": "x"}, "NUMBER_INTEGER but its value is 'x'")],
)
def test_wrong_run_parameters_are_refused_before_anything_runs(
    sample: Documents, tmp_path: Path, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        execute(sample, tmp_path, given)
