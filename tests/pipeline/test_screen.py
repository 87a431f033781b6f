import io
from pathlib import Path

from rich.console import Console

from pipeline.events import Preparing, StepFinished, StepProgress, StepRetrying, StepSilent, StepStarted
from pipeline.screen import Screen, show_summary
from pipeline.summary import CandidateSummary, PushedSummary, StepSummary, Summary

STEPS = ("ImageExampleGen", "Transform")
EVENTS = (
    Preparing("loading TFX"),
    StepStarted("ImageExampleGen"),
    StepProgress("ImageExampleGen", "half way"),
    StepFinished("ImageExampleGen", "executed", 3.21, "10 images"),
    StepFinished("Transform", "failed", 1.0, "the graph broke"),
)


def play(console: Console) -> str:
    with Screen(console, STEPS) as screen:
        for event in EVENTS:
            screen(event)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def candidate(accuracy: float, *, blessed: bool = True, reasons: tuple[str, ...] = ()) -> CandidateSummary:
    return CandidateSummary(
        metrics={"accuracy": accuracy, "loss": 0.1},
        blessed=blessed,
        reasons=reasons,
        parity={"saved_model": 1e-7, "onnx": None},
        train_seconds=9.87,
        parameters=99450,
        bundle_mib=0.96,
        predict_ms_per_image=0.5,
    )


def summary(**changes: object) -> Summary:
    values = {
        "run_id": "r1",
        "runner": "local",
        "status": "pushed",
        "seconds": 61.5,
        "steps": (),
        "candidates": {"keras": candidate(0.98), "pytorch": candidate(0.99)},
        "champion": "pytorch",
        "comparison": "no model is pushed yet: the threshold alone decided",
        "pushed": PushedSummary(path="runs/models/digits/1", version="1"),
    }
    return Summary.model_validate({**values, **changes})


def shown(of: Summary, log_file: Path = Path("absent.log")) -> str:
    console = Console(file=io.StringIO(), width=100)
    show_summary(console, of, summary_file=Path("summary.json"), log_file=log_file)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_into_a_pipe_each_step_is_one_plain_line() -> None:
    text = play(Console(file=io.StringIO(), width=100))

    assert text.splitlines() == [
        "loading TFX ...",
        "ImageExampleGen  executed     3.2 s  10 images",
        "Transform        failed       1.0 s  the graph broke",
    ]


def test_a_retry_is_a_line_of_its_own() -> None:
    console = Console(file=io.StringIO(), width=100)
    with Screen(console, STEPS) as screen:
        screen(StepStarted("Transform"))
        screen(StepRetrying("Transform", 1, 2.0, "the disk did not answer"))

    assert isinstance(console.file, io.StringIO)
    assert "attempt 1 failed, the next one in 2 s: the disk did not answer" in console.file.getvalue()


def test_steps_that_run_side_by_side_are_shown_together() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True)
    with Screen(console, STEPS) as screen:
        for step in STEPS:
            screen(StepStarted(step))
        screen(StepProgress("ImageExampleGen", "half way"))
        screen(StepSilent("Transform", 31.0))
        with console.capture() as capture:
            console.print(screen._render())

    assert "half way" in capture.get()
    assert "no sign of life for 31 s" in capture.get()


def test_a_part_of_a_run_says_that_nothing_was_pushed() -> None:
    text = shown(summary(status="partial", candidates={}, champion=None, pushed=None, comparison=""))

    assert "the steps that were asked for; nothing was pushed" in text


def test_on_a_terminal_the_table_keeps_every_step() -> None:
    text = play(Console(file=io.StringIO(), width=100, force_terminal=True))

    assert "\x1b[" in text
    assert "10 images" in text
    assert "the graph broke" in text


def test_a_search_is_told_with_its_best_values() -> None:
    trial = {
        "number": 2,
        "outcome": "complete",
        "values": {"learning_rate": 0.01},
        "objective": 0.9,
        "loss": 0.3,
        "best_epoch": 1,
        "seconds": 1.0,
    }
    search = {"objective": "accuracy", "best": 2, "trials": [{**trial, "number": 1, "outcome": "pruned"}, trial]}

    text = shown(summary(searches={"keras": search}))

    assert "keras was tuned: 2 trials, 1 pruned; best 2: eval accuracy 0.9000 with learning_rate=0.01" in text


def test_the_comparison_marks_the_champion_and_says_where_it_is() -> None:
    text = shown(summary())

    assert "pytorch *" in text
    assert "0.9800" in text
    assert "0.9900" in text
    assert "No model is pushed yet" in text
    assert "Pushed the pytorch model as version 1 to runs/models/digits/1" in text


def test_a_refused_candidate_shows_its_reasons() -> None:
    refused = candidate(0.5, blessed=False, reasons=("accuracy 0.5000 is below 0.9",))

    text = shown(summary(status="not_blessed", champion=None, pushed=None, candidates={"keras": refused}))

    assert "keras is refused: accuracy 0.5000 is below 0.9" in text
    assert "Not blessed" in text


def test_a_failure_names_the_step_and_the_log(tmp_path: Path) -> None:
    failed = StepSummary(id="Transform", status="failed", seconds=1.0, outcome="the graph broke")

    broken = summary(status="failed", candidates={}, champion=None, pushed=None, comparison="", steps=(failed,))
    (tmp_path / "run.log").touch()

    text = shown(broken, tmp_path / "run.log")

    assert "step Transform: the graph broke" in text
    assert "run.log" in text


def test_a_run_that_logged_nothing_names_no_log() -> None:
    assert "Log" not in shown(summary())
