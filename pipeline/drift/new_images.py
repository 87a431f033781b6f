"""Images of spans that have arrived since a model was trained, and their facts: what ingestion would write of them."""

import random
from collections.abc import Sequence
from typing import NamedTuple

from components.image_example_gen.sources import ImageSource
from components.image_example_gen.spans.choice import SpanChoice, choose_spans
from components.image_example_gen.spans.images import scan_spans
from components.image_example_gen.spans.span import Span, SpansError, parse_name
from serving.image_facts import ImageFacts
from serving.images import UnusableImageError


class InspectedImages(NamedTuple):
    """What was found in images."""

    facts: tuple[tuple[str, ImageFacts], ...]
    """Class and facts of each usable one."""
    unusable: int
    """How many were not."""


def spans_since(pattern: str, choice: SpanChoice, *, trained_on: str) -> tuple[Span, ...]:
    """Return the spans that the next run would take and the model has not seen.

    Args:
        pattern: Names the spans.
        choice: Which of them a run takes.
        trained_on: Names of the model's own, `3,4:2`; empty for a model without any, of which the newest counts as new.

    Raises:
        SpansError: The spans cannot be had.
    """
    spans = choose_spans(pattern, choice)
    if not trained_on:
        return spans[-1:]
    newest = max(parse_name(name) for name in trained_on.split(","))
    return tuple(span for span in spans if (span.number, span.version or 0) > newest)


def list_new_images(pattern: str, spans: Sequence[Span], *, max_images: int) -> tuple[ImageSource, ...]:
    """Return the images of spans; of more than `max_images` so many, always the same ones.

    Raises:
        SpansError: A span is laid out badly.
    """
    scan = scan_spans(pattern, spans)
    if scan.problems:
        raise SpansError(scan.problems)
    if len(scan.images) <= max_images:
        return scan.images
    return tuple(random.Random(0).sample(scan.images, max_images))  # noqa: S311  a sample, no secret


def inspect_images(images: Sequence[ImageSource], *, max_pixels: int) -> InspectedImages:
    """Look into images as ingestion does.

    Args:
        images: Images to read.
        max_pixels: Largest height x width that is decoded.
    """
    from components.image_example_gen.inspection import inspect_image

    facts = []
    for image in images:
        try:
            facts.append((image.label, inspect_image(image.read(), max_pixels=max_pixels)))
        except (UnusableImageError, OSError):
            continue
    return InspectedImages(facts=tuple(facts), unusable=len(images) - len(facts))
