"""Look at the data before anything starts: does it exist, is it laid out well, what are its classes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.image_example_gen import sources
from components.image_example_gen.listing import scan_data
from components.image_example_gen.sources import FolderScan
from components.image_example_gen.spans.choice import SpanChoice, choose_spans
from components.image_example_gen.spans.pattern import is_pattern
from components.image_example_gen.spans.span import Span, SpansError, join_names
from pipeline.errors import UsageError
from trainers import features

_DIGIT_IMAGES = 1797


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What is known of the data without opening an image.

    Attributes:
        path: `digits`, or the absolute path of a folder or pattern.
        labels: Class names, sorted.
        images: Number of image files.
        fingerprint: Changes when an image is added, removed, renamed or rewritten.
        schema_fingerprint: Hash of the curated schema, or empty.
        spans: Which spans of a pattern, `3,4:2`; empty without one. Where only pods see the data, what they are to look
            for: `last 3`.
        stamps: Image name to size and modification time; it can say later which image changed.
    """

    path: str
    labels: tuple[str, ...]
    images: int
    fingerprint: str
    schema_fingerprint: str = ""
    spans: str = ""
    stamps: Mapping[str, str] = field(default_factory=dict, repr=False)


def inspect_dataset(path: str, schema_file: Path | None, choice: SpanChoice | None = None) -> Dataset:
    """Describe the data or say everything that is wrong with it.

    Args:
        path: `digits`, a folder or a pattern.
        schema_file: A curated schema, if any.
        choice: Which spans of a pattern; None for the newest.

    Raises:
        UsageError: A missing path, an empty class folder, too few classes, a schema that is no schema...
    """
    problems: list[str] = []
    schema = schema_fingerprint(schema_file, (features.IMAGE, features.LABEL), problems) if schema_file else ""
    if path != sources.DIGITS:
        path = str(Path(path).absolute())
    spans, scan = _scan(path, choice or SpanChoice())
    problems.extend(scan.problems)
    if problems:
        raise UsageError(problems)
    is_digits = path == sources.DIGITS
    stamps = sources.image_stamps(scan.images)
    return Dataset(
        path=path,
        labels=tuple("0123456789") if is_digits else scan.labels,
        images=_DIGIT_IMAGES if is_digits else len(scan.images),
        fingerprint=sources.fingerprint(path, stamps),
        schema_fingerprint=schema,
        spans=join_names(spans),
        stamps=stamps,
    )


def _scan(path: str, choice: SpanChoice) -> tuple[tuple[Span, ...], FolderScan]:
    """Return the spans of a pattern and the images; the digits are known without a look at them."""
    try:
        spans = choose_spans(path, choice) if is_pattern(path) else ()
    except SpansError as error:
        return (), FolderScan(problems=error.problems)
    return spans, FolderScan() if path == sources.DIGITS else scan_data(path, spans)


def schema_fingerprint(file: Path, required: tuple[str, ...], problems: list[str]) -> str:
    """Return the hash of a curated schema, and add what is wrong with it to the problems.

    Args:
        file: A schema in text form.
        required: Features that it must name.
        problems: Receives sentences.
    """
    from google.protobuf import text_format
    from tensorflow_metadata.proto.v0 import schema_pb2

    try:
        text = file.read_text()
        schema = text_format.Parse(text, schema_pb2.Schema())
    except OSError as error:
        problems.append(f"data.schema_file {file} cannot be read: {error.strerror}")
        return ""
    except (UnicodeDecodeError, text_format.ParseError) as error:
        problems.append(f"data.schema_file {file} is not a schema in text form: {error}")
        return ""
    missing = set(required) - {feature.name for feature in schema.feature}
    problems.extend(f"data.schema_file {file} lacks the feature {name!r}" for name in sorted(missing))
    return hashlib.sha256(text.encode()).hexdigest()
