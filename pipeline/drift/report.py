"""What a comparison found, for machines and for people."""

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table
from rich.text import Text


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ComparedFeature(_Record):
    """One feature of one set of new images."""

    what: str
    """The new images, such as `spans 4,5`."""
    feature: str
    distance: float
    """From the images that the model was trained on, 0 (the same) to 1."""
    limit: float
    """Above this it is drift."""
    has_drifted: bool


class DriftReport(_Record):
    """All that was compared with the training data of the pushed model."""

    model: str
    version: int
    """Version of the pushed model."""
    has_drifted: bool
    compared: tuple[ComparedFeature, ...]
    reasons: tuple[str, ...]
    """A sentence for each feature that has drifted."""
    notes: tuple[str, ...]
    """A sentence for each set of images that could not be compared, and for images that could not be used."""


def show_report(console: Console, report: DriftReport) -> None:
    """Print the distances and the verdict."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("new images", "feature", "distance", "limit", ""):
        table.add_column(title, justify="right" if title in {"distance", "limit"} else "left", no_wrap=True)
    for one in report.compared:
        verdict = Text("drift", style="yellow") if one.has_drifted else Text("")
        table.add_row(one.what, one.feature, f"{one.distance:.3f}", f"{one.limit:g}", verdict)
    if report.compared:
        console.print(table)
        console.print()
    for sentence in (*report.notes, *report.reasons):
        console.print(f"{sentence[:1].upper()}{sentence[1:]}", soft_wrap=True, highlight=False, markup=False)
    console.print(_verdict(report), soft_wrap=True, highlight=False, markup=False)


def _verdict(report: DriftReport) -> str:
    trained_on = f"what version {report.version} of {report.model} was trained on"
    if report.has_drifted:
        return f"Drift from {trained_on}"
    return f"No drift from {trained_on}" if report.compared else f"Nothing to compare with {trained_on}"
