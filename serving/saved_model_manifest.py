"""The manifest.json of a pushed SavedModel that is no image bundle: what a plain TFX module trained.

TensorFlow Serving serves the folder as it is; this server, whose every API is about images, refuses it by name.
"""

from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_serializer

from serving.bundle import MANIFEST_FILE, list_files, record_file, write_manifest
from serving.manifest import BundlePath, FileRecord, Share, Signature

KIND: Final = "saved_model"
"""What tells this manifest from that of an image bundle, which has no such field."""


class SavedModelManifest(BaseModel):
    """What a pushed SavedModel holds, how it was judged, and where it came from."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    format_version: Literal[1] = 1
    kind: Literal["saved_model"] = KIND
    module: str = Field(min_length=1)
    """Where the TFX module is, as configured."""
    versions: dict[str, str]
    """Versions of the packages that trained it."""
    signatures: dict[str, Signature] = Field(min_length=1)
    """How to call the SavedModel, by signature name."""
    accuracy: Share
    """Share of the test split's examples that are right."""
    min_accuracy: Share
    """What it had to reach."""
    lineage: dict[str, str]
    """Ids that lead back to data, schema, transform and training."""
    created_at: AwareDatetime
    files: dict[BundlePath, FileRecord] = Field(min_length=1)
    """Every file of the folder but the manifest itself."""

    @field_serializer("created_at")
    def _write_time(self, created_at: datetime) -> str:
        return created_at.isoformat(timespec="seconds")


def record_saved_model(directory: Path) -> dict[str, FileRecord]:
    """Return a checksum of each file of a SavedModel's folder but its manifest."""
    return {path: record_file(directory / path) for path in list_files(directory) if path != MANIFEST_FILE}


def seal_saved_model(directory: Path, manifest: SavedModelManifest) -> None:
    """Write the manifest beside the SavedModel, whole or not at all."""
    write_manifest(directory, manifest.model_dump_json(indent=2) + "\n")


def manifest_checksum(directory: Path) -> str:
    """Return the SHA-256 of a pushed SavedModel's manifest.json in hex, which stands for all its files."""
    return record_file(directory / MANIFEST_FILE).sha256


def read_saved_model_manifest(directory: Path) -> SavedModelManifest | None:
    """Return the manifest of a pushed SavedModel; None where the folder holds something else or an older format."""
    try:
        return SavedModelManifest.model_validate_json((directory / MANIFEST_FILE).read_bytes())
    except (OSError, ValueError):
        return None
