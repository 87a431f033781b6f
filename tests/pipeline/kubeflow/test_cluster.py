"""The client against a stand-in server on this machine; a cluster was not available."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubeflow_stub_server import StubServer

from pipeline.kubeflow.cluster import TOKEN_VARIABLE, Cluster, ClusterError
from pipeline.kubeflow.config import KubeflowConfig


@pytest.fixture(autouse=True)
def no_settings_of_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (TOKEN_VARIABLE, "KF_PIPELINES_ENDPOINT", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[StubServer]:
    with StubServer().serving() as stub:
        yield stub


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "sample.yaml"
    path.write_text("pipelineInfo: {name: sample}\n")
    return path


def test_a_package_is_uploaded_once_and_again_when_it_changes(server: StubServer, package: Path) -> None:
    cluster = Cluster(server.address, KubeflowConfig())

    first = cluster.upload(package, "sample")
    package.write_text("pipelineInfo: {name: sample}\nschemaVersion: 2.1.0\n")
    changed = cluster.upload(package, "sample")
    again = cluster.upload(package, "sample")

    assert (first, changed, again) == (("p1", "v1"), ("p1", "v2"), ("p1", "v2"))
    assert len(server.packages) == 2
    assert b"schemaVersion: 2.1.0" in server.packages[1]


def test_a_run_names_version_parameters_and_service_account(server: StubServer) -> None:
    cluster = Cluster(server.address, KubeflowConfig(service_account="trainer"))

    run_id = cluster.start("p1", "v1", name="tandem-digits", parameters={"epochs": 2})

    (body,) = server.runs
    assert run_id == "r1"
    assert body["pipeline_version_reference"] == {"pipeline_id": "p1", "pipeline_version_id": "v1"}
    assert body["runtime_config"] == {"parameters": {"epochs": 2}}
    assert body["service_account"] == "trainer"
    assert body["display_name"].startswith("tandem-digits 20")


def test_the_token_comes_from_the_environment(server: StubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "secret-token")

    Cluster(server.address, KubeflowConfig()).look("r1")

    assert server.tokens[-1] == "Bearer secret-token"


def test_what_the_server_refuses_is_one_sentence(server: StubServer, package: Path) -> None:
    server.refusal = (400, {"message": "the schema version\nis not 2.1.0"})

    with pytest.raises(ClusterError, match=r"uploading the package: 400 the schema version is not 2\.1\.0"):
        Cluster(server.address, KubeflowConfig()).upload(package, "sample")


def test_a_missing_token_is_named(server: StubServer, package: Path) -> None:
    server.refusal = (401, {"error": "unauthenticated"})

    with pytest.raises(ClusterError, match=f"401 unauthenticated; set {TOKEN_VARIABLE} to a token"):
        Cluster(server.address, KubeflowConfig()).upload(package, "sample")


def test_a_host_where_nobody_answers_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(ClusterError, match=f"no Kubeflow Pipelines server answers at {address}: .*refused"):
            Cluster(address, KubeflowConfig())


def test_an_address_without_scheme_is_refused() -> None:
    with pytest.raises(ClusterError, match="must start with http:// or https://"):
        Cluster("localhost:8080", KubeflowConfig())
