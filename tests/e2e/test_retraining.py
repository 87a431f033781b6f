"""Retraining with real processes: what runs lead to, what a kill leaves, who gets to know it, what it costs to wait."""

import fcntl
import os
import time
from pathlib import Path

import pytest
from notification_servers import WebServer, web_server
from retraining_process import NEVER, Retraining, wait_for

from serving.bundle import verify

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(1500)]

CANARY = "canary-4711-0815"
HOOK = ("--set", "retrain.notify.webhooks=[{url_env: TANDEM_HOOK, timeout_seconds: 2}]")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, scans: Path) -> Retraining:
    """A root in which one run has pushed; the tests go on in it, one after the other."""
    place = Retraining(tmp_path_factory.mktemp("retraining") / "runs", scans)
    with web_server() as web:
        place.environment["TANDEM_HOOK"] = f"{web.address}/{CANARY}"
        done = place.once(*HOOK)
    assert done.returncode == 0, done.stdout + done.stderr
    place.output("once").write_text(done.stdout + done.stderr)
    assert [body["kind"] for _, body in web.requests] == ["pushed"]
    assert web.requests[0][0] == f"/{CANARY}"
    return place


def test_a_run_for_which_nothing_has_changed_takes_seconds(place: Retraining) -> None:
    began = time.monotonic()
    done = place.once()

    assert done.returncode == 0, done.stdout + done.stderr
    assert place.say("history")[-1]["status"] == "unchanged"
    assert time.monotonic() - began < 15


def test_no_secret_is_in_any_file_or_output(place: Retraining) -> None:
    outputs = [place.output("once").read_text()]
    with web_server() as web:
        web.statuses += [500] * 9
        place.environment["TANDEM_HOOK"] = f"{web.address}/{CANARY}"
        outputs += [failing_run(place, web)]
    place.environment["TANDEM_HOOK"] = f"http://{CANARY}.invalid:9/{CANARY}"
    outputs += [failing_run(place, None)]

    assert "HTTP status 500" in outputs[1]
    assert "ConnectError" in outputs[2]
    assert all(CANARY not in output for output in outputs)
    files = [path for path in place.root.rglob("*") if path.is_file()]
    assert {"metadata.sqlite", "journal.sqlite", "summary.json", "run.json"} <= {path.name for path in files}
    assert [path for path in files if CANARY.encode() in path.read_bytes()] == []


def failing_run(place: Retraining, web: WebServer | None) -> str:
    done = place.once(*HOOK, "--set", "data.max_corrupt_fraction=0.0", "--set", "retrain.backoff=0s")
    assert done.returncode == 1, done.stdout + done.stderr
    record = place.say("history")[-1]
    assert record["status"] == "failed"
    assert "cut.png" in record["why"][0]
    assert web is None or {body["kind"] for _, body in web.requests} == {"failed"}
    return done.stdout + done.stderr


def test_a_mistake_in_what_the_service_passes_on_is_said_at_its_door(place: Retraining) -> None:
    done = place.once("--set", "train.epoch=3", "--set", "retrain.schedule=0 0 3 * * *", *HOOK)

    assert done.returncode == 2
    assert "unknown setting 'train.epoch'" in done.stderr
    assert "six fields" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_killed_service_takes_its_run_along_and_the_next_one_resumes_it(place: Retraining) -> None:
    longer = ("--set", "train.epochs=60", "--set", "train.checkpoint_interval_seconds=1", *NEVER)
    with place.service(*longer, name="first") as first:
        wait_for(lambda: place.say("status")["service"])
        with place.service(*longer, name="second"):
            wait_for(lambda: "waiting until it ends" in place.output("second").read_text())
            assert f"process {first.pid} on" in place.output("second").read_text()
            place.say("trigger", "--reason", "new labels")
            wait_for(lambda: list((place.root / "checkpoints").glob("*/checkpoint-*")))
            run_id = place.say("status")["current"]["run_id"]
            first.kill()
            killed = time.monotonic()
            wait_for(lambda: "service started" in place.output("second").read_text())
            assert time.monotonic() - killed < 8
            wait_for(lambda: place.statuses()[-1] in ("pushed", "refused", "failed"))

    interrupted, resumed = place.say("history")[-2:]
    assert (interrupted["status"], interrupted["run_id"]) == ("interrupted", run_id)
    assert resumed["resumes"] == run_id
    assert resumed["triggers"][0] == "resume"
    assert resumed["status"] in ("pushed", "refused")
    wait_for(lambda: not place.run_processes(), timeout_seconds=30)


def test_a_run_by_hand_is_waited_for_and_is_no_failure(place: Retraining) -> None:
    with (place.root / ".lock").open("w") as by_hand, place.service():
        fcntl.flock(by_hand, fcntl.LOCK_EX)
        wait_for(lambda: place.say("status")["service"])
        place.say("trigger", "--reason", "now")
        hold = wait_for(lambda: place.say("status")["hold"])
        time.sleep(2)
        assert hold["why"] == "another run works in the root"
        before = len(place.statuses())
        fcntl.flock(by_hand, fcntl.LOCK_UN)
        wait_for(lambda: len(place.statuses()) > before)

    assert "failed" not in place.statuses()
    assert place.say("status")["failures_in_a_row"] == 0


def test_waiting_costs_little_and_ends_at_once(place: Retraining) -> None:
    with place.service("--set", "retrain.poll_seconds=5", *NEVER) as service:
        wait_for(lambda: place.say("status")["service"])
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
    assert memory_mib < 150
    assert 3 * used < 0.6
    assert seconds < 5


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_pause_resume_and_trigger_work_while_the_service_does(place: Retraining) -> None:
    with place.service():
        wait_for(lambda: place.say("status")["service"])
        before = len(place.statuses())
        place.say("pause", "--reason", "new cameras")
        assert place.say("status")["paused"]["why"] == "paused: new cameras"
        place.say("resume")
        place.say("trigger", "--reason", "try the new cameras")
        wait_for(lambda: len(place.statuses()) > before)

    record = place.say("history")[-1]
    assert record["triggers"][-1] == "request"
    assert record["reason"].endswith("try the new cameras")


def test_a_service_that_waits_for_another_one_ends_when_it_is_told(place: Retraining) -> None:
    with place.service(name="first"):
        wait_for(lambda: place.say("status")["service"])
        with place.service(name="second") as second:
            wait_for(lambda: "waiting until it ends" in place.output("second").read_text())
            second.terminate()
            assert second.wait(5) == 0


def test_a_service_that_is_ended_ends_its_run_at_a_safe_point(place: Retraining) -> None:
    with place.service("--set", "train.epochs=300", *NEVER) as service:
        wait_for(lambda: place.say("status")["service"])
        place.say("trigger", "--reason", "now")
        wait_for(lambda: len(place.run_processes()) > 1)
        service.terminate()
        assert service.wait(90) == 0

    record = place.say("history")[-1]
    assert record["status"] == "interrupted"
    assert place.say("status")["run_to_resume"] == record["run_id"]
    assert place.say("status")["failures_in_a_row"] == 0
    wait_for(lambda: not place.run_processes(), timeout_seconds=10)
    assert all(verify(version) for version in (place.root / "models" / "three-digits").iterdir())
