"""Each rule on a package that breaks it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.kubeflow.lint.package import Package
from pipeline.kubeflow.lint.run import RULES, lint_file, lint_package

Documents = list[dict[str, Any]]


def container(documents: Documents) -> dict[str, Any]:
    found: dict[str, Any] = documents[0]["deploymentSpec"]["executors"]["Make_executor"]["container"]
    return found


def task(documents: Documents, name: str = "Make") -> dict[str, Any]:
    found: dict[str, Any] = documents[0]["root"]["dag"]["tasks"][name]
    return found


def run_parameter(documents: Documents) -> dict[str, Any]:
    found: dict[str, Any] = documents[0]["root"]["inputDefinitions"]["parameters"]["number"]
    return found


def pod(documents: Documents) -> dict[str, Any]:
    found: dict[str, Any] = documents[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    return found


def constant(value: Any) -> dict[str, Any]:
    return {"runtimeValue": {"constant": value}}


def make_wrapper(documents: Documents) -> None:
    documents[0] = {"pipelineSpec": documents[0], "runtimeConfig": {}}


def push_outside_the_volume(documents: Documents) -> None:
    documents[0]["components"]["Take"]["inputDefinitions"]["parameters"] = {"push_dir": {"parameterType": "STRING"}}
    task(documents, "Take")["inputs"]["parameters"] = {"push_dir": constant("/elsewhere")}


def refer_in_a_condition(documents: Documents) -> None:
    task(documents, "Take")["triggerPolicy"] = {"condition": "inputs.artifacts['blessing'].artifacts[0].uri == 'x'"}


BREAKS: dict[str, list[tuple[Callable[[Documents], Any], str]]] = {
    "readable": [(lambda d: d.clear(), "holds no pipeline")],
    "bare-specification": [
        (make_wrapper, "PipelineJob around a specification"),
        (lambda d: d[0].pop("pipelineInfo"), "lacks pipelineInfo or root"),
        (lambda d: d.append(d[0]), "document 3 is a second pipeline"),
    ],
    "known-fields": [
        (lambda d: d[0].update(pipelinInfo={}), 'no field named "pipelinInfo"'),
        (lambda d: task(d).update(cachingOption={}), 'no field named "cachingOption"'),
        (lambda d: container(d).update(image=3), "deploymentSpec does not fit"),
    ],
    "schema-version": [(lambda d: d[0].update(schemaVersion="2.0.0"), "'2.0.0' but only '2.1.0'")],
    "pipeline-name": [(lambda d: d[0].update(pipelineInfo={"name": "My_Pipeline"}), "'My_Pipeline' must be")],
    "pipeline-root": [
        (lambda d: d[0].update(defaultPipelineRoot="/data/root"), "'/data/root' cannot be used"),
        (lambda d: d[0].update(defaultPipelineRoot="hdfs://x/y"), "'hdfs://x/y' cannot be used"),
        (lambda d: d[0].update(defaultPipelineRoot="minio://"), "'minio://' cannot be used"),
    ],
    "platform-document": [
        (lambda d: d[1].update(platform={}), "would be dropped"),
        (lambda d: d.__setitem__(1, {"platforms": {"kubernets": {}}}), "no key 'kubernetes'"),
        (lambda d: pod(d)["Take_executor"].update(pvcMounts=[]), "pvcMounts: extra inputs are not permitted"),
        (lambda d: pod(d)["Take_executor"]["pvcMount"][0].update(mountPath="models"), "pvcMount.0.mountPath"),
    ],
    "one-platform-document": [(lambda d: d.append(d[1]), "only one platform document is taken")],
    "has-tasks": [(lambda d: d[0]["root"]["dag"]["tasks"].clear(), "the pipeline does nothing")],
    "known-components": [
        (lambda d: d[0]["components"].pop("Take"), "component 'Take', which does not exist"),
        (lambda d: d[0]["deploymentSpec"]["executors"].pop("Take_executor"), "executor 'Take_executor'"),
    ],
    "executor-kind": [
        (
            lambda d: d[0]["deploymentSpec"]["executors"].update(Make_executor={"resolver": {}}),
            "executor Make_executor is of the kind resolver",
        )
    ],
    "producers": [
        (lambda d: task(d, "Take").update(dependentTasks=["Mkae"]), "waits for 'Mkae'"),
        (
            lambda d: task(d, "Take")["inputs"]["artifacts"]["number"]["taskOutputArtifact"].update(
                producerTask="Make_task"
            ),
            "comes from the task 'Make_task'",
        ),
        (
            lambda d: task(d, "Take")["inputs"]["artifacts"]["number"]["taskOutputArtifact"].update(
                outputArtifactKey="numbers"
            ),
            "the output 'numbers' of Make",
        ),
    ],
    "no-cycles": [(lambda d: task(d).update(dependentTasks=["Take"]), "Make, Take wait for each other")],
    "condition-inputs": [(refer_in_a_condition, "names the input 'blessing'")],
    "run-defaults": [
        (lambda d: run_parameter(d).pop("defaultValue"), "number has no default"),
        (lambda d: run_parameter(d).update(defaultValue="three"), "declared NUMBER_INTEGER but its value is 'three'"),
        (lambda d: run_parameter(d).update(defaultValue=0.5), "declared NUMBER_INTEGER but its value is 0.5"),
        (lambda d: run_parameter(d).update(parameterType="INT"), "parameterType 'INT', which does not exist"),
    ],
    "known-run-parameters": [
        (
            lambda d: task(d)["inputs"]["parameters"].update(number={"componentInputParameter": "count"}),
            "the run parameter 'count', which is not declared",
        )
    ],
    "task-inputs": [
        (lambda d: task(d)["inputs"]["parameters"].pop("number"), "Make is not given 'number'"),
        (lambda d: task(d)["inputs"]["parameters"].update(more=constant(1)), "given 'more', which its component"),
        (lambda d: task(d)["inputs"]["parameters"].update(number=constant(True)), "its value is True"),
    ],
    "placeholders": [
        (
            lambda d: task(d)["inputs"]["parameters"].update(run=constant("a {{$.inputs.parameters['b']}}")),
            "Make.run contains {{$.inputs.parameters['b']}}",
        ),
        (
            lambda d: container(d)["args"].append("{{$.inputs.artifacts['gone'].path}}"),
            "names inputs.artifacts['gone']",
        ),
    ],
    "argument-size": [
        (
            lambda d: task(d)["inputs"]["parameters"].update(run=constant("x" * 100_000)),
            "parameters of task Make are 100,0",
        ),
        (lambda d: container(d)["args"].append("x" * 100_000), "an argument of Make_executor is 100,000 bytes"),
    ],
    "images": [
        (lambda d: container(d).update(image="tandem"), "neither tag nor digest"),
        (lambda d: container(d).update(image="registry:5000/tandem"), "neither tag nor digest"),
        (lambda d: container(d).update(image="tandem:latest"), "moving tag 'latest'"),
    ],
    "commands": [(lambda d: container(d).pop("command"), "Make_executor has no command")],
    "quantities": [
        (lambda d: container(d)["resources"].update(resourceMemoryLimit="4"), "'4' is no amount of memory"),
        (lambda d: container(d)["resources"].update(resourceCpuLimit="two"), "'two' is no amount of cpu"),
    ],
    "platform-labels": [
        (lambda d: pod(d).update(Take=pod(d).pop("Take_executor")), "names the executor 'Take', which does not exist")
    ],
    "host-paths": [
        (
            lambda d: task(d)["inputs"]["parameters"].update(run=constant(str(Path(__file__).parents[4] / "x.py"))),
            "a folder of the machine that compiled",
        ),
        (lambda d: container(d)["args"].append("--schema=/home/someone/schema.pbtxt"), "Make_executor contains /home/"),
    ],
    "push-volume": [(push_outside_the_volume, "Take works in /elsewhere, which is on none of its volumes (/models)")],
}


def test_a_package_that_breaks_no_rule_has_no_findings(sample: Documents) -> None:
    assert lint_package(Package(tuple(sample))) == ()


def test_every_rule_is_tried() -> None:
    assert {rule.name for rule in RULES} == set(BREAKS)


@pytest.mark.parametrize(
    ("rule", "change", "message"),
    [pytest.param(rule, *case, id=f"{rule}-{number}") for rule in BREAKS for number, case in enumerate(BREAKS[rule])],
)
def test_a_broken_rule_is_found(sample: Documents, rule: str, change: Callable[[Documents], Any], message: str) -> None:
    change(sample)

    findings = lint_package(Package(tuple(sample)))

    assert [finding for finding in findings if finding.rule == rule and message in finding.message], findings


def test_all_findings_come_at_once(sample: Documents) -> None:
    container(sample)["image"] = "tandem"
    sample[0]["schemaVersion"] = "2.0.0"
    run_parameter(sample).pop("defaultValue")

    assert {finding.rule for finding in lint_package(Package(tuple(sample)))} == {
        "images",
        "schema-version",
        "run-defaults",
    }


def test_a_mounted_folder_may_lie_below_a_home(sample: Documents) -> None:
    pod(sample)["Take_executor"]["pvcMount"][0]["mountPath"] = "/home/jovyan/data"
    task(sample)["inputs"]["parameters"]["run"] = constant("/home/jovyan/data/photos")

    assert lint_package(Package(tuple(sample))) == ()


@pytest.mark.parametrize("text", ["a: [", "- 1\n- 2\n", "just words", "root: 3\npipelineInfo: []\n", ""])
def test_any_file_gets_findings_and_no_traceback(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(text)

    assert lint_file(path)


def test_a_missing_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.yaml cannot be read: No such file"):
        lint_file(tmp_path / "gone.yaml")
