"""Which of the spans a run takes: a window that ends at the newest one or at a given one, or some by name."""

import re
from dataclasses import dataclass
from datetime import date

from components.image_example_gen.spans.pattern import parse_pattern
from components.image_example_gen.spans.search import SpanSearch, find_spans
from components.image_example_gen.spans.span import Span, SpansError, day_number, name_of
from trainers.did_you_mean import did_you_mean

_WINDOW = re.compile(r"(?:last (?P<last>[1-9][0-9]*)|all)(?: until (?P<until>[0-9-]+))?")
_NAMES = re.compile(r"[0-9-]+(:[0-9]+)?(,[0-9-]+(:[0-9]+)?)*")
_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class SpanChoice:
    """What is asked for.

    Attributes:
        last: So many spans, fewer where there are not as many; 0 for all.
        until: Number of the last one; None for the newest.
        named: The names of exactly those that are wanted, in place of a window.
        ready_file: Name of the file that a span must hold to count; empty asks for none.
    """

    last: int = 1
    until: int | None = None
    named: tuple[str, ...] = ()
    ready_file: str = ""

    def __str__(self) -> str:
        """Return the choice as the text that `parse_choice` reads: `last 3 until 7`, `all`, `3,4:2`."""
        if self.named:
            return ",".join(self.named)
        window = f"last {self.last}" if self.last else "all"
        return window if self.until is None else f"{window} until {self.until}"


def parse_choice(text: str, *, ready_file: str = "") -> SpanChoice:
    """Read a choice in words; empty is the newest span.

    Raises:
        SpansError: The text has another form.
    """
    window = _WINDOW.fullmatch(text)
    if window:
        return SpanChoice(last=int(window["last"] or 0), until=_number(window["until"], text), ready_file=ready_file)
    if text and not _NAMES.fullmatch(text):
        raise SpansError([f"spans {text!r} are not of the form 'last 3', 'last 3 until 7', 'all' or '3,4:2'"])
    return SpanChoice(named=tuple(text.split(",")) if text else (), ready_file=ready_file)


def _number(until: str | None, text: str) -> int | None:
    if until is None or until.isdecimal():
        return None if until is None else int(until)
    try:
        return day_number(date.fromisoformat(until))
    except ValueError as error:
        raise SpansError([f"spans {text!r}: {until} is neither a number nor a date such as 2026-01-31"]) from error


def choose_spans(pattern: str, choice: SpanChoice) -> tuple[Span, ...]:
    """Return the wanted spans, by number.

    Raises:
        SpansError: With every reason why they cannot be had.
    """
    parsed = parse_pattern(pattern)
    if not parsed.base.is_dir():
        raise SpansError([f"data folder {parsed.base} does not exist; {pattern} is looked for there"])
    search = find_spans(parsed, ready_file=choice.ready_file)
    if not search.spans:
        raise SpansError([_none_found(pattern, choice, search)])
    if choice.named:
        return _named(pattern, choice, search)
    spans = search.spans
    if choice.until is not None:
        if choice.until not in {span.number for span in spans}:
            wanted = name_of(choice.until, is_date=parsed.is_date)
            raise SpansError([_absent(pattern, wanted, choice, search)])
        spans = tuple(span for span in spans if span.number <= choice.until)
    return spans[-choice.last :]


def _named(pattern: str, choice: SpanChoice, search: SpanSearch) -> tuple[Span, ...]:
    by_name = {span.name: span for span in search.ready}
    absent = [name for name in choice.named if name not in by_name]
    if absent:
        raise SpansError([_absent(pattern, name, choice, search) for name in absent])
    return tuple(by_name[name] for name in choice.named)


def _none_found(pattern: str, choice: SpanChoice, search: SpanSearch) -> str:
    if search.not_ready:
        return (
            f"no span of {pattern} is ready: {len(search.not_ready)} match, but none holds the file"
            f" {choice.ready_file} (data.ready_file)"
        )
    parsed = parse_pattern(pattern)
    there = sorted(entry.name for entry in parsed.base.iterdir() if entry.is_dir())
    holds = f"it holds {', '.join(there[:_SHOWN])}{' ...' if len(there) > _SHOWN else ''}" if there else "it is empty"
    return f"no folder in {parsed.base} matches {parsed.below_base}; {holds}"


def _absent(pattern: str, name: str, choice: SpanChoice, search: SpanSearch) -> str:
    if name in {number for span in search.not_ready for number in (span.name, span.name.partition(":")[0])}:
        return f"span {name} of {pattern} is not ready: it does not hold the file {choice.ready_file} (data.ready_file)"
    names = [span.name for span in search.spans]
    there = f"{names[0]} to {names[-1]}" if len(names) > 1 else names[0]
    return f"span {name} of {pattern} does not exist; there are {len(names)}, {there}.{did_you_mean(name, names)}"
