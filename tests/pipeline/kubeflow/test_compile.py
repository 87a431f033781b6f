"""The compiled package, as Kubeflow Pipelines, its SDK and Kubernetes' schemas see it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.dataset import Dataset
from pipeline.errors import UsageError
from pipeline.kubeflow.compile import compile_package
from pipeline.kubeflow.lint.run import lint_file
from pipeline.settings import load_config
from pipeline.steps import describe_steps

pytestmark = pytest.mark.slow

PHOTOS = Dataset(path="/data/photos", labels=("cat", "dog", "eel"), images=0, fingerprint="")
SETTINGS: dict[str, Any] = {
    "data": {"path": "/data/photos"},
    "model_name": "my_pets",
    "train": {"epochs": 3},
    "kubeflow": {
        "image": "registry.local/tandem:1.0",
        "images": {"Trainer_pytorch": "registry.local/tandem-gpu:1.0"},
        "pipeline_root": "s3://artifacts/tandem",
        "data_volume": {"claim": "photos", "mount_path": "/data"},
        "step_resources": {
            "Trainer_pytorch": {
                "cpu": "3.5",
                "memory": "12Gi",
                "accelerator": "nvidia.com/gpu",
                "accelerator_count": 1,
            }
        },
        "step_node_selectors": {"Trainer_pytorch": {"cloud.local/pool": "gpu"}},
        "secrets": [{"variable": "API_KEY", "secret": "api", "key": "key"}],
    },
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package") / "pets.yaml"
    compile_package(load_config(options=SETTINGS), PHOTOS, path)
    return path


@pytest.fixture(scope="module")
def documents(package: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(package.read_text()))


@pytest.fixture(scope="module")
def tasks(documents: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = documents[0]["root"]["dag"]["tasks"]
    return found


@pytest.fixture(scope="module")
def containers(documents: list[dict[str, Any]]) -> dict[str, Any]:
    executors = documents[0]["deploymentSpec"]["executors"]
    return {label.removesuffix("_executor"): executor["container"] for label, executor in executors.items()}


def arguments_of(container: dict[str, Any], name: str) -> str:
    words: list[str] = container["args"]
    return words[words.index(name) + 1]


def test_the_linter_finds_nothing(package: Path) -> None:
    assert lint_file(package) == ()


def test_the_kfp_sdk_loads_it(package: Path) -> None:
    from kfp import components

    assert components.load_component_from_file(str(package)).name == "tandem-my-pets"


def test_it_has_the_steps_and_edges_of_the_pipeline_and_the_verdict(tasks: dict[str, Any]) -> None:
    described = describe_steps(load_config(options=SETTINGS), PHOTOS, baseline_checksum="")
    expected = {step.id: set(step.after) for step in described}

    assert {task: set(spec.get("dependentTasks", ())) for task, spec in tasks.items()} == {
        **expected,
        "Verdict": {"Champion", "Pusher"},
    }


def test_no_path_of_this_machine_is_in_it(package: Path, tmp_path: Path) -> None:
    text = package.read_text()

    for folder in (Path(__file__).parents[3], Path.home(), tmp_path.parents[1], Path.cwd()):
        assert f"{folder}/" not in text


def test_run_parameters_have_defaults_from_the_configuration(documents: list[dict[str, Any]]) -> None:
    declared = documents[0]["root"]["inputDefinitions"]["parameters"]

    defaults = {name: parameter["defaultValue"] for name, parameter in declared.items()}
    assert defaults["data"] == "/data/photos"
    assert defaults["epochs"] == 3
    assert defaults["push_dir"] == "/models"
    assert defaults["model_name"] == "my_pets"
    assert all(parameter["description"] for parameter in declared.values())


def test_a_parameter_inside_json_comes_as_an_input_and_a_place_to_put_it(
    tasks: dict[str, Any], containers: dict[str, Any]
) -> None:
    inputs = tasks["Evaluator_keras"]["inputs"]["parameters"]
    (merge,) = json.loads(arguments_of(containers["Evaluator_keras"], "--merges"))
    eval_config = json.loads(inputs["eval_config"]["runtimeValue"]["constant"])

    place: Any = eval_config
    for part in merge["path"]:
        place = place[part]
    assert place == load_config(options=SETTINGS).evaluation.min_accuracy
    assert inputs[merge["input"]] == {"componentInputParameter": "min_accuracy"}


def test_steps_that_look_outside_are_never_cached(tasks: dict[str, Any]) -> None:
    never = {task for task, spec in tasks.items() if not spec["cachingOptions"].get("enableCache")}

    assert never == {"ImageExampleGen", "Baseline", "Pusher", "Verdict"}


def test_gates_are_not_tried_again(tasks: dict[str, Any]) -> None:
    assert {task for task, spec in tasks.items() if "retryPolicy" not in spec} == {"AnomalyGate", "Verdict"}


def test_volumes_go_only_to_the_steps_that_need_them(documents: list[dict[str, Any]]) -> None:
    pods = documents[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    mounts = {
        label: [mount["mountPath"] for mount in pod["pvcMount"]] for label, pod in pods.items() if "pvcMount" in pod
    }

    assert mounts == {
        "ImageExampleGen_executor": ["/data"],
        "Baseline_executor": ["/models"],
        "Pusher_executor": ["/models"],
    }


def test_the_gpu_step_has_its_image_resources_and_nodes(
    documents: list[dict[str, Any]], containers: dict[str, Any]
) -> None:
    pod = documents[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]["Trainer_pytorch_executor"]

    assert containers["Trainer_pytorch"]["image"] == "registry.local/tandem-gpu:1.0"
    assert containers["Trainer_pytorch"]["resources"]["accelerator"] == {
        "resourceType": "nvidia.com/gpu",
        "resourceCount": "1",
    }
    assert pod["nodeSelector"] == {"labels": {"cloud.local/pool": "gpu"}}
    assert containers["Trainer_keras"]["image"] == "registry.local/tandem:1.0"


def test_pods_made_of_it_are_valid_for_kubernetes(documents: list[dict[str, Any]], containers: dict[str, Any]) -> None:
    import kubernetes_validate

    pods = documents[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    for step, container in containers.items():
        manifest = pod_manifest(container, pods.get(f"{step}_executor", {}))
        kubernetes_validate.validate(manifest, "1.34", strict=True)


def pod_manifest(container: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return the pod that KFP's driver makes of a container and its settings, without the launcher."""
    resources = container["resources"]
    amounts = {"cpu": resources["resourceCpuLimit"], "memory": resources["resourceMemoryLimit"]}
    if "accelerator" in resources:
        amounts[resources["accelerator"]["resourceType"]] = resources["accelerator"]["resourceCount"]
    mounts = settings.get("pvcMount", [])
    claims = [mount["pvcNameParameter"]["runtimeValue"]["constant"] for mount in mounts]
    variables = [
        {
            "name": key["envVar"],
            "valueFrom": {
                "secretKeyRef": {
                    "name": secret["secretNameParameter"]["runtimeValue"]["constant"],
                    "key": key["secretKey"],
                }
            },
        }
        for secret in settings.get("secretAsEnv", [])
        for key in secret["keyToEnv"]
    ]
    main = {
        "name": "main",
        "image": container["image"],
        "command": container["command"],
        "args": container["args"],
        "env": variables,
        "resources": {"limits": amounts, "requests": amounts},
        "volumeMounts": [
            {"name": claim, "mountPath": mount["mountPath"]} for claim, mount in zip(claims, mounts, strict=True)
        ],
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "step"},
        "spec": {
            "containers": [main],
            "nodeSelector": settings.get("nodeSelector", {}).get("labels", {}),
            "volumes": [{"name": claim, "persistentVolumeClaim": {"claimName": claim}} for claim in claims],
        },
    }


def test_secrets_are_names_only(documents: list[dict[str, Any]], containers: dict[str, Any]) -> None:
    pods = documents[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]

    assert pods["Transform_executor"]["secretAsEnv"] == [
        {
            "secretNameParameter": {"runtimeValue": {"constant": "api"}},
            "keyToEnv": [{"secretKey": "key", "envVar": "API_KEY"}],
        }
    ]
    assert all("env" not in container for container in containers.values())


def test_the_root_for_artifacts_is_in_it(documents: list[dict[str, Any]]) -> None:
    assert documents[0]["defaultPipelineRoot"] == "s3://artifacts/tandem"


def test_a_search_is_a_step_of_each_framework_whose_values_the_training_takes(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("search") / "pets.yaml"
    compile_package(load_config(options={**SETTINGS, "tune": {"enabled": True}}), PHOTOS, path)
    documents = list(yaml.safe_load_all(path.read_text()))
    tasks = documents[0]["root"]["dag"]["tasks"]

    assert lint_file(path) == ()
    for framework in ("keras", "pytorch"):
        taken = tasks[f"Trainer_{framework}"]["inputs"]["artifacts"]["hyperparameters"]["taskOutputArtifact"]
        assert taken == {"producerTask": f"Tuner_{framework}", "outputArtifactKey": "best_hyperparameters"}
        search = tasks[f"Tuner_{framework}"]["inputs"]["parameters"]
        assert {"componentInputParameter": "learning_rate"} in search.values()


def test_a_failed_write_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="cannot be written: "):
        compile_package(load_config(), PHOTOS, tmp_path / "file" / "package.yaml")


@pytest.fixture(autouse=True)
def no_files_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    assert not [path for path in tmp_path.iterdir() if path.name != "file"]
