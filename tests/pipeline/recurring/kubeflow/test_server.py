"""The real kfp client against a server that reads requests as strictly as KFP does."""

from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from kubeflow_recurring_proto import write_message
from kubeflow_stub_server import StubServer
from robfig_cron import RobfigCron

from pipeline.kubeflow.cluster import Cluster, ClusterError
from pipeline.kubeflow.config import KubeflowConfig
from pipeline.recurring.kubeflow.mark import Mark
from pipeline.recurring.kubeflow.recurring_run import WantedRun
from pipeline.recurring.kubeflow.server import ServerRecurringRuns

Want = Callable[..., WantedRun]


def mark(number: int = 1, when: str = "0 3 * * * UTC") -> Mark:
    return Mark(fingerprint=f"{number:016x}", generation=number, is_meant_to_run=True, when=when)


def refused(stub: StubServer, body: dict[str, object]) -> tuple[int, str]:
    """Return what the server says to a request that it refuses."""
    answer = httpx.post(f"{stub.address}/apis/v2beta1/recurringruns", json=body)
    return answer.status_code, answer.json().get("message", "")


def test_a_recurring_run_never_overlaps_never_catches_up_and_pins_its_version(
    stub: StubServer, server: ServerRecurringRuns, want: Want
) -> None:
    server.create(want(kubeflow=KubeflowConfig(service_account="trainer")), mark(), is_enabled=False)

    (run,) = map(write_message, stub.recurring.runs.values())
    assert run["max_concurrency"] == "1"
    assert run["no_catchup"] is True
    assert run["trigger"] == {"cron_schedule": {"cron": "0 0 3 * * *"}}
    assert run["pipeline_version_reference"] == {"pipeline_id": "p1", "pipeline_version_id": "v1"}
    assert (run["mode"], run["status"]) == ("DISABLE", "DISABLED")
    assert (run["service_account"], run["experiment_id"]) == ("trainer", "e1")


def test_all_pages_are_read_and_the_oldest_comes_first(
    stub: StubServer, server: ServerRecurringRuns, want: Want
) -> None:
    for number in range(7, 0, -1):
        server.create(want(), mark(number), is_enabled=False)
    stub.recurring.largest_page = 3

    assert [run.mark.generation for run in server.find("digits")] == [1, 2, 3, 4, 5, 6, 7]


def test_only_the_name_that_is_asked_for_is_found(server: ServerRecurringRuns, want: Want) -> None:
    server.create(want(), mark(), is_enabled=False)
    # The server's database takes it for the same name.
    server.create(want(name="DIGITS"), mark(), is_enabled=False)

    assert [run.name for run in server.find("digits")] == ["digits"]
    assert len(server.find()) == 2


def test_a_namespace_is_passed_on(stub: StubServer, want: Want) -> None:
    server = ServerRecurringRuns(Cluster(stub.address, KubeflowConfig(namespace="team-a")), ("p1", "v1"))
    server.create(want(), mark(), is_enabled=False)
    (run,) = stub.recurring.runs.values()
    run.namespace = "team-b"

    assert server.find() == ()


def test_deleting_or_disabling_what_is_gone_is_no_failure(server: ServerRecurringRuns, want: Want) -> None:
    server.create(want(), mark(), is_enabled=True)
    (run,) = server.find()
    server.delete(run)

    server.delete(run)
    server.disable(run)
    with pytest.raises(ClusterError, match=f"refused enabling recurring run {run.id}: 404 ResourceNotFound"):
        server.enable(run)


def test_the_longest_description_fits_the_servers_database(server: ServerRecurringRuns, want: Want) -> None:
    schedule = f"{','.join(map(str, range(0, 60, 2)))} {','.join(map(str, range(0, 24, 2)))} 1-5,7,9,11,13,15 * *"
    server.create(want(), mark(123456, when=f"{schedule * 2} America/Argentina/ComodRivadavia"), is_enabled=False)

    (run,) = server.find()
    assert run.mark.generation == 123456


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"maxConcurency": 1}, 400, 'no field named "maxConcurency"'),
        ({"mode": "ENABLED"}, 400, "mode"),
        ({"no_catchup": "yes"}, 400, "no_catchup"),
        ({"max_concurrency": 0}, 400, "at least 1 and at most 10"),
        ({"max_concurrency": 11}, 400, "at least 1 and at most 10"),
        ({"trigger": {"cron_schedule": {"cron": "0 0 24 * * *"}}}, 400, "Schedule cron is not a supported format"),
        ({"trigger": {"cron_schedule": {"cron": "0 0 0 * * 7"}}}, 400, "Schedule cron is not a supported format"),
        ({"trigger": {"periodic_schedule": {"interval_second": 0}}}, 400, "interval"),
        ({"display_name": ""}, 500, "name cannot be empty"),
        ({"pipeline_version_reference": None}, 500, "empty pipeline ID"),
    ],
)
def test_the_stand_in_refuses_what_the_server_would(
    stub: StubServer, change: dict[str, object], status: int, message: str
) -> None:
    good = {
        "display_name": "digits",
        "mode": "ENABLE",
        "max_concurrency": "1",
        "trigger": {"cron_schedule": {"cron": "0 0 3 * * *"}},
        "pipeline_version_reference": {"pipeline_id": "p1", "pipeline_version_id": "v1"},
    }

    code, said = refused(stub, {**good, **change})

    assert (code, message in said) == (status, True), said


def test_the_stand_in_takes_five_fields_and_reads_them_as_the_server_does(stub: StubServer) -> None:
    """That is why five fields must never get so far."""
    client = Cluster(stub.address, KubeflowConfig())._client
    client.create_recurring_run("e1", "x", cron_expression="0 3 * * *", pipeline_id="p1", version_id="v1")

    (run,) = stub.recurring.runs.values()
    cron = RobfigCron(run.trigger.cron_schedule.cron)
    assert [hour for hour in range(24) if cron.fires(datetime(2026, 11, 27, hour, 3))] == [*range(24)]
