"""A checked request: all that the Beam pipeline needs to know, as plain data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pipeline.beam.config import BeamConfig

Backend = Literal["onnx", "savedmodel"]
SourceKind = Literal["image files", "TFRecord", "Parquet"]
OutputFormat = Literal["parquet", "jsonl", "tfrecord"]

BACKENDS: Final = ("auto", "onnx", "savedmodel")
OUTPUT_FORMATS: Final[dict[str, OutputFormat]] = {"parquet": "parquet", "jsonl": "jsonl", "tfrecord": "tfrecord"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the images are.

    Attributes:
        kind: What the files hold: one encoded image each, tf.Examples, or rows.
        root: Folder that ids of images are relative to.
        files: Every file, relative to the root where it lies below it; a list file may also name absolute ones.
        image_column: Feature or column with the encoded image.
        id_column: Feature or column with the id; None numbers the records of each file.
    """

    kind: SourceKind
    root: Path
    files: tuple[str, ...]
    image_column: str = "image"
    id_column: str | None = None


@dataclass(frozen=True, kw_only=True)
class Model:
    """A verified bundle.

    Attributes:
        folder: The bundle.
        version: Name of the version folder, or the start of the bundle's checksum where it is not in one.
        class_names: In the order of the probabilities.
    """

    folder: Path
    version: str
    class_names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PredictRequest:
    """What to predict, with what, to where.

    Attributes:
        model: The bundle.
        source: The images.
        output: Folder of output files, which does not exist yet.
        output_format: Format of these files.
        backend: Which file of the bundle answers.
        batch_size_images: Images that the model sees at once.
        with_all_probabilities: Whether rows hold the probability of every class.
        beam: How Beam runs.
    """

    model: Model
    source: Source
    output: Path
    output_format: OutputFormat
    backend: Backend
    batch_size_images: int
    with_all_probabilities: bool
    beam: BeamConfig
