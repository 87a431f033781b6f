"""Nights of retraining in the life of a data set: real runs of the pipeline, days that pass in a moment.

March 2026 in Berlin, a run each night at 02:30, a span of real digits a day. One night has no such time. CI lives
through three nights, in which everything happens that happens in the month, all at once; the month is nightly.
"""

import itertools
import time
from collections.abc import Callable, Iterator
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

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

CLOCKS_CHANGE = date(2026, 3, 29)
SETTINGS = {
    "schedule": "30 2 * * *",
    "time_zone": "Europe/Berlin",
    "backoff": "10m",
    "poll_seconds": 3600,
}


@dataclass(frozen=True, kw_only=True)
class Nights:
    """What happens in which night; in one of them the clocks change."""

    first: date
    last: date
    without_data: date
    corrupt: date
    few_labels: tuple[date, ...]
    bright: date
    failing: date
    failures: int
    crashing: date

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))

    @property
    def eve(self) -> date:
        """The day from which there is data when the service begins."""
        return self.first - timedelta(days=1)


THREE_NIGHTS = Nights(
    first=date(2026, 3, 28),
    last=date(2026, 3, 30),
    without_data=CLOCKS_CHANGE,
    corrupt=date(2026, 3, 30),
    few_labels=(date(2026, 3, 30),),
    bright=date(2026, 3, 30),
    failing=date(2026, 3, 30),
    failures=2,
    crashing=date(2026, 3, 30),
)
WHOLE_MONTH = Nights(
    first=date(2026, 3, 1),
    last=date(2026, 3, 30),
    without_data=date(2026, 3, 10),
    corrupt=date(2026, 3, 12),
    few_labels=(date(2026, 3, 14), date(2026, 3, 15)),
    bright=date(2026, 3, 18),
    failing=date(2026, 3, 20),
    failures=3,
    crashing=date(2026, 3, 24),
)


class PatientStop(SimulatedStop):
    """While a run is under way, real time passes."""

    def wait(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self.is_set


def night_of(moment: datetime) -> date:
    """Return the day, in Berlin's time, to which a moment of a night belongs."""
    return (moment + timedelta(hours=2)).date()


@dataclass
class Life(SimulatedWorld):
    """A world whose pipeline is the real one."""

    nights: Nights = field(kw_only=True)
    spans: DailySpans = field(kw_only=True)
    runner: ChildRunner = field(kw_only=True)
    failures: int = 0

    def wait_until(self, moment: datetime, stop: Stop) -> None:
        super().wait_until(moment, stop)
        self.morning()

    def morning(self) -> None:
        """Let the span of a day arrive at one o'clock, as far as there is one."""
        local = self.now_is + timedelta(hours=1)
        today = local.date()
        if local.hour < 1 or (self.spans.folder / today.isoformat()).exists() or today == self.nights.without_data:
            return
        labels = (0, 1, 2) if today in self.nights.few_labels else tuple(range(10))
        folder = self.spans.arrive(today, labels=labels, gain=6.0 if today == self.nights.bright else 15.0)
        if today == self.nights.corrupt:
            whole = next(folder.glob("*/*.png"))
            (whole.parent / "cut.png").write_bytes(whole.read_bytes()[:40])

    def run(self, order: RunOrder, stop: Stop, tell_run_id: Callable[[str], None]) -> RunOutcome:
        self.orders.append(order)
        self.starts.append(self.now_is)
        today = night_of(self.now_is)
        self.now_is += timedelta(minutes=4)
        if today == self.nights.failing and self.failures < self.nights.failures:
            self.failures += 1
            hasty = ("--set", "local.steps.ImageExampleGen.timeout_seconds=0.01")
            return replace(self.runner, arguments=lambda: (*self.runner.arguments(), *hasty)).run(
                order, stop, tell_run_id
            )
        if today == self.nights.crashing and order.resumes is None:
            return self.runner.run(order, stop, self._die_after(tell_run_id))
        return self.runner.run(order, stop, tell_run_id)

    def settle(self, run_id: str | None, *, started: datetime) -> RunOutcome:
        return self.runner.settle(run_id, started=started)

    def _die_after(self, tell_run_id: Callable[[str], None]) -> Callable[[str], None]:
        def tell_and_die(run_id: str) -> None:
            tell_run_id(run_id)
            raise ServiceKilled

        return tell_and_die


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(THREE_NIGHTS, id="three nights", marks=pytest.mark.timeout(1800)),
        pytest.param(WHOLE_MONTH, id="month", marks=[pytest.mark.nightly, pytest.mark.timeout(3600)]),
    ],
)
def life(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Life:
    """Return the life of the service when its nights are over."""
    nights: Nights = request.param
    folder = tmp_path_factory.mktemp("nights")
    spans = DailySpans(folder / "data")
    spans.arrive_first(nights.eve)
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
    start = datetime.combine(nights.eve, datetime.min.time(), timezone.utc) + timedelta(hours=22)
    life = Life(folder, now_is=start, stop=PatientStop(), nights=nights, spans=spans, runner=runner)
    end = datetime.combine(nights.last, datetime.min.time(), timezone.utc) + timedelta(hours=12)
    with pytest.raises(ServiceKilled):
        life.live(life.service(**SETTINGS), hours=(end - life.now_is).total_seconds() / 3600)
    life.live(life.service(**SETTINGS), hours=(end - life.now_is).total_seconds() / 3600)
    return life


def of_night(life: Life, night: date) -> list[HistoryRecord]:
    return [record for record in life.history() if night_of(record.at) == night]


def troubles_of(nights: Nights, night: date) -> list[str]:
    """Return how the runs of a night end before the last one, in order."""
    failures = ["failed"] * nights.failures if night == nights.failing else []
    return [*failures, *(["interrupted"] if night == nights.crashing else [])]


def decisions(life: Life) -> list[Decision]:
    """Return what Champion decided, in order."""
    folders = (life.folder / "runs" / "artifacts" / "Champion" / "decision").iterdir()
    return [Decision.read(folder) for folder in sorted(folders, key=lambda folder: int(folder.name))]


def accuracy_of(verdict: Verdict) -> float:
    assert verdict.candidate.metrics is not None
    return verdict.candidate.metrics.accuracy


def test_every_night_has_its_run_and_no_other(life: Life) -> None:
    nights = life.nights
    expected = {night: 1 + len(troubles_of(nights, night)) for night in nights}

    assert {night: len(of_night(life, night)) for night in nights} == expected
    assert len(life.history()) == sum(expected.values())
    assert {f"{record.at:%H:%M}" for record in life.history() if record.triggers == ("schedule",)} == {
        "01:30",
        "00:30",
    }


def test_each_night_ends_as_it_should(life: Life) -> None:
    nights = life.nights
    for night in nights:
        statuses = [record.status for record in of_night(life, night)]
        if night == nights.without_data:
            assert statuses == ["unchanged"]
        else:
            assert statuses[:-1] == troubles_of(nights, night)
            assert statuses[-1] in ("pushed", "refused"), (night, of_night(life, night))
    assert of_night(life, nights.first)[0].status == "pushed"


def test_on_the_night_without_half_past_two_it_runs_an_hour_later(life: Life) -> None:
    (record,) = of_night(life, CLOCKS_CHANGE)

    assert record.at == datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)
    assert of_night(life, CLOCKS_CHANGE - timedelta(days=1))[0].at.hour == 1
    assert of_night(life, CLOCKS_CHANGE + timedelta(days=1))[0].at.hour == 0


def test_failures_are_tried_again_after_waits_that_double(life: Life) -> None:
    records = of_night(life, life.nights.failing)
    waits = [
        later.at - earlier.at - timedelta(seconds=earlier.seconds)
        for earlier, later in itertools.pairwise(records)
        if earlier.status == "failed"
    ]

    assert waits == [timedelta(minutes=minutes) for minutes in (10, 20, 40)[: life.nights.failures]]
    assert "its time limit" in records[0].why[0]


def test_the_killed_run_is_resumed(life: Life) -> None:
    killed, resumed = of_night(life, life.nights.crashing)[-2:]

    assert resumed.resumes == killed.run_id
    assert resumed.triggers == ("resume", "schedule")


def test_each_run_used_all_spans_that_were_there(life: Life) -> None:
    nights = life.nights
    for record in life.history():
        if record.status in ("pushed", "refused"):
            expected = [nights.eve, *(night for night in nights if night <= night_of(record.at))]
            assert record.spans == tuple(span.isoformat() for span in expected if span != nights.without_data)


def test_no_push_made_what_is_served_worse(life: Life) -> None:
    pushes = [record for record in life.history() if record.status == "pushed"]
    assert [record.version for record in pushes] == [str(number + 1) for number in range(len(pushes))]
    assert len(decisions(life)) == sum(record.status in ("pushed", "refused") for record in life.history())
    for decision in decisions(life):
        assert set(decision.verdicts) == {"keras", "pytorch"}
        least = max(0.9, decision.baseline.accuracy if decision.baseline else 0.0)
        accuracies = {name: accuracy_of(verdict) for name, verdict in decision.verdicts.items()}
        good_enough = {name: accuracy for name, accuracy in accuracies.items() if accuracy >= least}
        assert (decision.champion is None) == (not good_enough)
        if decision.champion is not None:
            assert good_enough[decision.champion] == max(good_enough.values())


def test_people_were_told_of_each_thing_that_happened_and_of_nothing_else(life: Life) -> None:
    expected: list[str] = []
    failures = 0
    for record in life.history():
        if record.status in ("failed", "interrupted"):
            failures += 1
            expected.append("failed")
        else:
            expected += [record.status] if record.status in ("pushed", "refused") else []
            expected += ["recovered"] if failures else []
            failures = 0

    assert life.told() == expected
    assert life.told().count("failed") == life.nights.failures + 1
    assert life.told().count("recovered") == len({life.nights.failing, life.nights.crashing})
