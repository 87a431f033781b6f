"""What a person sees: a live table of the steps, then the comparison and where the model is.

On a terminal the table redraws itself; into a pipe or a file each step is a plain line when it ends.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from pipeline.events import (
    Event,
    Preparing,
    StepFinished,
    StepProgress,
    StepRetrying,
    StepSilent,
    StepStarted,
)
from pipeline.summary import CandidateSummary, Summary

_STATE_STYLES = {"executed": "green", "cached": "cyan", "failed": "bold red", "skipped": "dim", "left out": "dim"}
_STATUS_STYLES = {
    "pushed": "bold green",
    "unchanged": "cyan",
    "partial": "cyan",
    "not_blessed": "bold yellow",
    "failed": "bold red",
}


@dataclass
class _Running:
    """A step that runs, or waits for its next attempt."""

    since: float
    state: str = "running"
    note: str = ""


class Screen:
    """Listens to a run and shows it; use it as a context around the run."""

    def __init__(self, console: Console, step_ids: tuple[str, ...]) -> None:
        """Show the given steps on a console."""
        self._console = console
        self._width = max(map(len, step_ids))
        self._step_ids = step_ids
        self._ended: dict[str, StepFinished] = {}
        self._running: dict[str, _Running] = {}
        self._preparing: _Running | None = None
        self._live = Live(
            console=console, get_renderable=self._render, refresh_per_second=4, transient=False, auto_refresh=True
        )

    def __enter__(self) -> "Screen":
        """Start drawing."""
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last state of the table on the screen."""
        self._running.clear()
        self._preparing = None
        if self._console.is_terminal:
            self._live.stop()

    def __call__(self, event: Event) -> None:
        """Take one event of the run."""
        match event:
            case Preparing(message):
                self._preparing = _Running(time.monotonic(), note=message)
                self._print_plain(f"{message} ...")
            case StepStarted(step):
                self._preparing = None
                self._running[step] = _Running(time.monotonic())
            case StepProgress(step, message):
                self._note(step, "running", message)
            case StepSilent(step, seconds):
                self._note(step, "silent", f"no sign of life for {seconds:.0f} s")
            case StepRetrying(step, attempt, wait_seconds, why):
                note = f"attempt {attempt} failed, the next one in {wait_seconds:g} s: {why}"
                self._note(step, "retrying", note)
                self._print_plain(f"{step:<{self._width}}  retrying             {note}")
            case StepFinished(step):
                self._ended[step] = event
                self._running.pop(step, None)
                self._print_plain(_plain_line(event, self._width))

    def _note(self, step: str, state: str, note: str) -> None:
        if step in self._running:
            self._running[step].state, self._running[step].note = state, note

    def _print_plain(self, line: str) -> None:
        if not self._console.is_terminal:
            self._console.print(line, soft_wrap=True, highlight=False, markup=False)

    def _render(self) -> RenderableType:
        table = Table(box=None, pad_edge=False, show_edge=False)
        table.add_column("step", no_wrap=True)
        table.add_column("state", no_wrap=True)
        table.add_column("seconds", justify="right", no_wrap=True)
        table.add_column("what it did", overflow="fold")
        for step in self._step_ids:
            table.add_row(*self._row(step))
        if self._preparing is not None:
            waited = f"{self._preparing.note} ... {time.monotonic() - self._preparing.since:.0f} s"
            return Group(table, Spinner("dots", text=waited))
        return table

    def _row(self, step: str) -> tuple[RenderableType, ...]:
        ended = self._ended.get(step)
        if ended is not None:
            seconds = f"{ended.seconds:.1f}" if ended.seconds else ""
            return step, Text(ended.status, style=_STATE_STYLES[ended.status]), seconds, ended.outcome
        running = self._running.get(step)
        if running is not None:
            seconds = f"{time.monotonic() - running.since:.0f}"
            return step, Text(running.state, style="yellow"), seconds, running.note
        return Text(step, style="dim"), Text("waiting", style="dim"), "", ""


def _plain_line(ended: StepFinished, width: int) -> str:
    seconds = f"{ended.seconds:7.1f} s" if ended.seconds else " " * 9
    return f"{ended.step:<{width}}  {ended.status:<8} {seconds}  {ended.outcome}".rstrip()


def show_summary(console: Console, summary: Summary, *, summary_file: Path, log_file: Path) -> None:
    """Print the comparison of the candidates, what was pushed and where to read more.

    Args:
        console: Where to print.
        summary: How the run ended.
        summary_file: Where the same is for machines.
        log_file: What the frameworks printed; a run that loaded none has no such file.
    """
    if summary.candidates:
        console.print()
        console.print(_comparison(summary))
    for framework, search in summary.searches.items():
        console.print(f"{framework} was tuned: {search}", soft_wrap=True, highlight=False, markup=False)
    for framework, candidate in summary.candidates.items():
        for reason in candidate.reasons:
            console.print(f"{framework} is refused: {reason}", soft_wrap=True, highlight=False, markup=False)
    if summary.comparison:
        console.print(f"{summary.comparison[:1].upper()}{summary.comparison[1:]}.", soft_wrap=True, highlight=False)
    console.print()
    console.print(Text(_verdict(summary), style=_STATUS_STYLES[summary.status]), soft_wrap=True)
    console.print(f"Summary {summary_file}", soft_wrap=True, highlight=False)
    if log_file.exists():
        console.print(f"Log     {log_file}", soft_wrap=True, highlight=False)


def _comparison(summary: Summary) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("on the test split", no_wrap=True)
    for framework in summary.candidates:
        is_champion = framework == summary.champion
        table.add_column(f"{framework} *" if is_champion else framework, justify="right", no_wrap=True)
    columns = [_figures(candidate) for candidate in summary.candidates.values()]
    for name in columns[0]:
        table.add_row(name, *(column[name] for column in columns))
    return table


def _figures(candidate: CandidateSummary) -> dict[str, str]:
    metrics = candidate.metrics
    return {
        "accuracy": f"{metrics['accuracy']:.4f}" if metrics else "none",
        "loss": f"{metrics['loss']:.4f}" if metrics else "none",
        "parameters": f"{candidate.parameters:,}",
        "train seconds": f"{candidate.train_seconds:.1f}",
        "bundle MiB": f"{candidate.bundle_mib:.2f}",
        "predict ms per image": f"{candidate.predict_ms_per_image:.3f}",
        "parity SavedModel": _difference(candidate.parity["saved_model"]),
        "parity ONNX": _difference(candidate.parity["onnx"]),
        "blessed": "yes" if candidate.blessed else "no",
    }


def _difference(value: float | None) -> str:
    return "none" if value is None else f"{value:.1e}"


def _verdict(summary: Summary) -> str:
    seconds = f"in {summary.seconds:.1f} s"
    if summary.status == "pushed" and summary.pushed:
        where = f"version {summary.pushed.version} to {summary.pushed.path}"
        return f"Pushed the {summary.champion} model as {where} {seconds}"
    if summary.status == "unchanged" and summary.pushed:
        return f"Unchanged: version {summary.pushed.version} in {summary.pushed.path} is up to date; checked {seconds}"
    if summary.status == "partial":
        return f"Done {seconds}: the steps that were asked for; nothing was pushed"
    if summary.status == "not_blessed":
        return f"Not blessed: no candidate passed, nothing was pushed {seconds}"
    failed = next((step for step in summary.steps if step.status == "failed"), None)
    where = f": step {failed.id}: {failed.outcome}" if failed else ""
    return f"Failed {seconds}{where}"
