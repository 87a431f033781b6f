"""From what people ask the server to what it serves: drift in the request log, a run, and the gates between."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
from daily_spans import DailySpans
from retraining_process import Retraining, wait_for
from server_process import ServerProcess, running_server

from serving.request_log.reader import read_log

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(1500)]

ENOUGH = 300


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


@pytest.mark.parametrize("min_accuracy", [0.6, 1.0], ids=["passes", "does not pass"])
def test_drift_in_the_requests_leads_to_a_run_whose_model_serves_only_if_it_passed(
    tmp_path: Path, min_accuracy: float
) -> None:
    spans = DailySpans(tmp_path / "data")
    spans.arrive_first(date(2026, 3, 1))
    place = Retraining(tmp_path / "runs", Path(spans.pattern))
    settings = ("--set", "data.spans=all", "--model-name", "digits")
    first = place.once(*settings)
    assert first.returncode == 0, first.stdout + first.stderr
    log = tmp_path / "requests"
    logging = ("--request-log", str(log), "--request-log-fraction", "1", "--request-log-rotate-seconds", "1")
    with running_server(place.root / "models", *logging) as server:
        dark = sorted(spans.arrive(date(2026, 3, 2), images=ENOUGH, gain=4.0).glob("*/*.png"))
        assert ask(server, dark) == {1}
        wait_for(lambda: logged(log) >= ENOUGH)

        done = place.once(
            *settings,
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
