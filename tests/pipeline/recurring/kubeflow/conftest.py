"""A stand-in server, the real client, and a recurring run that is wanted."""

from collections.abc import Callable, Iterator

import pytest
from kubeflow_stub_server import StubServer

from pipeline.kubeflow.cluster import TOKEN_VARIABLE, Cluster
from pipeline.kubeflow.config import KubeflowConfig
from pipeline.recurring.kubeflow.recurring_run import WantedRun
from pipeline.recurring.kubeflow.server import ServerRecurringRuns
from pipeline.recurring.kubeflow.six_fields import SixFieldCron

Want = Callable[..., WantedRun]


@pytest.fixture(autouse=True)
def no_settings_of_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (TOKEN_VARIABLE, "KF_PIPELINES_ENDPOINT", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stub() -> Iterator[StubServer]:
    with StubServer().serving() as server:
        yield server


@pytest.fixture
def server(stub: StubServer) -> ServerRecurringRuns:
    """The recurring runs of the stand-in, through kfp's own client."""
    return ServerRecurringRuns(Cluster(stub.address, KubeflowConfig()), ("p1", "v1"))


@pytest.fixture
def want() -> Want:
    """Make a recurring run that is wanted, of one package or another."""

    def make(package_version: str = "one", **changes: object) -> WantedRun:
        facts: dict[str, object] = {
            "name": "digits",
            "cron": SixFieldCron("0 0 3 * * *"),
            "when": "0 3 * * * UTC",
            "package_version": package_version,
            "kubeflow": KubeflowConfig(),
        }
        return WantedRun(**{**facts, **changes})  # type: ignore[arg-type]

    return make
