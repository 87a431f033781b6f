"""The settings of the data: a folder, or which spans of a pattern, and how the images are divided."""

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from components.image_example_gen.sources import DIGITS
from components.image_example_gen.spans.choice import SpanChoice
from components.image_example_gen.spans.pattern import is_pattern
from components.image_example_gen.spans.span import day_number
from trainers.did_you_mean import did_you_mean

_ALL = "all"


class DataConfig(BaseModel):
    """Where the images come from and how they are divided."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)

    path: str = DIGITS
    """`digits`, a folder that holds one folder of JPEG or PNG files for each class, or a pattern of such folders with
    `{SPAN}` (or `{YYYY}`, `{MM}` and `{DD}`) and perhaps `{VERSION}`, each with digits in its place."""
    spans: int = 1
    """Of a pattern's spans so many of the newest, fewer where there are not as many; `all` or 0 for all. Default 1, as
    in TFX."""
    until: int | date | None = None
    """Number or date of the last span, to train as on that day; the newest where it is not set."""
    ready_file: str = Field(default="", pattern=r"^[^/{}]*$")
    """Name of a file that a span must hold to count, such as `_SUCCESS`; empty asks for none."""
    eval_fraction: float = Field(default=0.15, gt=0, lt=1)
    """Share of the images that choose the best epoch, 0 to 1."""
    test_fraction: float = Field(default=0.15, gt=0, lt=1)
    """Share of the images that judge the candidates, 0 to 1."""
    max_corrupt_fraction: float = Field(default=0.01, ge=0, le=1)
    """Share of unusable images that is quarantined without stopping the run, 0 to 1."""
    max_image_pixels: int = Field(default=50_000_000, ge=1)
    """Height x width above which an image is refused before it is decoded."""
    schema_file: Path | None = None
    """A curated schema (`schema.pbtxt`); without one the schema is inferred from the data."""

    @model_validator(mode="after")
    def _leave_images_to_train_on(self) -> "DataConfig":
        if self.eval_fraction + self.test_fraction >= 1:
            raise ValueError("eval_fraction and test_fraction must leave images to train on: their sum must be below 1")
        return self

    @field_validator("spans", mode="before")
    @classmethod
    def _count_spans(cls, spans: object) -> object:
        if spans == _ALL:
            return 0
        if not isinstance(spans, int) or isinstance(spans, bool) or spans < 0:
            hint = did_you_mean(str(spans), (_ALL,))
            raise ValueError(f"spans is how many of the newest to take, such as 3, or {_ALL!r}, got {spans!r}.{hint}")
        return spans

    @field_validator("until", mode="before")
    @classmethod
    def _is_a_span(cls, until: object) -> object:
        try:
            if isinstance(until, str):
                return date.fromisoformat(until)
        except ValueError:
            until = repr(until)
        if until is None or (isinstance(until, int) and not isinstance(until, bool) and until >= 0):
            return until
        if isinstance(until, date):
            return date(until.year, until.month, until.day)
        raise ValueError(f"until is the number of a span, such as 7, or a date such as 2026-01-31, got {until}")

    @model_validator(mode="after")
    def _choose_spans_of_a_pattern(self) -> "DataConfig":
        fields = type(self).model_fields
        of_spans = [name for name in ("spans", "until", "ready_file") if getattr(self, name) != fields[name].default]
        if of_spans and not is_pattern(self.path):
            raise ValueError(
                f"{', '.join(of_spans)} choose among the spans of a pattern, and the path {self.path!r} is none; write"
                " {SPAN} where the number of the span stands"
            )
        if isinstance(self.until, date) and "{SPAN" in self.path:
            raise ValueError(f"until: the spans of {self.path!r} are numbers and not dates, got {self.until}")
        return self

    @property
    def span_choice(self) -> SpanChoice:
        """Which spans of a pattern are wanted."""
        return SpanChoice(
            last=self.spans,
            until=day_number(self.until) if isinstance(self.until, date) else self.until,
            ready_file=self.ready_file,
        )
