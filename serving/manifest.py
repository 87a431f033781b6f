"""The content of a bundle's manifest.json: what the bundle holds, where it came from and how it was proven."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_serializer, model_validator

FORMAT_VERSION: Final = 1
"""Raised whenever a reader of the old format could misunderstand the new one."""

Share = Annotated[float, Field(ge=0, le=1)]
"""A fraction of the images, 0 to 1."""
Difference = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""A greatest absolute difference, 0 or above and finite."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImageSpec(_Frozen):
    """The square that the model sees; callers may send any size, the bundle resizes."""

    size_pixels: int = Field(gt=0)
    channels: Literal[3] = 3


class TensorSpec(_Frozen):
    """One input or output: its dtype in NumPy's words (`uint8`, `float32`, `string`) and shape, None where free."""

    dtype: str
    shape: tuple[int | None, ...]


class Signature(_Frozen):
    """One way to call a model: its inputs and outputs by name."""

    inputs: dict[str, TensorSpec] = Field(min_length=1)
    outputs: dict[str, TensorSpec] = Field(min_length=1)


class Signatures(_Frozen):
    """How to call each format: the SavedModel by signature name, the ONNX file in its only way."""

    saved_model: dict[str, Signature] = Field(min_length=1)
    onnx: Signature


class ParityFigures(_Frozen):
    """How far the exported files are from the trained model, on the witness images.

    Differences are the greatest absolute ones over all probabilities and batch sizes; None where an answer was
    unusable, and then `reasons` says why.
    """

    limit: Difference
    """Greatest difference of a probability that still counts as equal."""
    images: int = Field(ge=0)
    """Number of witness images."""
    saved_model_max_abs_diff: Difference | None = None
    saved_model_top_class_agreement: Share | None = None
    """Share of images whose most probable class is the trained model's."""
    saved_model_batch_sizes: tuple[int, ...] = ()
    onnx_max_abs_diff: Difference | None = None
    """On the pixels that the Transform graph decodes."""
    onnx_top_class_agreement: Share | None = None
    onnx_pillow_max_abs_diff: Difference | None = None
    """On the pixels that Pillow decodes, as a caller would."""
    onnx_batch_sizes: tuple[int, ...] = ()
    decode_max_diff_levels: int | None = Field(default=None, ge=0, le=255)
    """Greatest difference between Pillow's and the Transform graph's decoded pixels, in levels of 0..255."""
    decode_differing_images: int | None = Field(default=None, ge=0)
    """Number of images that the two decode differently."""
    reasons: tuple[str, ...]
    """Why the files do not count as equal; empty when they do."""
    passed: bool

    @model_validator(mode="after")
    def _check_that_passed_follows_from_reasons(self) -> "ParityFigures":
        if self.passed == bool(self.reasons):
            raise ValueError(f"passed is {self.passed} but there are {len(self.reasons)} reasons against it")
        return self


class PredictMilliseconds(_Frozen):
    """Median time to answer for one image at batch size 32, milliseconds.

    The SavedModel's includes decoding the image; the ONNX file starts from decoded pixels.
    """

    saved_model: float = Field(gt=0, allow_inf_nan=False)
    onnx: float = Field(gt=0, allow_inf_nan=False)


class FileRecord(_Frozen):
    """What a file was when the bundle was sealed."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size_bytes: int = Field(ge=0)


def _check_bundle_path(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path != "/".join(parts) or path.startswith("/") or ".." in parts or "\\" in path:
        raise ValueError(f"{path!r} is not a plain relative path inside the bundle")
    return path


BundlePath = Annotated[str, AfterValidator(_check_bundle_path)]
"""A file's path relative to the bundle's folder, with forward slashes and without `..`."""


class ManifestDraft(_Frozen):
    """A manifest before sealing: everything but the checksums of the files."""

    format_version: Literal[1] = FORMAT_VERSION
    framework: Literal["keras", "pytorch"]
    """Which framework trained the model."""
    model: str = Field(min_length=1)
    """Where the model was defined, e.g. a module path and its factory."""
    versions: dict[str, str]
    """Versions of the packages that trained and exported the model."""
    class_names: tuple[str, ...] = Field(min_length=2)
    """Names in the order of the output columns."""
    image: ImageSpec
    parameters: int = Field(ge=0)
    """Number of the model's weights."""
    signatures: Signatures
    parity: ParityFigures
    predict_ms_per_image: PredictMilliseconds
    train_seconds: float = Field(ge=0, allow_inf_nan=False)
    lineage: dict[str, str]
    """Fingerprints and ids of what the model was made from: data, schema, transform, code, config, run_id..."""
    created_at: AwareDatetime

    @model_validator(mode="after")
    def _check_that_class_names_are_unique(self) -> "ManifestDraft":
        repeated = sorted({name for name in self.class_names if self.class_names.count(name) > 1})
        if repeated:
            raise ValueError(f"class_names are repeated: {', '.join(repeated)}")
        return self

    @field_serializer("created_at")
    def _write_time(self, created_at: datetime) -> str:
        return created_at.isoformat(timespec="seconds")


class Manifest(ManifestDraft):
    """A sealed bundle's manifest."""

    files: dict[BundlePath, FileRecord] = Field(min_length=1)
    """Every file of the bundle but the manifest itself."""
