"""The pattern that names spans, in TFX's words: `{SPAN}`, `{VERSION}`, and `{YYYY}`, `{MM}`, `{DD}` of a date.

Digits stand in a placeholder's place, zeros before them included; `{SPAN:3}` asks for exactly three.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from components.image_example_gen.spans.span import SpansError
from trainers.did_you_mean import did_you_mean

_SPAN, _VERSION, _DATE = "SPAN", "VERSION", ("YYYY", "MM", "DD")
_KNOWN = (_SPAN, _VERSION, *_DATE)
_DATE_WIDTHS = {"YYYY": 4, "MM": 2, "DD": 2}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, kw_only=True)
class SpanPattern:
    """A pattern whose placeholders have been checked.

    Attributes:
        text: The pattern as it was given.
        base: Absolute path of the last folder before the first placeholder.
        levels: What the names of the folders below it look like, one level after another.
        is_date: Whether its spans are dates.
    """

    text: str
    base: Path
    levels: tuple[re.Pattern[str], ...]
    is_date: bool

    @property
    def below_base(self) -> str:
        """The part of the pattern below its base."""
        return str(PurePath(*PurePath(self.text).parts[-len(self.levels) :]))


def is_pattern(path: str) -> bool:
    """Return whether a data path is meant as a pattern: it has a brace."""
    return "{" in path or "}" in path


def base_of(path: str) -> str:
    """Return the folders of a pattern before the first one with a brace; empty when there are none."""
    parts = PurePath(path).parts
    plain = next((number for number, part in enumerate(parts) if is_pattern(part)), len(parts))
    return str(PurePath(*parts[:plain])) if plain else ""


def parse_pattern(text: str) -> SpanPattern:
    """Read a pattern.

    Raises:
        SpansError: With everything that is wrong with its placeholders.
    """
    problems = [f"data pattern {text!r}: {problem}" for problem in _problems(text)]
    if problems:
        raise SpansError(problems)
    base = base_of(text)
    levels = PurePath(text).parts[len(PurePath(base).parts) :]
    return SpanPattern(
        text=text,
        base=Path(base).absolute(),
        levels=tuple(_level(part) for part in levels),
        is_date=any(name in _DATE for name, _ in _placeholders(text)),
    )


def _placeholders(text: str) -> list[tuple[str, str | None]]:
    """Return name and width of each placeholder; None where no width is given."""
    split = (inner.partition(":") for inner in _PLACEHOLDER.findall(text))
    return [(name, width if colon else None) for name, colon, width in split]


def _problems(text: str) -> Iterator[str]:
    if is_pattern(_PLACEHOLDER.sub("", text)):
        yield "a brace has no partner; placeholders look like {SPAN}"
    if any(sign in text for sign in "*?"):
        yield "it names the folders of spans, without '*' and '?'; end it at the folder that holds the class folders"
    named = _placeholders(text)
    names = [name for name, _ in named]
    for name, width in named:
        if name not in _KNOWN:
            hint = did_you_mean(name.upper(), _KNOWN)
            yield f"placeholder {{{name}}} is unknown; known are {_listed(_KNOWN)}.{hint}"
        elif width is not None and name in _DATE:
            yield f"{{{name}}} takes no width; a date always has {_DATE_WIDTHS[name]} digits there"
        elif width is not None and not (width.isdecimal() and int(width)):
            yield f"the width of {{{name}:{width}}} must be a whole number above 0, such as {{{name}:3}}"
    yield from (f"{{{name}}} stands in it more than once" for name in _KNOWN if names.count(name) > 1)
    dated = [name for name in _DATE if name in names]
    if dated and _SPAN in names:
        yield f"a span is a number or a date: leave out {{SPAN}} or {_listed(dated)}"
    if dated and len(dated) < len(_DATE):
        yield f"a date needs all of {_listed(_DATE)}"
    if not dated and _SPAN not in names and all(name in _KNOWN for name in names):
        yield f"it names no span; put {{SPAN}} or a date ({_listed(_DATE)}) where the number of the span stands"


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def _level(part: str) -> re.Pattern[str]:
    pattern, end = "", 0
    for found in _PLACEHOLDER.finditer(part):
        name, _, width = found[1].partition(":")
        digits = _DATE_WIDTHS.get(name) or width
        pattern += re.escape(part[end : found.start()]) + rf"(?P<{name}>[0-9]{f'{{{digits}}}' if digits else '+'})"
        end = found.end()
    return re.compile(pattern + re.escape(part[end:]))
