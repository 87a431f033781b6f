"""The newest span of the data, and how spans compare."""

from components.image_example_gen.spans.pattern import is_pattern
from components.image_example_gen.spans.search import latest_spans
from components.image_example_gen.spans.span import Span, SpansError
from pipeline.config import DataConfig
from pipeline.errors import PipelineError
from pipeline.retraining.records import SpanKey


def find_newest_span(data: DataConfig) -> Span | None:
    """Return the newest span that is ready; None when none is, or the data has no spans.

    Raises:
        PipelineError: The spans cannot be listed.
    """
    if not is_pattern(data.path):
        return None
    try:
        spans = latest_spans(data.path, ready_file=data.ready_file, last=1)
    except SpansError as error:
        raise PipelineError(str(error)) from error
    return spans[-1] if spans else None


def span_key(span: Span) -> SpanKey:
    """Return what spans are compared by; a new version of a span is newer than the one before it."""
    return span.number, span.version or 0
