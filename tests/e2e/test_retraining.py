"""Retraining with real processes: what runs lead to, what a kill leaves, who gets to know it, what it costs to wait."""

import fcntl
import json
import os
import time
from pathlib import Path

import pytest
from notification_servers import web_server
from retraining_process import NEVER, PushedRoot, Retraining, wait_for

from components.pushed_versions import pushed_versions
from serving.bundle import verify

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

CANARY = "canary-4711-0815"
HOOK = ("--set", "retrain.notify.webhooks=[{url_env: TANDEM_HOOK, timeout_seconds: 2}]")
TWO_HOOKS = (
    "--set",
    "retrain.notify.webhooks=[{url_env: TANDEM_HOOK, timeout_seconds: 2}, {url_env: TANDEM_DEAD, timeout_seconds: 2}]",
)


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory, scans: Path) -> PushedRoot:
    place = Retraining(tmp_path_factory.mktemp("retraining") / "runs", scans)
    with web_server() as web:
        place.environment["TANDEM_HOOK"] = f"{web.address}/{CANARY}"
        pushed = PushedRoot.make(place, *HOOK)
    assert [(path, body["kind"]) for path, body in web.requests] == [(f"/{CANARY}", "pushed")]
    return pushed


@pytest.fixture
def place(pushed: PushedRoot) -> Retraining:
    """A root in which one run has pushed, and nothing else has happened."""
    return pushed.restored()


@pytest.fixture
def empty_place(tmp_path: Path, scans: Path) -> Retraining:
    """A root in which nothing has happened yet."""
    return Retraining(tmp_path / "runs", scans)


def test_a_run_for_which_nothing_has_changed_takes_seconds(place: Retraining) -> None:
    began = time.monotonic()
    done = place.once()
    seconds = time.monotonic() - began

    assert done.returncode == 0, done.stdout + done.stderr
    record = place.say("history")[-1]
    assert record["status"] == "unchanged"
    summary = json.loads((place.root / "reports" / record["run_id"] / "summary.json").read_text())
    assert {step["status"] for step in summary["steps"]} == {"cached"}
    assert seconds < 60  # 3 on a machine that does nothing else


def test_no_secret_is_in_any_file_or_output(pushed: PushedRoot, place: Retraining) -> None:
    with web_server() as web:
        web.statuses += [500] * 9
        place.environment["TANDEM_HOOK"] = f"{web.address}/{CANARY}"
        place.environment["TANDEM_DEAD"] = f"http://{CANARY}.invalid:9/{CANARY}"
        done = place.once(*TWO_HOOKS, "--set", "data.max_corrupt_fraction=0.0")
    output = done.stdout + done.stderr

    assert done.returncode == 1, output
    record = place.say("history")[-1]
    assert record["status"] == "failed"
    assert "cut.png" in record["why"][0]
    assert {body["kind"] for _, body in web.requests} == {"failed"}
    assert "HTTP status 500" in output
    assert "ConnectError" in output
    assert CANARY not in pushed.output + output
    files = [path for path in place.root.rglob("*") if path.is_file()]
    assert {"metadata.sqlite", "journal.sqlite", "summary.json", "run.json"} <= {path.name for path in files}
    assert [path for path in files if CANARY.encode() in path.read_bytes()] == []


def test_a_mistake_in_what_the_service_passes_on_is_said_at_its_door(empty_place: Retraining) -> None:
    done = empty_place.once("--set", "train.epoch=3", "--set", "retrain.schedule=0 0 3 * * *", *HOOK)

    assert done.returncode == 2
    assert "unknown setting 'train.epoch'" in done.stderr
    assert "six fields" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_killed_service_takes_its_run_along_and_the_next_one_resumes_it(place: Retraining) -> None:
    longer = ("--set", "train.epochs=60", "--set", "train.checkpoint_interval_seconds=1", *NEVER)
    with place.service(*longer, name="first") as first:
        place.wait_for_service("first")
        with place.service(*longer, name="second"):
            wait_for(lambda: "waiting until it ends" in place.output("second").read_text())
            assert f"process {first.pid} on" in place.output("second").read_text()
            place.say("trigger", "--reason", "new labels")
            wait_for(lambda: list((place.root / "checkpoints").glob("*/checkpoint-*")))
            run_id = place.say("status")["current"]["run_id"]
            first.kill()
            wait_for(lambda: "service started" in place.output("second").read_text(), timeout_seconds=60)
            wait_for(lambda: place.history()[-1].status in ("pushed", "refused", "failed"))

    interrupted, resumed = place.say("history")[-2:]
    assert (interrupted["status"], interrupted["run_id"]) == ("interrupted", run_id)
    assert resumed["resumes"] == run_id
    assert resumed["triggers"][0] == "resume"
    assert resumed["status"] in ("pushed", "refused")
    wait_for(lambda: not place.run_processes(), timeout_seconds=30)


def test_a_run_by_hand_is_waited_for_and_is_no_failure(place: Retraining) -> None:
    with (place.root / ".lock").open("w") as by_hand, place.service():
        fcntl.flock(by_hand, fcntl.LOCK_EX)
        place.wait_for_service()
        place.say("trigger", "--reason", "now")
        wait_for(lambda: place.state().hold)
        place.say("trigger", "--reason", "now too")
        wait_for(lambda: not place.requests())  # so it has looked again
        assert place.say("status")["hold"]["why"] == "another run works in the root"
        assert len(place.history()) == 1
        fcntl.flock(by_hand, fcntl.LOCK_UN)
        wait_for(lambda: len(place.history()) > 1)

    record = place.say("history")[-1]
    assert record["reason"] == "now"
    assert record["status"] == "unchanged"
    assert place.say("status")["failures_in_a_row"] == 0


def test_a_waiting_service_is_small_and_ends_when_it_is_told(empty_place: Retraining) -> None:
    with empty_place.service("--set", "retrain.poll_seconds=3600", *NEVER) as service:
        empty_place.wait_for_service()
        memory_mib = resident_mib(service.pid)
        service.terminate()
        assert service.wait(30) == 0  # long before its next look

    assert memory_mib < 150


@pytest.mark.nightly
def test_waiting_costs_little_and_ends_at_once(empty_place: Retraining) -> None:
    with empty_place.service("--set", "retrain.poll_seconds=5", *NEVER) as service:
        empty_place.wait_for_service()
        time.sleep(2)
        before = cpu_seconds(service.pid)
        time.sleep(20)
        used = cpu_seconds(service.pid) - before
        memory_mib = resident_mib(service.pid)
        began = time.monotonic()
        service.terminate()
        assert service.wait(30) == 0
        seconds = time.monotonic() - began

    print(f"idle: {memory_mib:.0f} MiB, {3 * used:.2f} s of CPU a minute, ended in {seconds:.2f} s")  # noqa: T201
    assert 3 * used < 0.6
    assert seconds < 5


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_pause_resume_and_trigger_work_while_the_service_does(place: Retraining) -> None:
    with place.service():
        place.wait_for_service()
        place.say("pause", "--reason", "new cameras")
        assert place.say("status")["paused"]["why"] == "paused: new cameras"
        place.say("resume")
        place.say("trigger", "--reason", "try the new cameras")
        wait_for(lambda: len(place.history()) > 1)

    record = place.say("history")[-1]
    assert record["triggers"][-1] == "request"
    assert record["reason"].endswith("try the new cameras")


def test_a_service_that_waits_for_another_one_ends_when_it_is_told(empty_place: Retraining) -> None:
    with empty_place.service(name="first"):
        empty_place.wait_for_service("first")
        with empty_place.service(name="second") as second:
            wait_for(lambda: "waiting until it ends" in empty_place.output("second").read_text())
            second.terminate()
            assert second.wait(30) == 0


def test_a_service_that_is_ended_ends_its_run_at_a_safe_point(place: Retraining) -> None:
    with place.service("--set", "train.epochs=300", *NEVER) as service:
        place.wait_for_service()
        place.say("trigger", "--reason", "now")
        wait_for(lambda: len(place.run_processes()) > 1)
        service.terminate()
        assert service.wait(180) == 0

    record = place.say("history")[-1]
    status = place.say("status")
    assert record["status"] == "interrupted"
    assert status["run_to_resume"]["run_id"] == record["run_id"]
    assert status["failures_in_a_row"] == 0
    wait_for(lambda: not place.run_processes(), timeout_seconds=30)
    models = place.root / "models" / "three-digits"
    assert [verify(models / str(number)) for number in pushed_versions(models)]
