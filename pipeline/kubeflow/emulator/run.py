"""One emulated run: the tasks in order, each attempt in a fresh pod, retried as the package says."""

import shutil
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import ExitCode
from pipeline.events import Listener, StepFinished, StepStarted, StepStatus
from pipeline.kubeflow.emulator.artifact_store import ArtifactStore
from pipeline.kubeflow.emulator.bucket import Bucket
from pipeline.kubeflow.emulator.driver import Driver, resolve_run_parameters
from pipeline.kubeflow.emulator.errors import TaskError
from pipeline.kubeflow.emulator.launcher import command_line, fetch_inputs, take_outputs
from pipeline.kubeflow.emulator.package_graph import PackageGraph
from pipeline.kubeflow.emulator.pod import Pod, environment_of
from pipeline.kubeflow.messages import read_failure, read_outcome

DEFAULT_ROOT = "minio://mlpipeline/v2/artifacts"
"""Where KFP keeps artifacts when neither run, package nor installation say otherwise."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """How one attempt at a task ended.

    Attributes:
        exit_code: That of the process; 1 also when a rule of KFP was broken.
        outcome: What the task did, or why it failed.
    """

    exit_code: int
    outcome: str


@dataclass(kw_only=True)
class EmulatedRun:
    """A run and what it has produced.

    Attributes:
        graph: The package.
        folder: Bucket, volumes, pods and logs are below it.
        given: Run parameters that are not left at their defaults.
        volumes: Claim to a folder on this machine; other claims get an empty one.
        run_id: The run's id.
        store: Artifacts so far.
    """

    graph: PackageGraph
    folder: Path
    given: Mapping[str, Any]
    volumes: Mapping[str, Path] = field(default_factory=dict)
    run_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    store: ArtifactStore = field(default_factory=ArtifactStore)

    def execute(self, listener: Listener) -> StepFinished | None:
        """Run all tasks; returns the one that failed, after which the others are skipped."""
        values = resolve_run_parameters(self.graph.run_parameters, self.given)
        root = self.graph.spec.get("defaultPipelineRoot", DEFAULT_ROOT)
        driver = Driver(graph=self.graph, store=self.store, run_parameters=values, run_id=self.run_id, root=root)
        failed: StepFinished | None = None
        for task in self.graph.order():
            if failed is not None:
                listener(StepFinished(task, "skipped", 0.0, ""))
                continue
            listener(StepStarted(task))
            started = time.monotonic()
            attempt = self._try(driver, task)
            status: StepStatus = "failed" if attempt.exit_code else "executed"
            ended = StepFinished(task, status, time.monotonic() - started, attempt.outcome)
            listener(ended)
            failed = ended if attempt.exit_code else None
        return failed

    def _try(self, driver: Driver, task: str) -> Attempt:
        retries = int(self.graph.tasks[task].get("retryPolicy", {}).get("maxRetryCount", 0))
        attempt = self._attempt(driver, task, 0)
        for number in range(1, retries + 1):
            if attempt.exit_code == 0:
                break
            attempt = self._attempt(driver, task, number)
        return attempt

    def _attempt(self, driver: Driver, task: str, number: int) -> Attempt:
        pod = Pod(
            folder=self.folder / "pods" / f"{task}-{number}",
            log_file=self.folder / "logs" / f"{task}-{number}.log",
            mounts={path: self._volume(claim) for path, claim in self.graph.mounts(task).items()},
        )
        shutil.rmtree(pod.folder, ignore_errors=True)
        pod.log_file.unlink(missing_ok=True)
        pod.folder.mkdir(parents=True)
        try:
            return self._in_pod(driver, task, pod)
        except TaskError as error:
            return Attempt(exit_code=int(ExitCode.FAILED), outcome=str(error))
        finally:
            shutil.rmtree(pod.folder, ignore_errors=True)

    def _in_pod(self, driver: Driver, task: str, pod: Pod) -> Attempt:
        bucket = Bucket(self.folder / "bucket")
        container = self.graph.container(task)
        executor_input = driver.plan(task, pod.paths)
        executor_input["inputs"]["parameterValues"] = pod.see_volumes(executor_input["inputs"]["parameterValues"])
        fetch_inputs(executor_input, bucket, pod)
        words = command_line(container, executor_input, pod)
        exit_code = pod.run(words, environment_of(container, self.graph.pod_settings(task)))
        log = pod.log_file.read_text(errors="replace")
        if exit_code:
            return Attempt(exit_code=exit_code, outcome=read_failure(log))
        take_outputs(task, executor_input, bucket=bucket, pod=pod, store=self.store)
        return Attempt(exit_code=0, outcome=read_outcome(log))

    def _volume(self, claim: str) -> Path:
        folder = self.volumes.get(claim, self.folder / "volumes" / claim)
        folder.mkdir(parents=True, exist_ok=True)
        return folder
