"""The Kubeflow runner: write the package, or hand it to a cluster and follow the run to its end."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.errors import ExitCode
from pipeline.events import Preparing, StepFinished
from pipeline.kubeflow.checked_package import compile_checked
from pipeline.kubeflow.cluster import Cluster, ClusterError
from pipeline.kubeflow.cluster_run import ClusterRun
from pipeline.kubeflow.follow import follow
from pipeline.kubeflow.lint.package import read_package
from pipeline.kubeflow.preconditions import for_cluster, pipeline_name
from pipeline.kubeflow.step_kinds import VERDICT
from pipeline.screen import Screen
from pipeline.steps import describe_steps

_LOOKS_WITHOUT_ANSWER = 10
"""How often in a row a server may fail to answer before we stop following."""


class KubeflowRunner:
    """Runs the pipeline on Kubeflow Pipelines."""

    def __init__(self, config: PipelineConfig, data: Dataset, console: Console) -> None:
        """Prepare; whatever cannot work in pods is refused here, before TFX is loaded.

        Args:
            config: Configuration of the run.
            data: From `pipeline.kubeflow.preconditions.describe_data`.
            console: Where to tell what happens.

        Raises:
            UsageError: With everything that cannot work in pods.
        """
        self._config, self._data, self._console = for_cluster(config), data, console

    def compile_only(self, path: Path) -> ExitCode:
        """Write the package and check it; returns the exit code.

        Args:
            path: File to write, ending in `.yaml`.

        Raises:
            UsageError: The path cannot be written or has another ending.
        """
        compile_checked(self._config, self._data, path)
        parameters = ", ".join(read_package(path).run_parameters)
        self._say(f"Package {path}: {pipeline_name(self._config)}, image {self._config.kubeflow.image}")
        self._say(f"Run parameters: {parameters}")
        self._say("Next: upload it in the dashboard of Kubeflow Pipelines, or submit with --submit HOST;")
        self._say(f"      try it here first with: python -m pipeline.kubeflow.emulate {path} --root DIR")
        return ExitCode.PUSHED_OR_UNCHANGED

    def submit(self, host: str, parameters: Mapping[str, Any] | None = None) -> ExitCode:
        """Compile, upload, start and follow a run; returns the exit code.

        Interrupting ends the following, not the run.

        Args:
            host: Address of the server.
            parameters: Run parameters; by default the values of the configuration.

        Raises:
            ClusterError: The server cannot be reached or refuses something.
        """
        cluster = Cluster(host, self._config.kubeflow)
        name = pipeline_name(self._config)
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder) / f"{name}.yaml"
            compile_checked(self._config, self._data, package)
            pipeline_id, version_id = cluster.upload(package, name)
        run_id = cluster.start(pipeline_id, version_id, name=name, parameters=parameters or {})
        self._say(f"Run {run_id}: {cluster.address_of(run_id)}")
        try:
            return self._follow(cluster, run_id)
        except KeyboardInterrupt:
            self._say(f"interrupted: the run goes on on the cluster, see {cluster.address_of(run_id)}")
            return ExitCode.INTERRUPTED

    def _follow(self, cluster: Cluster, run_id: str) -> ExitCode:
        steps = [step.id for step in describe_steps(self._config, self._data, baseline_checksum="")]
        if self._config.kubeflow.fail_when_not_blessed:
            steps.append(VERDICT)
        with Screen(self._console, tuple(steps)) as screen:
            screen(Preparing("waiting for the cluster"))
            run, failed = follow(
                _patient(lambda: cluster.look(run_id)),
                screen,
                steps,
                interval_seconds=self._config.kubeflow.poll_interval_seconds,
            )
        return self._conclude(run, failed)

    def _conclude(self, run: ClusterRun, failed: StepFinished | None) -> ExitCode:
        if run.state == "SUCCEEDED":
            certain = self._config.kubeflow.fail_when_not_blessed
            known = "the model is blessed and pushed" if certain else "whether a model was pushed is in Pusher's log"
            self._say(f"Succeeded: {known}")
            return ExitCode.PUSHED_OR_UNCHANGED
        if failed is not None and failed.step == VERDICT:
            self._say(f"Not blessed: {failed.outcome}")
            return ExitCode.NOT_BLESSED
        where = f": step {failed.step}: {failed.outcome}" if failed else f": {run.error}" if run.error else ""
        self._say(f"{run.state.capitalize()}{where}")
        return ExitCode.FAILED

    def _say(self, text: str) -> None:
        self._console.print(text, soft_wrap=True, markup=False, highlight=False)


def compile_only(config: PipelineConfig, data: Dataset, path: Path, console: Console) -> ExitCode:
    """Write the package of a configuration; see `KubeflowRunner.compile_only`."""
    return KubeflowRunner(config, data, console).compile_only(path)


def submit(config: PipelineConfig, data: Dataset, host: str, console: Console) -> ExitCode:
    """Run a configuration on a cluster; see `KubeflowRunner.submit`."""
    return KubeflowRunner(config, data, console).submit(host)


def _patient(look: Callable[[], ClusterRun]) -> Callable[[], ClusterRun]:
    """Return a look that forgives a server that does not answer for a while; the last state known stands in."""
    last = ClusterRun(state="PENDING")
    failures = 0

    def look_again() -> ClusterRun:
        nonlocal last, failures
        try:
            last, failures = look(), 0
        except ClusterError:
            failures += 1
            if failures >= _LOOKS_WITHOUT_ANSWER:
                raise
        return last

    return look_again
