"""A month of retraining in the life of a data set: real runs of the pipeline, days that pass in a moment.

March 2026 in Berlin, a run each night at 02:30, a span of real digits a day. One night has no such time.
"""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone

import pytest
from daily_spans import DailySpans
from simulated_world import ServiceKilled, SimulatedStop, SimulatedWorld

from components.decision import Decision, Verdict
from pipeline.retraining.child_runner import ChildRunner
from pipeline.retraining.records import HistoryRecord
from pipeline.retraining.runner import RunOrder, RunOutcome
from pipeline.retraining.stop_signal import Stop
from pipeline.retraining.warm_start import warm_start_arguments
from pipeline.runners.base import RunFolders
from pipeline.settings import load_config

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(3600)]

WITHOUT_DATA, CORRUPT, FEW_LABELS, BRIGHT = 10, 12, (14, 15), 18
FAILING, CRASHING, CLOCKS_CHANGE = 20, 24, 29
SETTINGS = {
    "schedule": "30 2 * * *",
    "time_zone": "Europe/Berlin",
    "backoff": "10m",
    "poll_seconds": 3600,
}


def day(number: int) -> date:
    return date(2026, 3, number)


class PatientStop(SimulatedStop):
    """While a run is under way, real time passes."""

    def wait(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self.is_set


@dataclass
class Month(SimulatedWorld):
    """A world whose pipeline is the real one."""

    spans: DailySpans = field(kw_only=True)
    runner: ChildRunner = field(kw_only=True)
    failures_left: int = 3

    def wait_until(self, moment: datetime, stop: Stop) -> None:
        super().wait_until(moment, stop)
        self.morning()

    def morning(self) -> None:
        """Let the span of a day arrive at one o'clock, as far as there is one."""
        local = self.now_is + timedelta(hours=1)
        today = self.spans.folder / local.date().isoformat()
        if local.hour < 1 or today.exists() or local.day == WITHOUT_DATA or local.month > 3:
            return
        labels = (0, 1, 2) if local.day in FEW_LABELS else tuple(range(10))
        folder = self.spans.arrive(local.date(), labels=labels, gain=6.0 if local.day == BRIGHT else 15.0)
        if local.day == CORRUPT:
            whole = next(folder.glob("*/*.png"))
            (whole.parent / "cut.png").write_bytes(whole.read_bytes()[:40])

    def run(self, order: RunOrder, stop: Stop, tell_run_id: Callable[[str], None]) -> RunOutcome:
        self.orders.append(order)
        self.starts.append(self.now_is)
        today = (self.now_is + timedelta(hours=2)).day
        self.now_is += timedelta(minutes=4)
        if today == FAILING and self.failures_left:
            self.failures_left -= 1
            hasty = ("--set", "local.steps.ImageExampleGen.timeout_seconds=0.01")
            return replace(self.runner, arguments=lambda: (*self.runner.arguments(), *hasty)).run(
                order, stop, tell_run_id
            )
        if today == CRASHING and order.resumes is None:
            return self.runner.run(order, stop, self._die_after(tell_run_id))
        return self.runner.run(order, stop, tell_run_id)

    def settle(self, run_id: str | None, *, started: datetime) -> RunOutcome:
        return self.runner.settle(run_id, started=started)

    def _die_after(self, tell_run_id: Callable[[str], None]) -> Callable[[str], None]:
        def tell_and_die(run_id: str) -> None:
            tell_run_id(run_id)
            raise ServiceKilled

        return tell_and_die


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    """Return the month when it is over."""
    folder = tmp_path_factory.mktemp("month")
    spans = DailySpans(folder / "data")
    spans.arrive_first(date(2026, 2, 28))
    root = folder / "runs"
    settings = ("data.spans=all", "image.size_pixels=16", "train.epochs=3", "train.seed=1")
    options = ("--root", str(root), "--data", spans.pattern, "--preset", "digits")
    arguments = (*options, *(word for setting in settings for word in ("--set", setting)))
    config = load_config(
        preset="digits",
        assignments=settings,
        options={"root": root, "data": {"path": spans.pattern}},
    )
    runner = ChildRunner(
        folders=RunFolders(root),
        output=root / "retraining" / "output",
        arguments=lambda: (*arguments, *warm_start_arguments(config)),
        resume_arguments=("--root", str(root)),
        timeout=timedelta(hours=1),
        hidden_variables=(),
    )
    start = datetime(2026, 2, 28, 22, tzinfo=timezone.utc)
    month = Month(folder, now_is=start, stop=PatientStop(), spans=spans, runner=runner)
    last = datetime(2026, 3, 30, 12, tzinfo=timezone.utc)
    with pytest.raises(ServiceKilled):
        month.live(month.service(**SETTINGS), hours=(last - month.now_is).total_seconds() / 3600)
    month.live(month.service(**SETTINGS), hours=(last - month.now_is).total_seconds() / 3600)
    return month


def of_day(month: Month, number: int) -> list[HistoryRecord]:
    return [record for record in month.history() if (record.at + timedelta(hours=2)).day == number]


def decisions(month: Month) -> list[Decision]:
    """Return what Champion decided, in order."""
    folders = (month.folder / "runs" / "artifacts" / "Champion" / "decision").iterdir()
    return [Decision.read(folder) for folder in sorted(folders, key=lambda folder: int(folder.name))]


def accuracy_of(verdict: Verdict) -> float:
    assert verdict.candidate.metrics is not None
    return verdict.candidate.metrics.accuracy


def test_every_night_has_its_run_and_no_other(month: Month) -> None:
    expected = {number: 1 for number in range(1, 31)} | {FAILING: 4, CRASHING: 2}

    assert {number: len(of_day(month, number)) for number in range(1, 31)} == expected
    assert {f"{record.at:%H:%M}" for record in month.history() if record.triggers == ("schedule",)} == {
        "01:30",
        "00:30",
    }


def test_each_night_ends_as_it_should(month: Month) -> None:
    for number in range(1, 31):
        statuses = [record.status for record in of_day(month, number)]
        if number == WITHOUT_DATA:
            assert statuses == ["unchanged"]
        elif number == FAILING:
            assert statuses[:3] == ["failed"] * 3
            assert statuses[3] in ("pushed", "refused")
        elif number == CRASHING:
            assert statuses[0] == "interrupted"
            assert statuses[1] in ("pushed", "refused")
        else:
            assert statuses[0] in ("pushed", "refused"), (number, of_day(month, number))
    assert of_day(month, 1)[0].status == "pushed"


def test_on_the_night_without_half_past_two_it_runs_an_hour_later(month: Month) -> None:
    (record,) = of_day(month, CLOCKS_CHANGE)

    assert record.at == datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)
    assert of_day(month, CLOCKS_CHANGE - 1)[0].at.hour == 1
    assert of_day(month, CLOCKS_CHANGE + 1)[0].at.hour == 0


def test_failures_are_tried_again_after_waits_that_double(month: Month) -> None:
    records = of_day(month, FAILING)
    waits = [
        later.at - earlier.at - timedelta(seconds=earlier.seconds) for earlier, later in itertools.pairwise(records)
    ]

    assert waits == [timedelta(minutes=minutes) for minutes in (10, 20, 40)]
    assert "its time limit" in records[0].why[0]


def test_the_killed_run_is_resumed(month: Month) -> None:
    killed, resumed = of_day(month, CRASHING)

    assert resumed.resumes == killed.run_id
    assert resumed.triggers == ("resume", "schedule")


def test_each_run_used_all_spans_that_were_there(month: Month) -> None:
    for record in month.history():
        if record.status in ("pushed", "refused"):
            expected = [
                date(2026, 2, 28),
                *(day(number) for number in range(1, (record.at + timedelta(hours=2)).day + 1)),
            ]
            assert record.spans == tuple(span.isoformat() for span in expected if span != day(WITHOUT_DATA))


def test_no_push_made_what_is_served_worse(month: Month) -> None:
    pushes = [record for record in month.history() if record.status == "pushed"]
    assert [record.version for record in pushes] == [str(number + 1) for number in range(len(pushes))]
    assert len(decisions(month)) == sum(record.status in ("pushed", "refused") for record in month.history())
    for decision in decisions(month):
        assert set(decision.verdicts) == {"keras", "pytorch"}
        least = max(0.9, decision.baseline.accuracy if decision.baseline else 0.0)
        accuracies = {name: accuracy_of(verdict) for name, verdict in decision.verdicts.items()}
        good_enough = {name: accuracy for name, accuracy in accuracies.items() if accuracy >= least}
        assert (decision.champion is None) == (not good_enough)
        if decision.champion is not None:
            assert good_enough[decision.champion] == max(good_enough.values())


def test_people_were_told_of_each_thing_that_happened_and_of_nothing_else(month: Month) -> None:
    expected: list[str] = []
    failures = 0
    for record in month.history():
        if record.status in ("failed", "interrupted"):
            failures += 1
            expected.append("failed")
        else:
            expected += [record.status] if record.status in ("pushed", "refused") else []
            expected += ["recovered"] if failures else []
            failures = 0

    assert month.told() == expected
    assert month.told().count("failed") == 4
    assert month.told().count("recovered") == 2
