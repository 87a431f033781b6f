"""From new images, and from what people ask the server, to what it serves: drift, a run, and the gates between."""

import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
from daily_spans import DailySpans
from retraining_process import PushedRoot, Retraining, wait_for
from server_process import ServerProcess, running_server

from serving.request_log.reader import read_log

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

ENOUGH = 300
SETTINGS = ("--set", "data.spans=all", "--model-name", "digits")


@dataclass(frozen=True)
class Drifting:
    """A pushed root whose data goes on."""

    place: Retraining
    spans: DailySpans


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> tuple[PushedRoot, DailySpans]:
    folder = tmp_path_factory.mktemp("drifting")
    spans = DailySpans(folder / "data")
    spans.arrive_first(date(2026, 3, 1))
    return PushedRoot.make(Retraining(folder / "runs", Path(spans.pattern)), *SETTINGS), spans


@pytest.fixture
def drifting(pushed: tuple[PushedRoot, DailySpans]) -> Drifting:
    root, spans = pushed
    return Drifting(root.restored(), copy.deepcopy(spans))


def test_images_that_have_drifted_start_a_run_and_others_do_not(drifting: Drifting) -> None:
    place, spans = drifting.place, drifting.spans
    on_drift = (*SETTINGS, "--on-drift", "--set", "drift.min_images=250")

    spans.arrive(date(2026, 3, 2), images=300)
    same = place.once(*on_drift)
    assert "nothing is due" in same.stdout, same.stdout + same.stderr
    spans.arrive(date(2026, 3, 3), images=300, gain=6.0)
    place.let_time_pass(timedelta(hours=6))
    drifted = place.once(*on_drift)

    assert "the data has drifted: " in drifted.stdout, drifted.stdout + drifted.stderr
    record = place.say("history")[-1]
    assert (record["triggers"], "brightness" in record["reason"]) == (["drift"], True)
    assert record["spans"] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert record["status"] in ("pushed", "refused")


def ask(server: ServerProcess, images: list[Path]) -> set[int]:
    """Ask about images, some of them twice, until there are enough; return the versions that answered."""
    versions = set()
    with httpx.Client(base_url=server.address) as client:
        for number in range(ENOUGH + 20):
            answer = client.post("/predict/digits", content=images[number % len(images)].read_bytes())
            assert answer.status_code == 200, answer.text
            versions.add(int(answer.json()["version"]))
    return versions


def logged(log: Path) -> int:
    """Return how many images of the first version are in finished files of the log."""
    hour, now = timedelta(hours=1), datetime.now(timezone.utc)
    return sum(1 for _ in read_log(log, model="digits", version=1, start=now - hour, end=now + hour))


@pytest.mark.parametrize(
    "min_accuracy",
    [pytest.param(0.6, id="passes"), pytest.param(1.0, id="does not pass", marks=pytest.mark.nightly)],
)
def test_drift_in_the_requests_leads_to_a_run_whose_model_serves_only_if_it_passed(
    drifting: Drifting, tmp_path: Path, min_accuracy: float
) -> None:
    place = drifting.place
    log = tmp_path / "requests"
    logging = ("--request-log", str(log), "--request-log-fraction", "1", "--request-log-rotate-seconds", "1")
    with running_server(place.root / "models", *logging) as server:
        dark = sorted(drifting.spans.arrive(date(2026, 3, 2), images=ENOUGH, gain=4.0).glob("*/*.png"))
        assert ask(server, dark) == {1}
        wait_for(lambda: logged(log) >= ENOUGH)

        done = place.once(
            *SETTINGS,
            "--on-drift",
            *("--set", f"drift.request_log={log}"),
            *("--set", f"drift.min_images={ENOUGH}"),
            *("--set", f"evaluation.min_accuracy={min_accuracy}"),
        )

        record = place.say("history")[-1]
        assert record["triggers"] == ["drift"], done.stdout + done.stderr
        assert "requests" in record["reason"]
        assert record["status"] == ("pushed" if min_accuracy < 1 else "refused"), record
        if record["status"] == "pushed":
            server.wait_for("version_available")
        assert ask(server, dark) == ({2} if record["status"] == "pushed" else {1})
