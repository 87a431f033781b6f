"""KFP's driver: gather what a task is started with."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UsageError
from pipeline.kubeflow.emulator.artifact_store import ArtifactStore
from pipeline.kubeflow.emulator.errors import TaskError
from pipeline.kubeflow.emulator.package_graph import PackageGraph
from pipeline.kubeflow.emulator.parameter_values import fit
from pipeline.kubeflow.storage_paths import StoragePaths


def resolve_run_parameters(declared: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of every run parameter, as the server does when a run is created.

    Raises:
        UsageError: A name is unknown, a value has the wrong type, or one without default is missing.
    """
    unknown = sorted(set(given) - set(declared))
    problems = [f"the pipeline has no run parameter {name}; it has {', '.join(sorted(declared))}" for name in unknown]
    values: dict[str, Any] = {}
    for name, definition in declared.items():
        if name not in given and "defaultValue" not in definition:
            problems.append(f"run parameter {name} has no default and no value was given")
            continue
        try:
            values[name] = fit(name, given.get(name, definition.get("defaultValue")), definition["parameterType"])
        except TaskError as error:
            problems.append(str(error))
    if problems:
        raise UsageError(problems)
    return values


@dataclass(frozen=True, kw_only=True)
class Driver:
    """Plans the tasks of one run.

    Attributes:
        graph: The package.
        store: Artifacts of the tasks that are done.
        run_parameters: Value of every run parameter.
        run_id: The run's id.
        root: Address below which outputs go.
    """

    graph: PackageGraph
    store: ArtifactStore
    run_parameters: Mapping[str, Any]
    run_id: str
    root: str

    def plan(self, task: str, paths: StoragePaths) -> dict[str, Any]:
        """Return the ExecutorInput of a task, in JSON with addresses.

        Args:
            task: Its name.
            paths: Where the folders of its pod are.

        Raises:
            TaskError: An input is missing or has the wrong type.
        """
        folder = f"{self.root}/{self.graph.name}/{self.run_id}/{task}/{secrets.token_hex(4)}"
        outputs = self.graph.component(task).get("outputDefinitions", {}).get("artifacts", {})
        artifacts = {
            name: {
                "artifacts": [
                    {"name": name, "uri": f"{folder}/{name}", "type": dict(definition["artifactType"]), "metadata": {}}
                ]
            }
            for name, definition in outputs.items()
        }
        return {
            "inputs": {"parameterValues": self._parameters(task), "artifacts": self._artifacts(task)},
            "outputs": {"artifacts": artifacts, "outputFile": f"{paths.to_folder(folder)}/output_metadata.json"},
        }

    def _artifacts(self, task: str) -> dict[str, Any]:
        sources = self.graph.tasks[task].get("inputs", {}).get("artifacts", {})
        found = {}
        for name, source in sources.items():
            reference = source["taskOutputArtifact"]
            artifact = self.store.find(reference["producerTask"], reference["outputArtifactKey"])
            found[name] = {"artifacts": [artifact]}
        return found

    def _parameters(self, task: str) -> dict[str, Any]:
        sources = self.graph.tasks[task].get("inputs", {}).get("parameters", {})
        declared = self.graph.component(task).get("inputDefinitions", {}).get("parameters", {})
        values = {}
        for name, definition in declared.items():
            if name in sources:
                values[name] = fit(name, self._value(task, sources[name]), definition["parameterType"])
            elif "defaultValue" in definition:
                values[name] = definition["defaultValue"]
            elif not definition.get("isOptional"):
                raise TaskError(f"parameter {name} has no value")
        return values

    def _value(self, task: str, source: Mapping[str, Any]) -> Any:
        if "componentInputParameter" in source:
            return self.run_parameters[source["componentInputParameter"]]
        constant = source["runtimeValue"]["constant"]
        replaced = {
            "{{$.pipeline_job_uuid}}": self.run_id,
            "{{$.pipeline_job_resource_name}}": f"{self.graph.name}-{self.run_id}",
            "{{$.pipeline_job_name}}": f"{self.graph.name}-{self.run_id}",
            "{{$.pipeline_task_name}}": task,
        }
        return replaced.get(constant, constant) if isinstance(constant, str) else constant
