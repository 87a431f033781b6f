"""Look at the data before anything starts: does it exist, is it laid out well, what are its classes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.image_example_gen import sources
from pipeline.errors import UsageError
from trainers import features

_DIGIT_IMAGES = 1797


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What is known of the data without opening an image.

    Attributes:
        path: `digits`, or the absolute path of a folder.
        labels: Class names, sorted.
        images: Number of image files.
        fingerprint: Changes when an image is added, removed, renamed or rewritten.
        schema_fingerprint: Hash of the curated schema, or empty.
        stamps: Image name to size and modification time; it can say later which image changed.
    """

    path: str
    labels: tuple[str, ...]
    images: int
    fingerprint: str
    schema_fingerprint: str = ""
    stamps: Mapping[str, str] = field(default_factory=dict, repr=False)


def inspect_dataset(path: str, schema_file: Path | None) -> Dataset:
    """Describe the data or say everything that is wrong with it.

    Raises:
        UsageError: A missing path, an empty class folder, too few classes, a schema that is no schema...
    """
    problems: list[str] = []
    schema = schema_fingerprint(schema_file, (features.IMAGE, features.LABEL), problems) if schema_file else ""
    if path == sources.DIGITS:
        labels, images = tuple("0123456789"), _DIGIT_IMAGES
    else:
        path = str(Path(path).absolute())
        scan = sources.scan_folder(Path(path))
        problems.extend(scan.problems)
        labels, images = scan.labels, len(scan.images)
    if problems:
        raise UsageError(problems)
    stamps = sources.image_stamps(path)
    return Dataset(
        path=path,
        labels=labels,
        images=images,
        fingerprint=sources.fingerprint(path, stamps),
        schema_fingerprint=schema,
        stamps=stamps,
    )


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
