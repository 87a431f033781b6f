"""The images of some spans, as one set: the classes are those of all of them together."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from components.image_example_gen.sources import MIN_CLASSES, FolderScan, ImageSource, scan_folder
from components.image_example_gen.spans.pattern import base_of
from components.image_example_gen.spans.span import Span, join_names


def scan_spans(pattern: str, spans: Sequence[Span]) -> FolderScan:
    """List the images of spans and check the layout of each; a span need not have every class.

    Args:
        pattern: The pattern that found them; names of images are relative to its base.
        spans: Oldest first.
    """
    base = Path(base_of(pattern)).absolute()
    images: list[ImageSource] = []
    problems: list[str] = []
    for span in spans:
        scan = scan_folder(Path(span.folder), min_classes=1)
        problems.extend(f"span {span.name}: {problem}" for problem in scan.problems)
        place = Path(span.folder).relative_to(base)
        images.extend(replace(image, name=str(place / image.name), span=span.number) for image in scan.images)
    scan = FolderScan(images=tuple(images), problems=tuple(problems))
    if not problems and len(scan.labels) < MIN_CLASSES:
        only = f"spans {join_names(spans)} of {pattern} have one class, {scan.labels[0]!r}"
        return replace(scan, problems=(f"{only}; at least {MIN_CLASSES} are needed, take more spans (data.spans)",))
    return scan
