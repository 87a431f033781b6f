"""A Kubeflow Pipelines server: upload a package, start a run, look at it. Speaks through the kfp SDK."""

import contextlib
import hashlib
import io
import json
import os
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.kubeflow.cluster_run import ClusterRun, read_run
from pipeline.kubeflow.config import KubeflowConfig

TOKEN_VARIABLE = "KFP_TOKEN"  # noqa: S105  the name of the variable, not the token
"""Environment variable with a bearer token, for servers that ask for one."""
_CONNECT_TIMEOUT_SECONDS = 10.0
_READ_TIMEOUT_SECONDS = 30.0


class ClusterError(PipelineError):
    """The server cannot be reached, or it refuses something."""


class Cluster:
    """A server that answers."""

    def __init__(self, host: str, config: KubeflowConfig) -> None:
        """Connect.

        Args:
            host: Address of the server, `http://...` or `https://...`.
            config: Namespace, experiment and service account.

        Raises:
            ClusterError: The address is none, or nobody answers.
        """
        if not host.startswith(("http://", "https://")):
            raise ClusterError(f"host {host!r} must start with http:// or https://")
        self._host, self._config = host.rstrip("/"), config
        _check_that_somebody_answers(self._host)
        self._client: Any = None
        with self.speaking("connecting"):
            import kfp

            self._client = kfp.Client(host=self._host, existing_token=os.environ.get(TOKEN_VARIABLE))

    @property
    def config(self) -> KubeflowConfig:
        """Namespace, experiment and service account."""
        return self._config

    def upload(self, package: Path, name: str) -> tuple[str, str]:
        """Make a package known, unless it is already; returns the ids of pipeline and version.

        Args:
            package: Compiled package.
            name: Name of the pipeline.
        """
        version = package_version(package)
        namespace = self._config.namespace
        with self.speaking("uploading the package"):
            found = self._client.list_pipelines(filter=named(name), namespace=namespace).pipelines
            if not found:
                pipeline = self._client.upload_pipeline(str(package), pipeline_name=name, namespace=namespace)
                return pipeline.pipeline_id, self._newest_version(pipeline.pipeline_id)
            pipeline_id: str = found[0].pipeline_id
            known = self._client.list_pipeline_versions(pipeline_id, filter=named(version)).pipeline_versions
            if known:
                return pipeline_id, known[0].pipeline_version_id
            uploaded = self._client.upload_pipeline_version(str(package), version, pipeline_id=pipeline_id)
            return pipeline_id, uploaded.pipeline_version_id

    def start(self, pipeline_id: str, version_id: str, *, name: str, parameters: Mapping[str, Any]) -> str:
        """Start a run and return its id.

        Args:
            pipeline_id: From `upload`.
            version_id: From `upload`.
            name: What the run's name begins with.
            parameters: Run parameters that are not left at their defaults.
        """
        with self.speaking("starting a run"):
            experiment = self._client.create_experiment(self._config.experiment, namespace=self._config.namespace)
            run = self._client.run_pipeline(
                experiment.experiment_id,
                f"{name} {datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S}",
                pipeline_id=pipeline_id,
                version_id=version_id,
                params=dict(parameters),
                service_account=self._config.service_account,
            )
        run_id: str = run.run_id
        return run_id

    def look(self, run_id: str) -> ClusterRun:
        """Return the state of a run."""
        with self.speaking("looking at the run"):
            return read_run(self._client.get_run(run_id))

    def address_of(self, run_id: str) -> str:
        """Return where a browser shows a run."""
        return f"{self._host}/#/runs/details/{run_id}"

    def _newest_version(self, pipeline_id: str) -> str:
        versions = self._client.list_pipeline_versions(pipeline_id, page_size=1, sort_by="created_at desc")
        version_id: str = versions.pipeline_versions[0].pipeline_version_id
        return version_id

    @contextlib.contextmanager
    def speaking(self, what: str) -> Iterator[Any]:
        """Give the SDK's client, keep its prints and warnings off the screen, and turn its errors into sentences.

        Args:
            what: What is being done, for the sentence.

        Raises:
            ClusterError: The server refuses it or does not answer.
        """
        import kfp_server_api
        import urllib3

        try:
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield self._client
        except kfp_server_api.ApiException as error:
            raise ClusterError(f"{self._host} refused {what}: {_reason(error)}") from error
        except urllib3.exceptions.HTTPError as error:
            raise ClusterError(f"{self._host} did not answer while {what}: {error}") from error


def package_version(package: Path) -> str:
    """Return the name of a package's version: a hash of what is in it."""
    return hashlib.sha256(package.read_bytes()).hexdigest()[:16]


def _check_that_somebody_answers(host: str) -> None:
    """Find out in seconds; the SDK itself would wait for minutes."""
    import urllib3

    timeout = urllib3.Timeout(connect=_CONNECT_TIMEOUT_SECONDS, read=_READ_TIMEOUT_SECONDS)
    try:
        with urllib3.PoolManager(timeout=timeout, retries=False) as pool:
            pool.request("GET", f"{host}/apis/v2beta1/healthz")
    except urllib3.exceptions.HTTPError as error:
        reason = str(error).rpartition(": ")[2]
        raise ClusterError(
            f"no Kubeflow Pipelines server answers at {host}: {reason}; check the address, or forward a port to the"
            " service ml-pipeline-ui"
        ) from error


def _reason(error: Any) -> str:
    """Return what the server said, with the way in if it asks for one."""
    try:
        said = json.loads(error.body or "")
        message = str(said.get("message") or said.get("error") or error.reason)
    except (ValueError, AttributeError):
        message = str(error.reason)
    hint = f"; set {TOKEN_VARIABLE} to a token" if error.status in (401, 403) else ""
    return f"{error.status} {' '.join(message.split())}{hint}"


def named(name: str) -> str:
    """Return the server's filter for things of one name."""
    return json.dumps({"predicates": [{"operation": "EQUALS", "key": "display_name", "stringValue": name}]})
