"""A package as the cluster reads it, once the linter has found nothing wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.kubeflow.emulator.errors import EmulationError
from pipeline.kubeflow.step_kinds import KINDS, kind_of


@dataclass(frozen=True)
class PackageGraph:
    """Tasks and what belongs to each.

    Attributes:
        spec: PipelineSpec in JSON.
        platform: PlatformSpec in JSON, or empty.
    """

    spec: Mapping[str, Any]
    platform: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name of the pipeline."""
        name: str = self.spec["pipelineInfo"]["name"]
        return name

    @property
    def tasks(self) -> dict[str, Any]:
        """Task name to its specification."""
        tasks: dict[str, Any] = self.spec["root"]["dag"]["tasks"]
        return tasks

    @property
    def run_parameters(self) -> dict[str, Any]:
        """Name to declaration of what a run can set."""
        declared: dict[str, Any] = self.spec["root"].get("inputDefinitions", {}).get("parameters", {})
        return declared

    def component(self, task: str) -> dict[str, Any]:
        """Return the component of a task."""
        component: dict[str, Any] = self.spec["components"][self.tasks[task]["componentRef"]["name"]]
        return component

    def container(self, task: str) -> dict[str, Any]:
        """Return the container of a task.

        Raises:
            EmulationError: The task is of a kind that is not emulated.
        """
        executor = self.spec["deploymentSpec"]["executors"][self.component(task)["executorLabel"]]
        unsupported = self.tasks[task].get("triggerPolicy", {}).get("condition") or self.component(task).get(
            "outputDefinitions", {}
        ).get("parameters")
        if "container" not in executor or unsupported:
            raise EmulationError(f"task {task}: importers, conditions and output parameters are not emulated")
        container: dict[str, Any] = executor["container"]
        return container

    def pod_settings(self, task: str) -> dict[str, Any]:
        """Return what the platform document says of a task's pod."""
        kubernetes = self.platform.get("platforms", {}).get("kubernetes", {})
        executors: dict[str, Any] = kubernetes.get("deploymentSpec", {}).get("executors", {})
        settings: dict[str, Any] = executors.get(self.component(task)["executorLabel"], {})
        return settings

    def mounts(self, task: str) -> dict[str, str]:
        """Return mount path to claim of the volumes that a task sees."""
        return {
            mount["mountPath"]: mount["pvcNameParameter"]["runtimeValue"]["constant"]
            for mount in self.pod_settings(task).get("pvcMount", ())
        }

    def order(self) -> tuple[str, ...]:
        """Return the tasks in an order in which they can run, our own in the order in which we tell of them."""
        waiting = {task: self._needs(task) for task in self.tasks}
        done: list[str] = []
        while waiting:
            ready = [task for task, needs in waiting.items() if needs <= set(done)]
            if not ready:
                raise EmulationError(f"the tasks {', '.join(sorted(waiting))} wait for each other")
            chosen = min(ready, key=_rank)
            del waiting[chosen]
            done.append(chosen)
        return tuple(done)

    def _needs(self, task: str) -> set[str]:
        artifacts = self.tasks[task].get("inputs", {}).get("artifacts", {}).values()
        producers = {source["taskOutputArtifact"]["producerTask"] for source in artifacts}
        return producers | set(self.tasks[task].get("dependentTasks", ()))


def _rank(task: str) -> tuple[str, int, str]:
    kind = kind_of(task)
    return task.partition("_")[2] or "", KINDS.index(kind) if kind in KINDS else len(KINDS), task
