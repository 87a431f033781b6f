"""The images of a run, wherever they come from: the built-in digits, a folder of class folders, or spans."""

from collections.abc import Sequence
from pathlib import Path

from components.image_example_gen.sources import DIGITS, FolderScan, ImageSource, digit_images, scan_folder
from components.image_example_gen.spans.choice import SpanChoice, choose_spans
from components.image_example_gen.spans.images import scan_spans
from components.image_example_gen.spans.span import Span


def scan_data(data: str, spans: Sequence[Span]) -> FolderScan:
    """List the images of a folder, or of the spans of a pattern, and check the layout.

    Args:
        data: Folder or pattern.
        spans: The spans that are wanted; empty for a folder.
    """
    return scan_spans(data, spans) if spans else scan_folder(Path(data))


def list_images(data: str, span_names: str) -> tuple[ImageSource, ...]:
    """Return the images of data in which `scan_data` found no problem.

    Args:
        data: `digits`, a folder, or a pattern.
        span_names: Names of the pattern's spans, `3,4:2`; empty without a pattern.

    Raises:
        SpansError: A span is gone.
    """
    if data == DIGITS:
        return digit_images()
    spans = choose_spans(data, SpanChoice(named=tuple(span_names.split(",")))) if span_names else ()
    return scan_data(data, spans).images
