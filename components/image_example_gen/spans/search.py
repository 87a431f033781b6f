"""Which spans are there: the folders that match a pattern, the newest version of each."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from components.image_example_gen.spans.pattern import SpanPattern, parse_pattern
from components.image_example_gen.spans.span import Span, SpansError, day_number


@dataclass(frozen=True, kw_only=True)
class SpanSearch:
    """What a pattern's folders hold.

    Attributes:
        ready: Every version of every span that is ready, by number and version.
        not_ready: Those that lack the marker file.
    """

    ready: tuple[Span, ...]
    not_ready: tuple[Span, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The newest ready version of each span, by number."""
        return tuple({span.number: span for span in self.ready}.values())


def latest_spans(pattern: str, *, ready_file: str = "", last: int = 0) -> tuple[Span, ...]:
    """Return the spans of a pattern that are ready, the newest version of each, by number.

    Args:
        pattern: Such as `data/span-{SPAN}`.
        ready_file: Name of the file that a span must hold to count; empty asks for none.
        last: Only so many of the newest; 0 for all.

    Raises:
        SpansError: The pattern is none, its folder cannot be listed, or two folders are the same span.
    """
    return find_spans(parse_pattern(pattern), ready_file=ready_file).spans[-last:]


def find_spans(pattern: SpanPattern, *, ready_file: str = "") -> SpanSearch:
    """Look for the folders of a pattern; none at all is no error.

    Raises:
        SpansError: A folder cannot be listed, two are the same version of a span, or a date is none.
    """
    problems: list[str] = []
    spans = _unique(_matches(pattern, problems), problems)
    if problems:
        raise SpansError(problems)
    ready = [span for span in spans if not ready_file or (Path(span.folder) / ready_file).exists()]
    return SpanSearch(ready=tuple(ready), not_ready=tuple(span for span in spans if span not in ready))


def _matches(pattern: SpanPattern, problems: list[str]) -> list[Span]:
    """Return every folder of the pattern, by number and version; add what is wrong to the problems."""
    found = []
    try:
        for folder, digits in _walk(pattern.base, pattern, 0):
            try:
                number = _number(digits)
            except ValueError:
                problems.append(f"folder {folder} matches {pattern.text} but is no date; rename or remove it")
                continue
            version = int(digits["VERSION"]) if "VERSION" in digits else None
            found.append(Span(number=number, version=version, is_date=pattern.is_date, folder=str(folder)))
    except OSError as error:
        problems.append(f"data folder {error.filename} cannot be listed: {error.strerror}")
    return sorted(found, key=lambda span: (span.number, span.version or 0, span.folder))


def _walk(folder: Path, pattern: SpanPattern, level: int) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Yield the folders below `folder` that match from a level on, with the digits of their placeholders."""
    if level == len(pattern.levels):
        yield folder, {}
        return
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        match = pattern.levels[level].fullmatch(entry.name)
        if match and entry.is_dir():
            for below, digits in _walk(Path(entry.path), pattern, level + 1):
                yield below, {**match.groupdict(), **digits}


def _number(digits: Mapping[str, str]) -> int:
    if "SPAN" in digits:
        return int(digits["SPAN"])
    return day_number(date(int(digits["YYYY"]), int(digits["MM"]), int(digits["DD"])))


def _unique(spans: list[Span], problems: list[str]) -> list[Span]:
    """Return each version of a span once; two folders for one are a problem, since nothing says which is meant."""
    by_name: dict[str, Span] = {}
    for span in spans:
        other = by_name.setdefault(span.name, span)
        if other is not span:
            problems.append(f"{other.folder} and {span.folder} are both span {span.name}; remove one")
    return list(by_name.values())
